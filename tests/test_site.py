"""The site is built without a warning, fetches nothing, and has every page, name and picture."""

import inspect
import os
import re
import runpy
import shutil
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import built_site
import pytest
from typer.main import get_command

import games
import solver
from solver.command.app import app

ROOT = Path(__file__).parents[1]
NEEDED = (
    "joblib",
    "myst_nb",
    "numpydoc",
    "pydata_sphinx_theme",
    "sphinx",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery",
)
PICTURES = runpy.run_path(str(ROOT / "docs/build_gallery.py"))["PICTURES"]
EXPLORED = ("europe-1949", "asia-1951", "southeast-asia-1954", "classic-athens")
NOTEBOOK = """\
---
file_format: mystnb
orphan: true
kernelspec: {name: python3, display_name: Python 3}
---

# A notebook

```{code-cell} python
import games
print(len(games.load("classic-athens").candidates) * 1001)
```
"""


@pytest.mark.long
def test_site(tmp_path):
    """Build it once: with several workers, each test of its own would build it again."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        assert os.environ.get("CI") != "true", f"not installed: {missing}"
        pytest.skip(f"not installed: {missing}")
    site = built(tmp_path.resolve())
    links, broken = built_site.broken_links(site)
    assert links > 10_000
    faults = {
        "fetched": built_site.fetched_from_outside(site),
        "broken links": broken,
        "pages": pages_missing(site),
        "names": names_missing(site),
        "pictures": pictures_missing(site),
        "explorers": explorers_missing(site),
        "other": others_missing(site),
    }
    assert faults == {subject: [] for subject in faults}


def built(root):
    """Return the site, built of a copy of the pages: nothing that was made before is used."""
    shutil.copytree(ROOT / "docs", root / "docs", ignore=shutil.ignore_patterns("generated"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, root)
    for name in ("benchmarks", "games", "solver", "tests"):
        (root / name).symlink_to(ROOT / name)
    (root / "docs/notebook.md").write_text(NOTEBOOK)
    words = ["-q", "-W", "--keep-going", "-j", "2", "-w", str(root / "warnings"), "-c"]
    folders = [str(root / name) for name in ("docs/site", "docs", "site")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, *folders],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    # what stands there beside is a kernel's own, which runs a notebook
    assert (root / "warnings").read_text() == "", done.stderr
    assert done.returncode == 0, done.stderr
    return root / "site"


def text(path):
    return " ".join(built_site.page(path).words)


def linked(page):
    """Return the files that a page leads to."""
    links = built_site.page(page).links
    return {(page.parent / link.split("#")[0]).resolve() for link in links if "//" not in link}


def pages_missing(site):
    docs = ROOT / "docs"
    elsewhere = {"api": "generated/api", "gallery": "generated/gallery/index"}
    names = [
        page.relative_to(docs).with_suffix("").as_posix()
        for folder in (docs, docs / "decisions")
        for page in folder.glob("*.md")
    ] + ["generated/README", "generated/CONTRIBUTING", "generated/CHANGELOG"]
    return [name for name in names if not (site / f"{elsewhere.get(name, name)}.html").exists()]


def names_missing(site):
    """Return the public names without a page that says what their docstring begins with."""
    found = built_site.inventory(site)
    missing = []
    for package in (games, solver):
        for name in package.__all__:
            whole, value = f"{package.__name__}.{name}", getattr(package, name)
            page = site / found.get(whole, "nowhere").split("#")[0]
            if page.stem.removesuffix("-class") != whole or not page.exists():
                missing.append(whole)
            elif callable(value) or inspect.ismodule(value):
                said = inspect.getdoc(value).split("\n\n")[0]
                if plain(said) not in plain(text(page)):
                    missing.append(f"{whole}: {said}")
            elif not re.search(rf'id="{whole}">.*?</dt>\s*<dd><p>', page.read_text(), re.S):
                missing.append(f"{whole}: what it is")
    named = re.findall(r"`((?:games|solver)\.[\w.]+)", (ROOT / "docs/questions.md").read_text())
    return missing + [name for name in named if name not in found]


def plain(words):
    """Return words without marks and spaces, which markup moves."""
    return re.sub(r"[^\w]", "", words)


def pictures_missing(site):
    missing = []
    gallery = site / "generated/gallery"
    for number, (name, question, code) in enumerate(PICTURES, 1):
        stem = f"plot_{number:02d}_{name}"
        page = gallery / f"{stem}.html"
        image = site / f"_images/sphx_glr_{stem}_001.png"
        scripts = list((site / "_downloads").glob(f"*/{stem}.py"))
        if not (page.exists() and image.exists() and len(scripts) == 1):
            missing.append(name)
            continue
        width, height = struct.unpack(">2I", image.read_bytes()[16:24])
        if not (
            page in linked(gallery / "index.html")
            and image in linked(page)
            and width > 600 < 6 * height
            and question in text(page)
            and plain(code) in plain(text(page))
            and plain(code) in plain(scripts[0].read_text())
        ):
            missing.append(name)
    shown = linked(site / "generated/api/solver.sweep.html")
    return missing if gallery / "plot_05_sweep.html" in shown else [*missing, "links from names"]


def explorers_missing(site):
    page = site / "explorer.html"
    if "explore" not in get_command(app).commands:
        return [] if "no explorer is here" in text(page) else ["the note that there is none"]
    return [name for name in EXPLORED if site / f"explorers/{name}.html" not in linked(page)]


def others_missing(site):
    wanted = {
        "notebooks are run": "5005" in text(site / "notebook.html"),
        "other pages are not": "cell_output" not in (site / "tutorial.html").read_text(),
        "links out of docs": site / "generated/CONTRIBUTING.html"
        in linked(site / "architecture.html"),
        "links into docs": site / "scenarios.html" in linked(site / "generated/README.html"),
        "four parts": {
            site / f"{name}.html" for name in ("tutorial", "how-to", "reference", "explanation")
        }
        <= linked(site / "index.html"),
    }
    return [name for name, there in wanted.items() if not there]


def test_the_checks_find_what_is_wrong(tmp_path):
    (tmp_path / "there.html").write_text('<p id="part">words <a href="#nowhere">x</a></p>')
    (tmp_path / "index.html").write_text(
        '<script src="https://cdn.example/x.js"></script><script>fetch("//a.example")</script>'
        '<img src="no.png"><a href="https://example.org">x</a><a href="there.html#part">x</a>'
        '<a href="there.html#other">x</a><a href="gone.html">x</a>'
    )
    (tmp_path / "look.css").write_text(
        '@import "//b.example/s.css"; p { background: url(http://c.example/p.png) url(here.png) }'
    )
    built_site.page.cache_clear()
    assert built_site.fetched_from_outside(tmp_path) == [
        ("index.html", "https://cdn.example/x.js"),
        ("index.html", "//a.example"),
        ("look.css", "//b.example/s.css"),
        ("look.css", "http://c.example/p.png"),
    ]
    assert built_site.broken_links(tmp_path) == (
        5,
        [
            ("index.html", "no.png"),
            ("index.html", "there.html#other"),
            ("index.html", "gone.html"),
            ("there.html", "#nowhere"),
        ],
    )
