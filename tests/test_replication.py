"""The replication notebook runs, and an assertion that fails in it is heard of."""

from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext", reason="extra replication")
nbclient = pytest.importorskip("nbclient", reason="extra replication")
nbformat = pytest.importorskip("nbformat", reason="extra replication")
pytest.importorskip("ipykernel", reason="extra replication")

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/replication.md"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return what executes a notebook on this clone's code, Jupyter's own files kept apart."""
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def execute(notebook):
        client = nbclient.NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(PAGE.parent)}},
        )
        client.create_kernel_manager()
        assert client.km.ip == "127.0.0.1"
        client.execute()
        return client.nb

    return execute


def page():
    return jupytext.read(PAGE, fmt="md:myst")


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def only(notebook, *wanted):
    """Keep the first cell, with the helpers, and those in which one of some words stands."""
    helpers, *others = code(notebook)
    notebook.cells = [helpers, *(cell for cell in others if any(w in cell.source for w in wanted))]
    return notebook


@pytest.mark.long
def test_every_claim_is_computed_again(run):
    cells = code(run(page()))
    assert len(cells) > 30
    assert all(cell.execution_count for cell in cells)
    kinds = [set(out.get("data", ())) for cell in cells for out in cell.outputs]
    assert sum("image/png" in kind for kind in kinds) == 8
    assert sum("text/html" in kind for kind in kinds) >= 18


# a cell of the page that reads a sentence of README and one of another page, and takes no time
LIGHT = "with a treaty"


@pytest.mark.long
def test_the_kernel_has_this_clone(run):
    notebook = only(page(), LIGHT)
    notebook.cells[-1].source += "\nprint(Path(solver.__file__).parents[1])"
    text = code(run(notebook))[-1].outputs[0].text
    assert text.strip() == str(ROOT)


@pytest.mark.long
@pytest.mark.parametrize(
    ("true", "changed"),
    [
        ("1,176 cells, 85 with", "1,176 cells, 86 with"),  # a number
        ("1,176 cells, 85 with", "1,176 cells, some with"),  # a sentence
    ],
)
def test_a_page_that_says_something_else_stops_the_notebook(run, true, changed):
    notebook = only(page(), LIGHT)
    assert true in (ROOT / "README.md").read_text(encoding="utf-8")
    notebook.cells[
        0
    ].source += f'\nPAGES["README.md"] = PAGES["README.md"].replace({true!r}, {changed!r})'
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="AssertionError"):
        run(notebook)


@pytest.mark.long
def test_a_table_that_differs_in_one_digit_stops_the_notebook(run):
    notebook = only(page())
    told = "| prospect_theory | 3 | 2 | 3 |"
    rows = """[
        {"name": name, "hits": hits, "recorded_hits": recorded, "cases": 3}
        for name, hits, recorded in (
            *((name, 3, 2) for name in (
                "prospect_theory", "expected_utility", "power_disparity",
                "minimum_winning", "autonomy")),
            ("collective_identity", 2, 2), ("binding", 2, 2), ("powerplay", 1, 0),
            ("prior_ties", 1, 0))
    ]"""
    same = f'same({rows}, "docs/history.md", "### The calibration sample")'
    assert told in (ROOT / "docs/history.md").read_text(encoding="utf-8")
    notebook.cells[0].source += f"\n{same}"  # as it is, it passes
    change = f'PAGES["docs/history.md"].replace({told!r}, {told.replace("2", "1")!r})'
    broken = f'PAGES["docs/history.md"] = {change}\n{same}'
    notebook.cells.append(nbformat.v4.new_code_cell(broken))
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="AssertionError"):
        run(notebook)
    assert "text/html" in notebook.cells[0].outputs[-1].data
