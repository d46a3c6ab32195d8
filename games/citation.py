"""How to cite the package, and which version it is."""

from __future__ import annotations

from functools import cache

from games import checks

NAME = "alliance-solver"
TITLE = "alliance-solver: equilibria of the prospect-threat alliance game"
AUTHORS = "The alliance-solver developers"
STYLES = ("text", "bibtex")
# title as well as figures of the article: see CITATION.cff
ARTICLE = {
    "author": "He, Kai and Feng, Huiyun",
    "title": "'Why is there no NATO in Asia?' revisited: Prospect theory, balance of threat, and US"
    " alliance strategies",
    "journal": "European Journal of International Relations",
    "volume": "18",
    "number": "2",
    "year": "2012",
    "doi": "10.1177/1354066110377124",
}


@cache
def version() -> str:
    """Return the version of the package that is installed, "unknown" if none is."""
    from importlib import metadata  # slow to import

    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "unknown"


def cite(style: str = "text") -> str:
    """Return how to cite the package, and the article whose argument it makes testable.

    Parameters
    ----------
    style : {"text", "bibtex"}

    Raises
    ------
    InvalidGameError
        If the style is another.

    Examples
    --------
    >>> print(cite().splitlines()[1][:34])
    He, Kai and Feng, Huiyun. 2012. "'
    """
    checks.one_of("style", style, STYLES)
    if style == "text":
        article = (
            f'{ARTICLE["author"]}. {ARTICLE["year"]}. "{ARTICLE["title"]}." {ARTICLE["journal"]}'
            f" {ARTICLE['volume']}({ARTICLE['number']}). doi:{ARTICLE['doi']}"
        )
        return f"{AUTHORS}. {TITLE}. Version {version()}.\n{article}"
    fields = {"author": f"{{{AUTHORS}}}", "title": TITLE, "version": version()}
    return "\n".join(
        [_entry("software", "alliance_solver", fields), _entry("article", "he_feng_2012", ARTICLE)]
    )


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    body = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items())
    return f"@{kind}{{{key},\n{body}\n}}"
