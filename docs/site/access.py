"""What makers of themes and of Sphinx leave unclear to a screen reader, mended in each page."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

# a signature of more than one line: a list of definitions that has nothing to define
PARAMETERS = re.compile(r"<dl>\s*(<dd><em class=\"sig-param\">.*?)</dl>", re.S)


def mend(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Name the buttons that open a part of the contents; make lines of long signatures plain."""
    if "body" in context:
        context["body"] = PARAMETERS.sub(plain, context["body"])
    contents = context.get("generate_toctree_html")
    if contents:
        context["generate_toctree_html"] = lambda *given, **options: str(
            contents(*given, **options)
        ).replace("<summary>", '<summary aria-label="pages below">')


def plain(match: re.Match[str]) -> str:
    """Return the lines of a signature as divisions of it."""
    lines = match[1].replace("<dd>", "<span>").replace("</dd>", "</span>")
    return f'<span class="parameters">{lines}</span>'
