"""The code in README and tutorial runs, and says what the pages say."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("finite_games", 10),
        ("results", 5),
        pytest.param("tutorial", 30, marks=pytest.mark.long),
        pytest.param("bargaining", 15, marks=pytest.mark.long),
        pytest.param("studies", 10, marks=pytest.mark.long),
    ],
)
def test_pages_run_as_printed(page, lines):
    outcome = doctest.testfile(
        str(ROOT / f"docs/{page}.md"),
        module_relative=False,
        optionflags=doctest.NORMALIZE_WHITESPACE,
    )
    assert outcome.attempted > lines
    assert outcome.failed == 0


def test_readme_code_runs(capsys):
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    exec(code[1], {})
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[0].startswith("USA: bloc {BEL, CAN")
    assert lines[0].endswith("multilateral 0.0")
    assert "0.356838" in out
    assert lines[-1] == "0.0"


def test_the_second_example_of_the_readme(capsys):
    second = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    exec(second, {})
    assert capsys.readouterr().out.startswith("cpt_nash, complete: 1: 1 0.5, 2 0.5; 2: 1 0.0403194")


def test_readme_has_just_two_setup_commands():
    commands = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(), re.M)
    assert ["alliance sweep europe-1949" in line for line in commands] == [True, False]
    assert ["pytest" in line for line in commands] == [False, True]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_defaults_in_the_model_page_are_those_of_the_code():
    from games.alliance import parameters

    text = (ROOT / "docs/model.md").read_text(encoding="utf-8")
    part = text[text.index("## Defaults") : text.index("`adversary` is for games without")]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if "|" in line]
    table = {}
    for names, values in zip(rows[0::3], rows[2::3], strict=False):
        table |= dict(zip(names, values, strict=True))
    assert {name: float(value) for name, value in table.items()} == {
        name: parameters.default(name) for name in parameters.names()
    }


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions"])
def test_files_that_pages_name_are_there(page):
    pages = sorted((ROOT / page).glob("*.md")) if (ROOT / page).is_dir() else [ROOT / page]
    for text in (one.read_text(encoding="utf-8") for one in pages):
        paths = re.findall(r"`((?:games|solver|tests|docs|benchmarks)/[\w/.]*)`", text)
        assert [path for path in paths if not (ROOT / path).exists()] == []
