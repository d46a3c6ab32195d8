"""The command `alliance explore`: a page on which dials are turned, and an alliance is seen."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

import games
from games import InvalidGameError, files, tables
from solver.command.asked import Quiet, Settings, scenarios_from, varied
from solver.command.show import lines, progress, wrote


def explore(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="What to begin with: an embedded scenario's or case's name, or a .toml file.",
            autocompletion=scenarios_from,
        ),
    ] = None,
    settings: Settings = None,
    port: Annotated[
        int | None, typer.Option(help="Port of the page; any that is free by default.", min=0)
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    export: Annotated[
        Path | None,
        typer.Option(help="Write one .html file that needs no server, and end."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Open a page on which dials are turned, and the alliance changes: docs/explorer.md."""
    from solver.explorer.desk import Desk
    from solver.explorer.theatres import FIRST, beginning_with, embedded

    if settings and scenario is None:
        raise InvalidGameError("`--set` changes a scenario: name one, such as europe-1949")
    theatres = known = embedded()
    if scenario is not None:
        name = Path(scenario).stem if scenario.endswith(".toml") else scenario
        theatres = beginning_with(name, varied(scenario, {}, settings or []), known)
    # changed or from a file, it is no longer what `games.load` gives by that name
    loaded = [name for name, game in theatres.items() if known.get(name) == game]
    if export is not None:
        asked = [name] if scenario is not None else FIRST
        write_page(export, {one: theatres[one] for one in asked}, loaded, quiet)
        return
    desk = Desk(theatres, loaded)
    for library in ("starlette", "uvicorn"):
        tables.need(library, "explore")
    from solver.explorer.server import HOST, listening, serve

    bound = listening(port)
    address = f"http://{HOST}:{bound.getsockname()[1]}/"

    def ready() -> None:
        lines(f"The explorer is at {address} (Ctrl-C ends it).", whole=True)
        if browser:
            webbrowser.open(address)

    serve(desk, bound, ready)


def write_page(
    path: Path, theatres: dict[str, games.AllianceGame], loaded: Sequence[str], quiet: bool
) -> None:
    """Write a page that needs no server."""
    from solver.explorer.standalone import SUFFIX, standalone

    if path.suffix.lower() != SUFFIX:
        raise InvalidGameError(f"`export` must end in {SUFFIX}; got {str(path)!r}")
    files.check_writable(path)
    with progress(quiet) as advance:
        text = standalone(theatres, loaded, lambda *steps: advance("theatres solved", *steps))
    files.replace_whole(path, lambda target: target.write_text(text, encoding="utf-8"))
    wrote(path)
