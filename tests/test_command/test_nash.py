"""The command `alliance nash`: game files in, certificates out, and one line for bad input."""

from pathlib import Path

import pytest

import games
import solver

PENNIES = """NFG 1 R "Asymmetric pennies" { "Row" "Column" }
{ { "up" "down" } { "left" "right" } }
""

9 0 0 1 0 1 1 0
"""
SAME = """NFG 1 R "All the same" { "Row" "Column" } { 2 2 }

1 1 1 1 1 1 1 1
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "pennies.nfg"
    path.write_text(PENNIES, encoding="utf-8")
    return str(path)


def test_prospect_theory_from_a_file(file, ask) -> None:
    found = ask("nash", file, "--preference", "Row=prospect-theory")
    assert (found["concept"], found["status"], found["count"]) == ("cpt_nash", "complete", 1)
    [one] = found["equilibria"]
    assert one["profile"][1][0] == pytest.approx(0.040319445, abs=1e-9)
    evidence = one["certificate"]
    assert evidence["verified"] is True
    assert evidence["reduces_to_expected_utility"] is True
    assert evidence["support"] == {"Row": ["up", "down"], "Column": ["left", "right"]}
    assert evidence["slack"] == {"Row": None, "Column": None}
    assert evidence["box"]["low"][1][0] < one["profile"][1][0] < evidence["box"]["high"][1][0]


def test_expected_utility_is_the_default(file, ask) -> None:
    found = ask("nash", file)
    assert found["concept"] == "nash"
    assert found["equilibria"][0]["certificate"]["exact"] == [["1/2", "1/2"], ["1/10", "9/10"]]


def test_the_certificate_reads_as_sentences(file, run) -> None:
    out = " ".join(run("nash", file, "--preference", "tversky-kahneman-1992").split())
    assert "Asymmetric pennies: 2 x 2 actions; cpt_nash, 1 equilibrium" in out
    assert "complete: it is proved that the equilibria found are all there are." in out
    assert "is proved to hold exactly one equilibrium." in out
    assert "Checked again from the game alone: holds." in out
    assert "fixed reference points: Row 0, Column 0" in out


def test_exact_profiles_are_printed_as_fractions(file, run) -> None:
    out = " ".join(run("nash", file).split())
    assert "Exactly: 1/2 1/2; 1/10 9/10." in out


def test_a_continuum_is_told(tmp_path, run) -> None:
    path = tmp_path / "same.nfg"
    path.write_text(SAME, encoding="utf-8")
    out = " ".join(run("nash", str(path)).split())
    assert (
        "Every mixture of the strategies of a set is an equilibrium: 2 of Row, 2 of Column." in out
    )
    out = " ".join(run("nash", str(path), "--preference", "prospect-theory").split())
    assert "boxes are not settled" in out
    assert "partial: there may be more" in out
    assert "The first 1 of 4" in run("nash", str(path), "--most", "1")


def test_references_and_options_reach_the_solver(file, ask) -> None:
    given = ("--preference", "Row=prospect-theory", "--reference", "Row=4.5")
    found = ask("nash", file, *given)
    game = games.NormalForm.read(file).replace(
        preferences=[games.CumulativeProspectTheory(), games.ExpectedUtility()],
        references=[4.5, 0],
    )
    ours = solver.solve(game).equilibria[0].profile[1].tolist()
    assert found["equilibria"][0]["profile"][1] == ours
    at_once = ask("nash", file, "--concept", "logit", "--precision", "0")
    assert at_once["equilibria"][0]["profile"] == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("concept", solver.NOTIONS)
def test_every_concept_answers(concept, file, ask) -> None:
    precision = ("--precision", "1") if concept == "logit" else ()
    found = ask("nash", file, "--concept", concept, *precision)
    assert found["concept"] == concept
    assert found["status"] in ("complete", "partial", "empty")
    assert found["count"] == (0 if concept == "pure_nash" else 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--concept", "core"), "unknown concept 'core'; known: pure_nash, nash"),
        (("--preference", "Rw=prospect-theory"), "unknown player 'Rw' (did you mean 'Row'?)"),
        (("--preference", "cpt"), "unknown preference 'cpt'; known: expected-utility"),
        (("--reference", "much"), "`--reference` must be a number; got 'much'"),
        (("--reference", "Row=inf"), "`references` must be finite; got inf"),
        (("--concept", "pure_nash", "--budget", "3"), "'pure_nash' takes no option `budget`"),
        (("--concept", "logit"), "the concept 'logit' needs the option `precision`"),
        (("--concept", "nash", "--preference", "prospect-theory"), "'cpt_nash'"),
        (("--budget", "0"), "greater than or equal to 1"),
    ],
)
def test_bad_input_is_told_in_one_line(arguments, message, file, refuse) -> None:
    assert message in refuse("nash", file, *arguments)


def test_files_that_cannot_be_read(tmp_path, refuse) -> None:
    assert "no such file" in refuse("nash", tmp_path / "no.nfg")
    path = tmp_path / "bad.nfg"
    path.write_text(PENNIES.replace("9 0", "9 }"), encoding="utf-8")
    assert "line 5" in refuse("nash", path)


def test_solve_refuses_what_is_no_game() -> None:
    with pytest.raises(games.InvalidGameError, match="must be a game or a bargain"):
        solver.solve("europe-1949")  # type: ignore[call-overload]
    tree = games.ExtensiveForm(games.Terminal([1]), players=["A"])
    with pytest.raises(games.UnknownNameError, match="unknown concept 'nash'"):
        solver.solve(tree, "nash")


ENTRY = """EFG 2 R "Entry" { "entrant" "incumbent" }
""

p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 0, 2 }
p "" 2 1 "" { "fight" "share" } 0
t "" 2 "" { -1, -1 }
t "" 3 "" { 1, 1 }
"""


@pytest.fixture
def tree(tmp_path: Path) -> str:
    path = tmp_path / "entry.efg"
    path.write_text(ENTRY, encoding="utf-8")
    return str(path)


def test_a_tree_is_solved_backwards(tree, ask, run) -> None:
    found = ask("nash", tree)
    assert (found["concept"], found["status"], found["count"]) == ("subgame_perfect", "complete", 1)
    [one] = found["equilibria"]
    assert (one["value of entrant"], one["value of incumbent"], one["regret"]) == (1.0, 1.0, 0.0)
    assert "Entry: 5 nodes; subgame_perfect, 1 equilibrium" in run("nash", tree)


def test_a_reference_changes_what_a_tree_is_worth(tree, ask) -> None:
    given = ("--preference", "entrant=prospect-theory", "--reference", "entrant=2")
    [one] = ask("nash", tree, *given)["equilibria"]
    assert one["value of entrant"] == pytest.approx(-2.25)


def test_what_is_not_for_trees(tree, refuse) -> None:
    line = refuse("nash", tree, "--concept", "nash")
    assert line.startswith("`--concept nash` is for games in normal form, and entry.efg is a tree")
    assert line.endswith(".normal_form().write('game.nfg') gives its normal form")
    game = games.ExtensiveForm.read(tree).normal_form()
    assert len(solver.solve(game, "pure_nash").equilibria) == 2  # as the line says, and it works
    assert "unknown concept 'core'; known: subgame_perfect" in refuse(
        "nash", tree, "--concept", "core"
    )
    assert "`--budget` is for games in normal form" in refuse("nash", tree, "--budget", "9")
