"""Pages that are read in the repository as well: their links, and the tables of contents."""

from __future__ import annotations

import os
import re
from pathlib import Path

import names
from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
GENERATED = DOCS / "generated"
# what the site shows in another place than the repository: copies, and a gallery of its own
COPIED = {
    origin: GENERATED / origin.name
    for origin in (
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        DOCS / "api.md",
    )
}
ELSEWHERE = {**COPIED, DOCS / "gallery.md": GENERATED / "gallery" / "index.rst"}
# pages whose lists of links are the contents of the site; those of the first become cards
FIRST = "index"
INDICES = (FIRST, "how-to", "reference", "explanation", "decisions/README")

LINK = re.compile(r"\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")
ITEM = re.compile(
    r"^(?:-|\d+\.) \[(?P<title>[^]]+)\]\((?P<page>[^)]+)\)(?P<text>.*(?:\n  .+)*)\n", re.M
)


def write() -> None:
    """Copy pages to where the site has them, that of public names with its tables."""
    GENERATED.mkdir(exist_ok=True)
    for origin, place in COPIED.items():
        text = moved(origin.read_text(encoding="utf-8"), origin.parent, place.parent)
        if place.stem == "api":
            text += names.tables()
        put(place, text)


def put(place: Path, text: str) -> None:
    """Write a file, unless it holds the text already: what is as it was is not made again."""
    if not place.exists() or place.read_text(encoding="utf-8") != text:
        place.write_text(text, encoding="utf-8")


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Make of a page what the site shows."""
    path = Path(app.env.doc2path(page))
    if path.suffix != ".md" or GENERATED in path.parents:
        return
    source[0] = moved(source[0], path.parent, path.parent)
    if page in INDICES:
        entries = "\n".join(
            f"{item['title']} <{os.path.splitext(item['page'])[0]}>"
            for item in ITEM.finditer(source[0])
        )
        if page == FIRST:
            source[0] = carded(source[0])
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{entries}\n```\n"


def moved(text: str, old: Path, new: Path) -> str:
    """Return a page of the folder `old` with its links as they are in the folder `new`."""

    def link(match: re.Match[str]) -> str:
        path = (old / match["target"]).resolve()
        if not path.exists():  # it is no link
            return match[0]
        path = ELSEWHERE.get(path, path)
        return f"]({Path(os.path.relpath(path, new)).as_posix()}{match['anchor'] or ''})"

    return LINK.sub(link, text)


def carded(text: str) -> str:
    """Return a page with a grid of cards in the place of its list of links."""
    items = list(ITEM.finditer(text))
    cards = []
    for item in items:
        page, line = os.path.splitext(item["page"])[0], item["text"].lstrip(": ")
        cards.append(
            f":::{{grid-item-card}} {item['title']}\n:link: {page}\n:link-type: doc\n\n"
            f"{line[:1].upper()}{line[1:]}\n:::\n"
        )
    grid = "::::{grid} 1 2 2 2\n:gutter: 3\n\n" + "\n".join(cards) + "::::\n"
    return text[: items[0].start()] + grid + text[items[-1].end() :]
