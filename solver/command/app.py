"""The command `alliance`: the library's words on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from typer import TyperException
from typer.completion import (  # type: ignore[attr-defined]  # one of them it re-exports
    completion_init,
    install_callback,
    show_callback,
)
from typer.main import get_command

from games.citation import version
from games.errors import AllianceError
from solver.command import (
    analyses,
    burdens,
    explore,
    game,
    history,
    nash,
    new,
    powers,
    stored,
    sweep,
)
from solver.stopping import stoppable

STOPPED, TERMINATED = 130, 143
NAME = "alliance"


class Shell(StrEnum):
    """A shell whose Tab key can complete the names of commands, options and scenarios."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def _say_version(asked: bool) -> None:
    if asked:
        print(f"alliance-solver {version()}")
        raise typer.Exit


# typer's own options for completion take no shell: they guess it from the processes around
completion_init()
app = typer.Typer(
    name=NAME,
    help="Equilibria of the prospect-threat alliance game: when does a hegemon build a bloc, and"
    " when spokes?",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Say which version this is.", callback=_say_version),
    ] = False,
    show_completion: Annotated[
        Shell | None,
        typer.Option(help="Print what lets a shell complete this command.", callback=show_callback),
    ] = None,
    install_completion: Annotated[
        Shell | None,
        typer.Option(help="Let a shell complete this command.", callback=install_callback),
    ] = None,
) -> None:
    """Take the options that stand before any command; each answers by itself."""


for command in (
    *(game.scenarios, new.new, game.show, game.solve),
    *(sweep.sweep, stored.plot, sweep.critical, sweep.compare),
    *(history.history, history.rivals, history.threat),
    powers.powers,
    burdens.burdens,
    nash.nash,
    explore.explore,
    *(analyses.phase, analyses.framing, analyses.surface),
    *(analyses.robust, analyses.sensitivity),
):
    app.command()(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0 for any answer, an empty one too; 2, with one line on the error stream, for bad input.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stderr is None:  # closed by whoever called: what goes there goes nowhere
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        return _complain("cannot print the answer: standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # one that lacks a character shows "?" for it
            stream.reconfigure(errors="replace")
    with stoppable() as signals:
        return _answer(given, signals)


@cache
def _whole() -> Any:
    """Return the command with all that belong to it, built once for many calls in a process."""
    return get_command(app)


def _answer(given: list[str], signals: list[int]) -> int:
    try:
        result = _whole()(args=given or ["--help"], prog_name=NAME, standalone_mode=False)
        if result == STOPPED:  # how typer tells of Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except SystemExit as done:  # how completion ends
        return int(done.code or 0)
    except AllianceError as error:
        return _complain(str(error))
    except TyperException as error:
        return _complain(error.format_message() if hasattr(error, "format_message") else str(error))
    except (KeyboardInterrupt, typer.Abort):
        print("alliance: stopped", file=sys.stderr)
        return TERMINATED if signals else STOPPED
    except OSError as error:
        _discard(sys.stdout)
        return _complain(f"cannot print the answer: {error.strerror or error}")


def _complain(message: str) -> int:
    try:
        print(f"alliance: {' '.join(message.split())}", file=sys.stderr, flush=True)
    except OSError:  # a full or broken error stream changes nothing about the fault
        _discard(sys.stderr)
    return 2


def _discard(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere, or writing it would fail again at the very end."""
    # a stream that stands for no file needs none of it
    with suppress(OSError, ValueError, AttributeError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
