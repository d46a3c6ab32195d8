"""The command `alliance new`: a scenario file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import games
from games import InvalidGameError, OutputError, files
from solver.command.show import emit, wrote

SUFFIX = ".toml"


def new(
    name: Annotated[
        str | None, typer.Argument(help="Of the file to write, with or without .toml.")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", help="Begin with a copy of this scenario or case.")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the shape of such files as JSON Schema.")
    ] = False,
) -> None:
    """Write a scenario file of one's own, every field explained: docs/scenarios.md."""
    if schema:
        from games.scenarios.schema import json_schema

        emit(json_schema())
        return
    if not name or name == SUFFIX:
        raise InvalidGameError("`NAME` must be given: of the scenario to write, such as mine")
    path = Path(name.removesuffix(SUFFIX) + SUFFIX)
    if source is None:
        from games.scenarios.template import template

        text = template(path.stem)
    else:
        text = games.load(source).to_toml()
    files.check_writable(path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(
            f"`{path}` is there already, and stays as it is; give another name, or remove it"
        ) from None
    except OSError as error:
        raise OutputError(f"cannot write {str(path)!r}: {error.strerror or error}") from None
    wrote(path)
