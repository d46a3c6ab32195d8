"""The gallery: a script for each picture of `docs/build_gallery.py`, which sphinx-gallery runs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

from build_gallery import PICTURES, SETUP
from matplotlib.figure import Figure
from pages import put
from sphinx_gallery.scrapers import figure_rst

import solver

SCRIPTS = Path(__file__).resolve().parents[1] / "generated" / "scripts"
HEAD = """\
Gallery
=======

Each page has a picture, the lines of code that make it, and the names in them. Every result with a
picture has ``.plot(ax=None, **options)``, which returns a matplotlib figure, and
``solver.plot.save(figure, "name.pdf")`` writes it (.png with 300 dots to the inch, .svg, .pdf).
With ``ax`` it is drawn on axes of your own, of several panels the main one.

The pictures of ``solver.powers`` are on :doc:`its page </powers>`: it needs data files of your own.
"""
DOTS = 144
# a worker that has grown is exchanged for another, which is nothing to be told
warnings.filterwarnings("ignore", message="A worker stopped while some jobs were given")


def write() -> None:
    """Write the scripts: those whose lines are as they were are not run again."""
    SCRIPTS.mkdir(parents=True, exist_ok=True)
    wanted = {"GALLERY_HEADER.rst": HEAD}
    for number, (name, question, code) in enumerate(PICTURES, 1):
        title = f'"""\n{question}\n{"=" * len(question)}\n"""\n'
        wanted[f"plot_{number:02d}_{name}.py"] = f"{title}{SETUP}{dedent(code).strip()}\n"
    for old in set(SCRIPTS.iterdir()) - {SCRIPTS / name for name in wanted}:
        old.unlink()
    for name, text in wanted.items():
        put(SCRIPTS / name, text)


def taken(block: Any, known: dict[str, Any], settings: dict[str, Any]) -> str:
    """Save the figure that a script has made, which pyplot knows nothing of."""
    places: Iterator[str] = known["image_path_iterator"]
    figure = known["example_globals"].get("figure")
    if not isinstance(figure, Figure):
        return ""
    place = next(places)
    solver.plot.save(figure, place, dpi=DOTS)
    return str(figure_rst([place], settings["src_dir"], figure.axes[0].get_title()))


SETTINGS = {
    "examples_dirs": "generated/scripts",
    "gallery_dirs": "generated/gallery",
    "image_scrapers": ("pictures.taken",),
    "reset_modules": (),  # it would load pyplot
    "capture_repr": (),
    "filename_pattern": "plot_",
    "within_subsection_order": "FileNameSortKey",
    "backreferences_dir": "generated/backlinks",
    "doc_module": ("games", "solver"),
    "inspect_global_variables": True,
    "show_signature": False,
    "min_reported_time": 3600,
    "write_computation_times": False,  # that page fetches its scripts
    "abort_on_example_error": True,
    "parallel": 2,
}
