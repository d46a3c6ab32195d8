"""Gambit strategic game files (.nfg)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray


class Table(NamedTuple):
    """What a strategic game file holds."""

    payoffs: NDArray[Any]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    title: str


def read(path: str | Path) -> Table:
    raise NotImplementedError


def write(path: str | Path, table: Table) -> None:
    raise NotImplementedError
