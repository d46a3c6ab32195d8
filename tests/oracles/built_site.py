"""What a built site holds: its addresses, in and out, read from the files alone."""

from __future__ import annotations

import re
import zlib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# what a browser fetches by itself, by tag; a link that a reader may follow is none
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.I)
IN_STYLES = re.compile(r"@import\s+(?:url\()?[\s\"']*([^\s\"')]+)|url\(\s*[\"']?([^\"')]+)", re.I)
# ways in which a script fetches an address that stands in it
IN_SCRIPTS = re.compile(
    r"(?:fetch|import|importScripts|Worker|EventSource|WebSocket|sendBeacon)\(\s*[\"'`]"
    r"((?:https?:|wss?:)?//[^\"'`]+)|\.src\s*=\s*[\"'`]((?:https?:)?//[^\"'`]+)",
    re.I,
)


class Page(HTMLParser):
    """The addresses, the anchors and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.words: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        own = [given[name] for name in FETCHED.get(tag, ()) if name in given]
        self.fetched += own + in_styles(given.get("style", ""))
        self.links += own + ([given["href"]] if tag in ("a", "area") and "href" in given else [])

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.fetched += in_styles(data)
        elif self._inside == "script":
            self.fetched += in_scripts(data)
        else:
            self.words += data.split()

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def in_styles(text: str) -> list[str]:
    """Return the addresses that a style sheet fetches."""
    return [first or second for first, second in IN_STYLES.findall(text)]


def in_scripts(text: str) -> list[str]:
    """Return the addresses written into calls of a script that fetch."""
    return [first or second for first, second in IN_SCRIPTS.findall(text)]


@cache
def page(path: Path) -> Page:
    """Return what a page holds."""
    return Page(path.read_text(encoding="utf-8"))


def fetched_from_outside(site: Path) -> list[tuple[str, str]]:
    """Return each file of a site that fetches something outside, and what."""
    found = []
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".svg"):
            addresses = page(path).fetched
        elif path.suffix == ".css":
            addresses = in_styles(path.read_text(encoding="utf-8"))
        elif path.suffix in (".js", ".mjs"):
            addresses = in_scripts(path.read_text(encoding="utf-8"))
        else:
            continue
        name = path.relative_to(site).as_posix()
        found += [(name, address) for address in addresses if OUTSIDE.match(address)]
    return found


def broken_links(site: Path) -> tuple[int, list[tuple[str, str]]]:
    """Return how many links of a site lead inside it, and which of them lead nowhere, from where.

    What lies in `_static` is no page, but parts that pages are made of.
    """
    count, broken = 0, []
    for path in sorted(set(site.rglob("*.html")) - set((site / "_static").rglob("*"))):
        for link in page(path).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
                continue
            count += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            whole = target / "index.html" if target.is_dir() else target
            there = whole.is_file() and whole.is_relative_to(site)
            if there and parts.fragment and whole.suffix == ".html":
                there = unquote(parts.fragment) in page(whole).anchors
            if not there:
                broken.append((path.relative_to(site).as_posix(), link))
    return count, broken


def inventory(site: Path) -> dict[str, str]:
    """Return the address of each Python name that a site documents, from Sphinx's `objects.inv`."""
    lines = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode()
    entries = re.findall(r"^(\S+) py:\w+ -?\d+ (\S+) ", lines, re.M)
    return {name: address.replace("$", name) for name, address in entries}
