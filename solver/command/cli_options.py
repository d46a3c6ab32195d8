"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Scenario = Annotated[
    str, typer.Argument(help="An embedded scenario's name, or the path of a .toml file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Threat = Annotated[
    float | None,
    typer.Option(help="Threat level in [0, 1]; the scenario's coded threat by default."),
]
Concept = Annotated[
    str,
    typer.Option(help="subgame_perfect, nash, pairwise or coalition_proof."),
]
Levels = Annotated[
    str,
    typer.Option("--threat", help="Threat levels: first:last:number, or a list 0.2,0.5,0.7."),
]
Out = Annotated[
    Path | None, typer.Option(help="Write the rows to a .csv, .json, .parquet or .nc file.")
]
Plot = Annotated[Path | None, typer.Option(help="Write the figure to a .png, .svg or .pdf file.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]
