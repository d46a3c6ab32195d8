"""Pages of `alliance explore`, one for each scenario that `docs/explorer.md` names."""

from __future__ import annotations

import subprocess
import sys
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from typer.main import get_command

import games
from solver.command.app import app

FOLDER = Path(__file__).resolve().parents[1] / "generated" / "extra" / "explorers"
ABSENT = (
    "This site was built by an edition without the command alliance explore: no explorer is here."
)
FRAME = """\
<p><a href="{address}">{title}, on a page of its own</a></p>
<iframe class="explorer" src="{address}" title="{title}" loading="lazy"></iframe>
"""


class Explorers(SphinxDirective):
    """Embed the explorers of the scenarios that are its arguments."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Make the pages, and return a frame and a link for each."""
        if "explore" not in get_command(app).commands:
            return [nodes.note("", nodes.paragraph("", ABSENT))]
        found: list[nodes.Node] = []
        for name in self.arguments[0].split():
            page = FOLDER / f"{name}.html"
            fault = export(name, page)
            if fault:
                logging.getLogger(__name__).warning(
                    "no explorer of %s: %s", name, fault, location=self.get_location()
                )
                continue
            title = escape(f"Explorer: {games.load(name).title}")
            address = f"{'../' * self.env.docname.count('/')}explorers/{page.name}"
            text = FRAME.format(address=address, title=title)
            found.append(nodes.raw("", text, format="html"))
        return found


def export(name: str, page: Path) -> str:
    """Write the explorer of a scenario to one file; return what went wrong, or nothing."""
    line = [sys.executable, "-c", "from solver.command.app import main; main()"]
    done = subprocess.run(
        [*line, "explore", name, "--export", str(page)], capture_output=True, text=True
    )
    return "" if done.returncode == 0 and page.exists() else done.stderr or "nothing was written"
