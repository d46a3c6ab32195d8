"""Make the page of what may stand in a scenario file: `python docs/build_scenarios.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from games.scenarios.reference import Table, tables

HERE = Path(__file__).parent
HEAD = """\
# Scenario files

Made by `python docs/build_scenarios.py` from the schema that `games.load` checks a file with. A
scenario is a TOML file: a game, and a source for every figure in it. How to make one, and a figure
of it, in six commands: [the tutorial](tutorial.md#a-scenario-of-your-own).

- `alliance new NAME` writes a file to begin with, every field below in it;
  `alliance new NAME --from europe-1949` writes a copy of a scenario or case.
- `alliance new --schema` prints the same as JSON Schema, for editors that help to fill in a file.
- `games.load("NAME.toml")` reads a file, or says all that is wrong with it in one line; every
  command takes it by its path.
- `game.to_toml()` is the text of a game made in Python, or changed there. What has no field below
  (a weighting that is not Tversky and Kahneman's, a structure as reference) is refused by name.

Figures are raw: each is divided by the hegemon's. A long text may be broken into lines, which are
joined again. Fields in **bold** must be given; so must the tables that are not said to be optional.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(line for table in tables() for line in _section(table))])


def _section(table: Table) -> Iterator[str]:
    yield f"## `{table.heading}`" if table.path else "## The top of the file"
    if table.path:
        yield from ("", table.text + " Optional." * (not table.required))
    yield from ("", "| field | what is allowed | what it is |", "|---|---|---|")
    fields = table.fields
    if len({(field.allowed, field.text) for field in fields}) == 1:
        yield f"| each of [parameters] | {fields[0].allowed} | {fields[0].text} |"
        fields = ()
    for field in fields:
        name = f"**`{field.name}`**" if field.required else f"`{field.name}`"
        yield f"| {name} | {field.allowed} | {field.text} |"
    yield ""


if __name__ == "__main__":
    (HERE / "scenarios.md").write_text(page(), encoding="utf-8")
