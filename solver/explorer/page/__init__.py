"""The explorer's page: one script, one style sheet, one frame; drawn by whichever host there is."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def part(name: str) -> str:
    """Return one of the files of the page as text: "explorer.js", "explorer.css", "index.html"."""
    return (files(__name__) / name).read_text("utf-8")
