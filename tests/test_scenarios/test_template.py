"""The template, the page of all fields and the JSON Schema say what the loader takes."""

import json
import re
import runpy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import games
import solver
from games.scenarios.loading import embedded
from games.scenarios.reference import tables
from games.scenarios.schema import json_schema
from games.scenarios.template import template

DOCS = Path(__file__).parents[2] / "docs"
CHECK = jsonschema.Draft202012Validator(json_schema())


def as_json(text: str) -> Any:
    """Return what a TOML file holds as JSON has it: a date is a text."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


def without_marks(text: str) -> str:
    """Return the template with every optional field in use, but for the other kind of reference."""
    return re.sub(r"^#(?=[\[a-z])", "", text.replace("#level", "# level"), flags=re.M)


def load(text: str, folder: Path) -> games.AllianceGame:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return games.load(path)


def test_the_template_loads_as_it_is_and_is_worth_a_figure(tmp_path: Path) -> None:
    game = load(template("mine"), tmp_path)
    assert game.title == "mine"
    assert len(game.candidates) == 3
    forms = [solver.solve(game.at(threat)).preferred.form for threat in (0.2, 0.7)]
    assert [str(form) for form in forms] == ["hub-and-spoke", "multilateral"]


def test_the_template_loads_with_every_mark_taken_away(tmp_path: Path) -> None:
    plain, whole = template("mine"), without_marks(template("mine"))
    assert whole.count("\n#") == plain.count("\n# ") + 1  # level
    game = load(whole, tmp_path)
    assert game.scenario is not None
    assert game.scenario.case is not None
    assert game.exposures == {"A": 1.2}
    assert game.frame == 0.5
    assert game.scenario.figures["parameters.friction"].source == "invented"
    # what is set there is the default, but for what has none
    bare = load(plain, tmp_path)
    assert game.preference == bare.preference == games.CumulativeProspectTheory()
    assert game.reference == bare.reference
    assert game.with_parameters(adversary=0.8).parameters == bare.parameters


def test_the_template_has_every_field_with_a_comment_above() -> None:
    blocks = template("mine").split("\n\n")[1:]
    for table in tables():
        # the first block with the heading; the top of the file has none
        heading = rf"^(#?){re.escape(table.heading)}$" if table.path else r"^()title ="
        block, found = next(
            (block, found) for block in blocks if (found := re.search(heading, block, re.M))
        )
        lines = block.splitlines()
        for field in table.fields:
            place = next(i for i, line in enumerate(lines) if re.match(rf"#?{field.name} = ", line))
            above = " ".join(line.removeprefix("# ") for line in lines[:place] if line[:2] == "# ")
            assert f"{field.allowed}: {field.text}" in above
            assert lines[place].startswith("#") == (found[1] == "#" or not field.required)


@pytest.mark.parametrize("name", ["a b", "ä\nb", 'quo"te', "back\\slash"])
def test_a_template_may_have_any_name(name: str, tmp_path: Path) -> None:
    assert load(template(name), tmp_path).title == " ".join(name.split())


def test_the_page_is_up_to_date() -> None:
    page = runpy.run_path(str(DOCS / "build_scenarios.py"))["page"]
    assert (DOCS / "scenarios.md").read_text(encoding="utf-8") == page()


def test_the_json_schema_is_one() -> None:
    CHECK.check_schema(json_schema())
    assert "null" not in json.dumps(json_schema())


@pytest.mark.parametrize("name", sorted(embedded()))
def test_every_embedded_file_is_valid_by_the_json_schema(name: str) -> None:
    CHECK.validate(as_json(embedded()[name].read_text("utf-8")))


def test_templates_are_valid_by_the_json_schema() -> None:
    CHECK.validate(as_json(template("mine")))
    CHECK.validate(as_json(without_marks(template("mine"))))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("capability = 100", "capability = 0", "capability"),
        ("value = 0.7", "value = 1.1", "value"),
        ("capability = 15", "capability = -1", "capability"),
        ("year = 2000", "year = 20000", "year"),
        ("year = 2000", "year = 2000.5", "year"),
        ('kind = "invented"', 'kind = "made up"', "kind"),
        ('title = "mine"', 'title = ""', "title"),
        ("cohesion = 0.7", "cohesion = 7", "cohesion"),
        ("gamma = 0.61", "gamma = 0.1", "gamma"),
        ("signed = 2000-05-01", "signed = 1", "signed"),
        ('title = "mine"', "", "title"),
        ('title = "mine"', 'title = "mine"\ntitel = 1', "titel"),
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(
    old: str, new: str, field: str, tmp_path: Path
) -> None:
    text = without_marks(template("mine"))
    assert re.search(rf"^{re.escape(old)}$", text, re.M)
    changed = re.sub(rf"^{re.escape(old)}$", new, text, count=1, flags=re.M)
    with pytest.raises(games.InvalidGameError, match=field):
        load(changed, tmp_path)
    assert not CHECK.is_valid(as_json(changed))


def test_every_field_says_what_it_is() -> None:
    for table in tables():
        assert table.text.endswith(".")
        for field in table.fields:
            assert field.text
            assert field.allowed


def test_the_ranges_of_parameters_are_those_of_the_class() -> None:
    (shared,) = [table for table in tables() if table.path == "parameters"]
    for field in shared.fields:
        top = 1.0 if "[0, 1]" in field.allowed else 1e6
        reliable = {"common_reliability": 1.0, "reliability": 0.0} | {field.name: top}
        games.Parameters(**reliable)
        for wrong in (-0.1, 1.1) if top == 1 else (-0.1,):
            with pytest.raises(games.InvalidGameError):
                games.Parameters(**{field.name: wrong})
