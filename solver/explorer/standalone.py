"""The explorer as one file that holds its answers: no server, no Python, nothing from elsewhere."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from games import AllianceGame
from games.records import as_json
from solver.explorer.asked import Asked, read
from solver.explorer.desk import Desk
from solver.explorer.page import part

SUFFIX = ".html"
# equilibria that are listed at each threat
ROWS = 10
POLICY = """\
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '{script}';\
 style-src '{style}'; img-src data: blob:; base-uri 'none'; form-action 'none'">
"""


def standalone(
    theatres: dict[str, AllianceGame],
    embedded: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Return a page with all answers for some theatres, at 101 threats under two preferences.

    Parameters
    ----------
    theatres : dict of str to AllianceGame
        The first is shown first; all other dials stand as in them.
    embedded : sequence of str
        Which of them `games.load` knows by their names.
    progress : callable, optional
        Called with how many theatres are done and to do.
    """
    answers: dict[str, Any] = {}
    for done, name in enumerate(theatres):
        # a desk of its own: what it has answered is let go of again
        desk = Desk(theatres, embedded)
        first = read(theatres, {"scenario": name})
        for asked in (first, first.rival()):
            answers |= kept(desk, asked)
        if progress:
            progress(done + 1, len(theatres))
    packed = gzip.compress(
        as_json({"theatres": list(theatres), "answers": answers}).encode(), mtime=0
    )
    style, script = part("explorer.css"), part("explorer.js")
    title = escape(next(iter(theatres.values())).title)
    policy = POLICY.format(script=hashed(script), style=hashed(style))
    data = base64.b64encode(packed).decode("ascii")
    # of the server's page, what it would fetch: the long texts last, as nothing in them is replaced
    page = part("index.html")
    for asked_for, brought in (
        ("</title>", f": {title}</title>"),
        ('data-host="server"', 'data-host="file"'),
        ('<meta name="viewport"', f'{policy}<meta name="viewport"'),
        ('<link rel="stylesheet" href="explorer.css">', f"<style>{style}</style>"),
        (
            '<script type="module" src="explorer.js"></script>',
            f'<script type="text/plain" id="answers">{data}</script>\n'
            f'<script type="module">{script}</script>',
        ),
    ):
        page = page.replace(asked_for, brought, 1)
    return page


def kept(desk: Desk, asked: Asked) -> dict[str, Any]:
    """Return the answers that a page without a server needs, by question and query."""
    own = {"scenario": asked.scenario, **dict(asked.changes)}
    query = "&".join(f"{name}={text}" for name, text in sorted(own.items()))
    found: dict[str, Any] = {
        what: desk.answer(what, own) for what in ("meta", "bands", "rival", "critical", "csv")
    }
    levels = [{"threat": repr(threat), **own} for threat in found["bands"]["threats"]]
    for what in ("toml", "python"):
        found[what] = [desk.answer(what, level) for level in levels]
    found["bands"] = found["bands"] | {"levels": [shortened(p) for p in found["bands"]["levels"]]}
    found["regrets"] = desk.answer("regrets", own)["regrets"]
    return {f"{what}?{query}": answer for what, answer in found.items()}


def shortened(point: dict[str, Any]) -> dict[str, Any]:
    """Return a point with fewer equilibria listed."""
    found = point["equilibria"]
    return point | {"equilibria": found | {"rows": found["rows"][:ROWS]}}


def hashed(text: str) -> str:
    """Return how a content security policy names a script or a style that it admits."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
