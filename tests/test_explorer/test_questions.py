"""Every number that the explorer shows is the library's: it equals `solver.solve` and the game."""

import csv
import io
import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import games
import solver
from games.records import as_json
from solver.explorer.asked import CONCEPTS, read
from solver.explorer.bands import THREATS
from solver.explorer.desk import Desk
from solver.explorer.dials import dials_of
from solver.explorer.questions import CERTIFIED, structure_of
from solver.explorer.seen import BARS, LISTED

SMALL = ("classic-athens", "asia-1951", "southeast-asia-1954", "us-east-asia-2016")
SEED = 1949


@cache
def desk() -> Desk:
    theatres = {name: games.load(name) for name in (*SMALL, "europe-1949")}
    return Desk(theatres, theatres)


def ask(what: str, **query: object) -> Any:
    found = desk().answer(what, {name: str(text) for name, text in query.items()})
    return json.loads(as_json(found))  # as a page gets it


@cache
def settings(number: int, names: tuple[str, ...], seed: int) -> list[dict[str, str]]:
    """Return random settings of the dials: a theatre, a threat, and three other quantities."""
    rng = np.random.default_rng(seed)
    found: list[dict[str, str]] = []
    while len(found) < number:
        scenario = names[int(rng.integers(len(names)))]
        game = games.load(scenario)
        query = {"scenario": scenario, "threat": str(round(float(rng.uniform()), 2))}
        if rng.uniform() < 0.2:
            query["preference"] = str(rng.choice(["expected-utility", "booij-2010"]))
        changed = read({scenario: game}, query).game
        dials = [dial for dial in dials_of(changed, game)[1:] if not dial.off]
        for place in rng.choice(len(dials), 3, replace=False):
            dial = dials[int(place)]
            steps = int(rng.integers(round((dial.high - dial.low) / dial.step) + 1))
            query[dial.name] = repr(round(dial.low + steps * dial.step, 6))
        try:
            read({scenario: game}, query)
        except games.InvalidGameError:
            continue  # a spoke more reliable than their common shock
        found.append(query)
    return found


def check_point(query: dict[str, str]) -> None:
    point = ask("point", **query)
    game = read(desk().room.theatres, query).game
    solution = solver.solve(game)
    best = solution.preferred
    assert best is not None
    found, view = point["equilibria"], point["seen"]
    assert point["form"] == str(best.form) == view["form"]
    assert f"{best.structure.hegemon}: {view['text']}" == str(best.structure)
    assert found["count"] == len(solution.equilibria)
    assert found["searched"] == solution.searched
    assert found["status"] == str(solution.status)
    assert found["forms"] == {str(f): n for f, n in solution.equilibria.forms.items()}
    seen = best.appraisal
    assert point["reference"] == view["reference"] == seen.reference
    assert view["payoffs"] == best.values
    for name in ("value", "mean", "certainty_equivalent", "risk_premium", "mass_below"):
        assert view[name] == getattr(seen, name)
    assert view["domain"] == str(seen.domain)
    regrets = ask("certify", **query)["regrets"]
    assert len(regrets) == min(CERTIFIED, len(solution.equilibria))
    assert len(found["rows"]) == min(LISTED, len(solution.equilibria))
    for place, (row, one) in enumerate(zip(found["rows"], solution.equilibria, strict=False)):
        assert structure_of(game, coded(row["structure"])) == one.structure
        # of many at once: the last bit may differ
        assert row["value"] == pytest.approx(one.values[game.hegemon], abs=1e-14)
        assert row["behind"] == pytest.approx(seen.value - one.values[game.hegemon], abs=1e-14)
        if place == len(regrets):
            break
        assert regrets[place] == one.regret
    check_bars(view, game, best.structure)
    assert ask("equilibria", **query)["rows"] == found["rows"]
    for form, count in found["forms"].items():
        of_form = ask("equilibria", form=form, **query)
        expected = [one for one in solution.equilibria.structures if str(one.form) == form]
        assert of_form["count"] == count == len(expected)
        listed = [structure_of(game, coded(row["structure"])) for row in of_form["rows"]]
        assert listed == expected[:LISTED]
        values = game.hegemon_values(listed)
        assert [row["value"] for row in of_form["rows"]] == pytest.approx(values, abs=1e-14)
        behind = [row["behind"] for row in of_form["rows"]]
        assert behind == pytest.approx(seen.value - values, abs=1e-14)
    form = list(found["forms"])[-1]
    assert ask("certify", form=form, **query)["regrets"] == [
        one.regret for one in solution.equilibria.of(form)[:CERTIFIED]
    ]


def check_bars(view: Any, game: games.AllianceGame, structure: games.AllianceStructure) -> None:
    prospect = game.prospect(structure)
    weights = game.preference.decision_weights(prospect, game.reference_point)
    bars = view["bars"]
    assert view["outcomes"] == len(prospect)
    assert sum(bar["probability"] for bar in bars) == pytest.approx(1, abs=1e-12)
    assert sum(bar["weight"] for bar in bars) == pytest.approx(weights.sum(), abs=1e-12)
    # what the bars say is worth what the structure is worth
    worth = sum(bar["weight"] * bar["value"] for bar in bars)
    assert worth == pytest.approx(view["value"], abs=1e-12)
    assert len(bars) <= BARS
    for bar in bars:
        assert bar["gain"] == (bar["low"] >= game.reference_point)
        assert bar["gain"] or bar["high"] < game.reference_point
    if len(prospect) <= BARS:
        assert [bar["outcome"] for bar in bars] == prospect.outcomes.tolist()
        assert [bar["probability"] for bar in bars] == prospect.probabilities.tolist()
        assert [bar["weight"] for bar in bars] == weights.tolist()


def coded(structure: Any) -> str:
    return ";".join(["+".join(bloc) for bloc in structure["blocs"]] + structure["spokes"])


@pytest.mark.parametrize("place", range(44))
def test_every_number_is_the_library_s(place: int) -> None:
    check_point(settings(44, SMALL, SEED)[place])


@pytest.mark.long
@pytest.mark.parametrize("place", range(6))
def test_so_it_is_with_eleven_candidates(place: int) -> None:
    check_point(settings(6, ("europe-1949",), SEED)[place])


@pytest.mark.parametrize("concept", CONCEPTS[1:])
def test_other_concepts_are_solved_as_well(concept: str) -> None:
    point = ask("point", scenario="classic-athens", threat=0.3, concept=concept)
    solution = solver.solve(games.load("classic-athens").at(0.3), concept)
    assert point["equilibria"]["count"] == len(solution.equilibria)
    assert point["concept"] == concept
    if solution.preferred is None:
        assert point["seen"] is None
        assert "no structure is an equilibrium" in point["sentence"]
    else:
        assert point["seen"]["payoffs"] == solution.preferred.values


@pytest.mark.parametrize(
    ("scenario", "query"),
    [
        ("classic-athens", {}),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (
                ("classic-athens", {"preference": "expected-utility"}),
                ("southeast-asia-1954", {"loss_aversion": "3.0", "cohesion": "0.6"}),
                ("classic-athens", {"concept": "pairwise"}),
                ("europe-1949", {}),
            )
        ),
    ],
)
def test_bands_are_a_sweep(scenario: str, query: dict[str, str]) -> None:
    own = {"scenario": scenario, **query}
    bands, rival, critical = ask("bands", **own), ask("rival", **own), ask("critical", **own)
    asked = read(desk().room.theatres, own)
    concept = query.get("concept", "subgame_perfect")
    for row, one, place in ((bands, asked, 0), (rival, asked.rival(), 1)):
        path = solver.sweep(one.game, concept=concept)
        names = ["no equilibrium" if form is None else str(form) for form in path.forms]
        assert row["forms"] == names
        if concept == "subgame_perfect":
            found = critical["rows"][place]["changes"]
            changes = solver.critical_threats(one.game, resolution=0.01)
            assert [(one["below"], one["above"]) for one in found] == [
                (str(change.below), str(change.above)) for change in changes
            ]
            assert [one["threat"] for one in found] == pytest.approx(
                [change.threat for change in changes], abs=1e-9
            )
        ends = [span["low"] for span in row["spans"]] + [row["spans"][-1]["high"]]
        assert ends[0] == 0
        assert ends[-1] == 1
        assert ends == sorted(ends)
    assert bands["threats"] == list(THREATS)
    for level, point in zip(THREATS[::20], bands["levels"][::20], strict=True):
        single = ask("point", **own, threat=level)
        assert point == {name: value for name, value in single.items() if name != "curves"}


def test_the_rival_of_expected_utility_is_prospect_theory() -> None:
    plain = {"scenario": "classic-athens", "preference": "expected-utility"}
    assert ask("rival", **plain)["forms"] == ask("bands", scenario="classic-athens")["forms"]
    assert ask("meta", **plain)["rows"] == ["expected utility", "prospect theory"]


@pytest.mark.long
def test_the_envelope_is_what_is_preferred() -> None:
    bands = ask("bands", scenario="classic-athens")
    game = games.load("classic-athens")
    for place in (10, 34, 60):
        solution = solver.solve(game.at(THREATS[place]))
        best = solution.preferred
        values = {form: row[place] for form, row in bands["envelope"].items()}
        known = {form: value for form, value in values.items() if value is not None}
        assert max(known, key=known.__getitem__) == str(best.form)
        assert known[str(best.form)] == pytest.approx(best.values["Athens"], abs=1e-13)
        # by the definition: the best of those that nobody would rather be out of
        accepted = [
            one
            for one in game.structures()
            if all(
                game.at(THREATS[place]).candidate_value(name, one)
                >= game.at(THREATS[place]).candidate_value(name, one.without(name)) - 1e-12
                for name in one.allies
            )
        ]
        there = game.at(THREATS[place])
        for form, value in known.items():
            worth = [there.value(one) for one in accepted if str(one.form) == form]
            assert value == pytest.approx(max(worth), abs=1e-12)
        behind = {form: row[place] for form, row in bands["behind"].items()}
        assert behind[str(best.form)] == 0
        assert min(value for value in behind.values() if value is not None) == 0


@pytest.mark.long
def test_games_without_numbered_structures_have_no_envelope() -> None:
    several = replace(games.load("classic-athens").strongest(3), family="blocs")
    desk = Desk({"blocs": several})
    found = desk.answer("bands", {})
    assert found["envelope"] is None
    assert found["behind"] is None
    assert found["forms"] == [str(form) for form in solver.sweep(several).forms]
    located = desk.answer("critical", {})["rows"][0]
    assert "no finer than the levels" in located["note"]


def test_a_structure_is_seen_as_the_game_values_it() -> None:
    game = games.load("classic-athens").at(0.4)
    pact = game.structure(bloc=["Samos", "Chios"], spokes=["Naxos"])
    found = ask("structure", scenario="classic-athens", threat=0.4, structure="Samos+Chios;Naxos")
    assert found["payoffs"] == game.values(pact)
    assert found["words"] == "a mixed alliance, with a bloc of two allies and one spoke"
    with pytest.raises(games.UnknownNameError, match="Sparta"):
        ask("structure", scenario="classic-athens", structure="Sparta")


@pytest.mark.long
def test_the_record_stands_beside_what_is_preferred_there() -> None:
    own = {"scenario": "southeast-asia-1954"}
    record, coded_there = ask("meta", **own)["record"], ask("bands", **own)["coded"]
    game = games.load("southeast-asia-1954")
    assert record["threat"]["value"] == game.scenario.threat.value == coded_there["threat"]
    assert record["sought"]["form"] == str(game.scenario.case.preferred.form)
    assert record["signed"]["text"] == str(game.scenario.recorded(game.candidates))
    assert coded_there["form"] == str(solver.solve(game).preferred.form)


def test_the_table_is_that_of_the_sweep() -> None:
    text = ask("csv", scenario="classic-athens")["text"]
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == 2 * len(THREATS)
    game = games.load("classic-athens")
    frame = solver.sweep(
        game,
        threat=THREATS,
        preference={
            "prospect theory": game.preference,
            "expected utility": games.ExpectedUtility(),
        },
    ).to_dataframe()
    assert text == frame.to_csv(index=False)


def test_regrets_of_the_axis_are_those_of_a_sweep() -> None:
    found = ask("regrets", scenario="classic-athens")["regrets"]
    assert found == [
        level.preferred.regret for level in solver.sweep(games.load("classic-athens")).levels
    ]


def test_the_lines_of_python_run_and_give_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    query = {"scenario": "classic-athens", "threat": "0.3", "loss_aversion": "3", "cohesion": "0.8"}
    text = ask("python", **query)["text"]
    exec(text, {})
    said = capsys.readouterr().out
    point = ask("point", **query)
    assert point["seen"]["text"] in said
    assert point["form"] in said
    assert said.split()[-1] == str(point["equilibria"]["count"])


@pytest.mark.parametrize("preference", ["expected-utility", "booij-2010", "prospect-theory"])
def test_lines_with_another_preference_run_too(
    preference: str, capsys: pytest.CaptureFixture[str]
) -> None:
    query = {"scenario": "classic-athens", "threat": "0.6", "preference": preference}
    exec(ask("python", **query)["text"], {})
    assert ask("point", **query)["seen"]["text"] in capsys.readouterr().out


def test_a_game_that_has_no_name_is_read_from_its_file(
    tmp_path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = games.load("classic-athens").with_parameters(cohesion=0.9).at(0.35)
    desk = Desk({"My theatre": own})
    query = {"k_bloc": "0.03"}
    file, lines = desk.answer("toml", query), desk.answer("python", query)
    assert file["name"] == "My-theatre-explored.toml"
    assert repr(file["name"])[1:-1] in lines["text"]
    (tmp_path / file["name"]).write_text(file["text"], encoding="utf-8")
    assert games.load(tmp_path / file["name"]) == own.with_parameters(k_bloc=0.03)
    exec(lines["text"], {})
    assert desk.answer("point", query)["seen"]["text"] in capsys.readouterr().out


def test_meta_tells_every_dial_with_its_source() -> None:
    meta = ask("meta", scenario="europe-1949", threat=0.5, cohesion=0.8, preference="booij-2010")
    dials = {dial["name"]: dial for dial in meta["dials"]}
    assert meta["state"] == {"threat": "0.5", "cohesion": "0.8", "preference": "booij-2010"}
    assert dials["cohesion"]["value"] == 0.8
    assert dials["cohesion"]["default"] == games.load("europe-1949").parameters.cohesion
    assert "coding: inferred" in dials["threat"]["source"]
    assert dials["capabilities.UKG"]["label"] == "United Kingdom"
    assert "Correlates of War" in dials["capabilities.UKG"]["source"]
    assert all(dial["source"] for dial in dials.values() if dial["name"] != "capabilities")
    assert all(dial["low"] <= dial["value"] <= dial["high"] for dial in dials.values())
    assert meta["preference"] == "booij-2010"
    assert meta["hegemon"] == {"name": "USA", "label": "United States of America"}
