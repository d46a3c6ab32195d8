"""The command `alliance`: the library's words on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import typer
from typer import TyperException

from games.errors import AllianceError
from solver.command import analyses, burdens, game, history, nash, new, powers, sweep
from solver.output.stopping import stoppable

STOPPED, TERMINATED = 130, 143

app = typer.Typer(
    name="alliance",
    help="Equilibria of the prospect-threat alliance game: when does a hegemon build a bloc, and"
    " when spokes?",
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    *(game.scenarios, new.new, game.show, game.solve),
    *(sweep.sweep, sweep.critical, sweep.compare),
    *(history.history, history.rivals, history.threat),
    powers.powers,
    burdens.burdens,
    nash.nash,
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


def _answer(given: list[str], signals: list[int]) -> int:
    try:
        result = app(args=given or ["--help"], standalone_mode=False)
        if result == STOPPED:  # how typer tells of Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
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
