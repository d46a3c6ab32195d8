"""Sweeps: they answer as `solve` does at each level, and tell what changes between levels."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_games import ATHENS_1 as ATHENS
from known_games import TRIO, without_equilibrium
from strategies import fixed, number, theatres

import games
import solver.alliance.hegemon
from games import AllianceGame, AllianceStructure, Form, InvalidGameError
from solver import CONCEPTS, Equilibrium, solve, sweep
from solver.studies.grid import study
from solver.studies.levels import change

THREATS = [0.0, 0.3, 0.52, 0.9]


def assert_same_as_solve(path, tolerance=1e-9):
    for level in path.levels:
        game = path.game.at(level.threat)
        solution = solve(game, path.concept, tolerance=tolerance)
        assert level.reference == game.reference_point
        assert level.equilibria == len(solution.equilibria)
        assert level.preferred.structure == solution.preferred.structure
        assert level.preferred.values == pytest.approx(solution.preferred.values, rel=1e-12)
        assert level.preferred.appraisal == solution.preferred.appraisal
        assert level.preferred.regret == pytest.approx(solution.preferred.regret, abs=1e-12)
        assert level.form is solution.preferred.form


# --- level by level


@pytest.mark.parametrize("concept", CONCEPTS)
@given(theatres(most=4), st.lists(number(0, 1), min_size=1, max_size=3))
@fixed(12)
def test_sweep_equals_solve(concept, game, threats):
    path = sweep(game, threat=threats, concept=concept)
    assert path.threats == tuple(threats)
    assert_same_as_solve(path)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_sweep_equals_solve_with_a_tolerance(concept):
    path = sweep(TRIO, threat=THREATS, concept=concept, tolerance=0.05)
    assert_same_as_solve(path, 0.05)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_sweep_of_several_blocs_equals_solve(concept):
    assert_same_as_solve(sweep(replace(TRIO, family="blocs"), threat=[0.4, 0.8], concept=concept))


def test_sweep_with_the_frame_held():
    path = sweep(replace(TRIO, frame=0.2), threat=THREATS)
    assert {level.reference for level in path.levels} == {0.2}
    assert_same_as_solve(path)


def test_threats_keep_their_order():
    threats = [0.9, 0.1, 0.5, 0.1]
    path = sweep(ATHENS, threat=threats)
    assert path.threats == tuple(threats)
    assert path.levels[1] == path.levels[3]
    again = sweep(ATHENS, threat=sorted(threats))
    assert again.levels == tuple(sorted(path.levels, key=lambda level: level.threat))


def test_kinds_of_threats():
    assert len(sweep(TRIO).levels) == 101
    assert sweep(TRIO).threats == tuple(level / 100 for level in range(101))
    assert sweep(TRIO, threat=0.4).threats == (0.4,)
    assert sweep(TRIO, threat=np.array([0, 1])).threats == (0.0, 1.0)


def test_sweep_remembers_its_question():
    game = TRIO
    path = sweep(game, threat=THREATS, concept="nash")
    assert (path.game, path.concept, len(path)) == (game, "nash", len(THREATS))
    assert path.forms == tuple(level.form for level in path.levels)


@pytest.mark.parametrize("concept", CONCEPTS)
def test_blocks_of_levels_change_nothing(concept, monkeypatch):
    threats = np.linspace(0, 1, 7)
    whole = sweep(ATHENS, threat=threats, concept=concept)
    for values in (1, 2 * 213, 5 * 213 + 1):
        monkeypatch.setattr(solver.alliance.hegemon, "BLOCK_VALUES", values)
        assert sweep(ATHENS, threat=threats, concept=concept).levels == whole.levels


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_progress(family):
    seen = []
    sweep(replace(TRIO, family=family), threat=THREATS, progress=lambda *step: seen.append(step))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("threat", "message"),
    [
        ([], r"`threat` must be a list of levels; got shape \(0,\)"),
        ([[0.1, 0.2]], r"`threat` must be a list of levels; got shape \(1, 2\)"),
        ([0.5, 1.4], r"`threat` must lie in \[0, 1\]; got 1.4"),
        ([-0.1], r"`threat` must lie in \[0, 1\]; got -0.1"),
        ([float("nan")], "`threat` must"),
        (["high"], "`threat` must be a number; got 'high'"),
        ([[0.5], [0.1, 0.2]], "`threat` must be a list of levels"),
    ],
)
def test_threats_must_be_levels(threat, message):
    with pytest.raises(InvalidGameError, match=message):
        sweep(TRIO, threat=threat)


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
@pytest.mark.parametrize("tolerance", [-1e-9, 1.5, float("nan"), "small"])
def test_tolerance_must_be_a_share(tolerance, family):
    with pytest.raises(InvalidGameError, match="`tolerance` must"):
        sweep(replace(TRIO, family=family), threat=0.5, tolerance=tolerance)


def test_unknown_concept():
    with pytest.raises(games.UnknownNameError, match="did you mean 'pairwise'"):
        sweep(TRIO, threat=0.5, concept="pairwize")


# --- tables

KEYS = [
    *("threat", "status", "reference", "form", "structure", "allies", "bloc_members", "spokes"),
    *("tied_pairs", "multilateral_share", "value", "mean", "certainty_equivalent"),
    *("risk_premium", "domain", "mass_below", "equilibria", "regret", "security_level"),
]


def test_records_are_what_the_levels_say():
    path = sweep(ATHENS, threat=THREATS)
    for row, level in zip(path.records(), path.levels, strict=True):
        best = level.preferred
        assert list(row) == KEYS
        assert (row["threat"], row["reference"]) == (level.threat, level.reference)
        assert (row["form"], row["structure"]) == (str(level.form), str(best.structure))
        assert row["allies"] == row["bloc_members"] + row["spokes"] == len(best.structure.allies)
        assert row["bloc_members"] == len(best.structure.bloc)
        assert row["value"] == best.values["Athens"]
        assert row["mean"] == pytest.approx(row["certainty_equivalent"] + row["risk_premium"])
        assert row["domain"] == str(best.appraisal.domain)
        assert row["mass_below"] == best.appraisal.mass_below
        assert (row["equilibria"], row["regret"]) == (level.equilibria, best.regret)


def test_frame_dataset_and_records_agree():
    path = sweep(ATHENS, threat=THREATS)
    records = path.records()
    frame = path.to_dataframe()
    assert frame[KEYS].to_dict("records") == records
    assert frame.drop(columns=KEYS).isna().all(axis=None)
    data = path.to_xarray()
    assert dict(data.sizes) == {"threat": len(THREATS)}
    for row in records:
        place = data.sel(threat=row["threat"])
        assert {name: place[name].item() for name in KEYS} == row


def test_dataset_has_units():
    data = sweep(ATHENS, threat=THREATS).to_xarray()
    assert all("units" in data[name].attrs for name in data.variables)
    assert data["threat"].attrs["units"] == "share, 0 to 1"
    assert data["mass_below"].attrs["units"] == "probability"


# --- one result, wherever its outcomes are


@pytest.mark.parametrize("concept", ["subgame_perfect", "pairwise"])
def test_levels_come_out_of_a_store_as_they_went_in(concept, tmp_path):
    game = replace(TRIO, family="blocs") if concept == "pairwise" else ATHENS
    near = sweep(game, threat=THREATS, concept=concept)
    kept = sweep(game, threat=THREATS, concept=concept, store=tmp_path / "a.sqlite", workers=1)
    assert type(near) is type(kept)
    assert near.store is None
    assert (near.forms, near.threats) == (kept.forms, kept.threats)
    for one, other in zip(near.levels, kept.levels, strict=True):
        assert one.preferred.structure == other.preferred.structure
        assert one.preferred.values == pytest.approx(other.preferred.values, rel=1e-12)
        assert one.preferred.regret == pytest.approx(other.preferred.regret, abs=1e-12)
        assert one.preferred.appraisal == other.preferred.appraisal
        assert (one.equilibria, one.status) == (other.equilibria, other.status)
        assert (one.security_level is None) == (concept == "pairwise")
        if one.security_level is not None:
            assert one.security_level == pytest.approx(other.security_level, rel=1e-11)
    assert [str(change) for change in near.changes()] == [str(one) for one in kept.changes()]
    pd.testing.assert_frame_equal(near.to_dataframe(), kept.to_dataframe(), rtol=1e-11, atol=1e-12)
    assert near.tally() == kept.tally()
    assert near.write(tmp_path / "a.csv").read_bytes()
    copy = pickle.loads(pickle.dumps(near))
    assert copy == near
    assert copy.levels == near.levels


def test_burdens_come_out_of_a_store(tmp_path):
    game = replace(TRIO, burden_sharing="split")
    near = sweep(game, threat=[0.6])
    kept = sweep(game, threat=[0.6], store=tmp_path / "a.sqlite", workers=1)
    (one,), (other,) = near.levels, kept.levels
    assert one.preferred.burdens == pytest.approx(other.preferred.burdens)
    assert near.records()[0]["burdens"] == pytest.approx(kept.records()[0]["burdens"])
    assert one.preferred.values == pytest.approx(other.preferred.values)


def test_levels_are_of_a_threat_alone():
    study = sweep(ATHENS, threat=[0.2, 0.6], cohesion=[0.5, 0.6], workers=1)
    for ask in (lambda: study.levels, lambda: study.forms, study.changes, lambda: study.threats):
        with pytest.raises(InvalidGameError, match="threat alone varies; got threat, cohesion"):
            ask()
    both = sweep(scenario=["classic-athens", "asia-1951"], threat=[0.2], workers=1)
    with pytest.raises(InvalidGameError, match="one game"):
        _ = both.game
    wrong = sweep(ATHENS, threat=[0.2], concept=["subgame_perfect", "nash"], workers=1)
    with pytest.raises(InvalidGameError, match="threat alone varies; got threat, concept"):
        _ = wrong.levels


def test_a_level_that_failed_is_told():
    names = [f"c{place}" for place in range(13)]
    game = AllianceGame(hegemon="H", capabilities=dict.fromkeys(names, 0.1), threat=0.5)
    failed = study(game, threat=[0.2], concept="nash", workers=1)
    with pytest.raises(InvalidGameError, match=r"threat 0\.2: 13 candidates"):
        _ = failed.levels


# --- changes


def equilibrium(game, bloc=(), spokes=()):
    structure = game.structure(bloc, spokes)
    return Equilibrium(structure, game.values(structure), 0.0, game.appraise(structure))


def test_a_change_by_hand():
    game = AllianceGame(
        hegemon="Athens", capabilities=dict.fromkeys(["a", "b", "c", "d", "e", "f"], 0.1), threat=0
    )
    before = equilibrium(game.at(0.3), bloc=["a", "b", "c"], spokes=["d", "e"])
    after = equilibrium(game.at(0.6), bloc=["a", "d", "f"], spokes=["b", "e"])
    found = change(game, 0.3, 0.6, before, after)
    moved = found.moves
    assert (moved.entered, moved.left) == (("f",), ("c",))
    assert (moved.into_bloc, moved.into_spoke) == (("d",), ("b",))
    assert str(found) == "0.3 to 0.6: enter f; leave c; spoke to bloc d; bloc to spoke b"
    at_0_6 = game.at(0.6)
    old, new = at_0_6.values(before.structure), at_0_6.values(after.structure)
    assert found.gains == pytest.approx({name: new[name] - old[name] for name in game.players})
    assert found.gains["e"] == 0


def test_a_change_to_or_from_nothing():
    game = TRIO
    some = equilibrium(game, spokes=["Samos"])
    lost, won = change(game, 0.3, 0.6, some, None), change(game, 0.3, 0.6, None, some)
    assert (lost.moves.left, lost.moves.entered, lost.gains) == (("Samos",), (), {})
    assert (won.moves.left, won.moves.entered, won.gains) == ((), ("Samos",), {})


def test_blocs_that_regroup():
    game = AllianceGame(
        hegemon="Athens", capabilities=dict.fromkeys("abcd", 0.1), threat=0.5, family="blocs"
    )

    def pairs(*blocs):
        structure = AllianceStructure("Athens", blocs=blocs)
        return Equilibrium(structure, game.values(structure), 0.0, game.appraise(structure))

    before, after = pairs(["a", "b"], ["c", "d"]), pairs(["a", "c"], ["b", "d"])
    found = change(game, 0.5, 0.5, before, after)
    assert str(found) == "0.5 to 0.5: blocs regroup"
    assert found.gains == pytest.approx(dict.fromkeys(game.players, 0.0))


def test_changes_of_a_sweep():
    path = sweep(ATHENS, threat=[0.3, 0.4, 0.515, 0.9])
    kept, mixed, bloc = (level.preferred for level in path.levels[1:])
    assert [(c.below, c.above) for c in path.changes()] == [(0.4, 0.515), (0.515, 0.9)]
    first, second = path.changes()
    assert first.moves.into_bloc == mixed.structure.bloc
    assert second.moves.into_bloc == mixed.structure.spokes
    assert (first.moves.entered, first.moves.left, first.moves.into_spoke) == ((), (), ())
    for item, old, new in ((first, kept, mixed), (second, mixed, bloc)):
        level = ATHENS.at(item.above)
        before, after = level.values(old.structure), level.values(new.structure)
        wanted = {player: after[player] - before[player] for player in ATHENS.players}
        assert item.gains == pytest.approx(wanted, abs=1e-14)
        assert item.gains["Athens"] > 0
    assert path.changes() is path.changes()


def test_no_change():
    assert sweep(ATHENS, threat=[0.3, 0.4]).changes() == ()
    assert sweep(ATHENS, threat=0.3).changes() == ()


# --- levels without equilibrium


@pytest.mark.parametrize("family", ["bloc_and_spokes", "blocs"])
def test_levels_without_equilibrium(family):
    game, tolerance = without_equilibrium()
    game = replace(game, family=family)
    path = sweep(game, threat=[1, 0, 0.9], concept="pairwise", tolerance=tolerance)
    assert path.forms == (None, Form.NONE, None)
    empty = path.levels[0]
    assert (empty.preferred, empty.equilibria, empty.form) == (None, 0, None)
    row = {"threat": 1.0, "reference": 1.0}
    assert path.records()[0] == row | {"status": "empty", "equilibria": 0}
    frame = path.to_dataframe()
    assert list(frame["status"]) == ["empty", "solved", "empty"]
    assert list(frame["form"].isna()) == [True, False, True]
    data = path.to_xarray()
    assert data["status"].sel(threat=0.9).item() == "empty"
    assert np.isnan(data["value"].sel(threat=1).item())
    assert [(item.below, item.above, item.gains) for item in path.changes()] == [
        (1.0, 0.0, {}),
        (0.0, 0.9, {}),
    ]


def test_an_equilibrium_that_vanishes_is_no_regrouping():
    game, tolerance = without_equilibrium()
    (only,) = sweep(game, threat=[0, 1], concept="pairwise", tolerance=tolerance).changes()
    assert "regroup" not in str(only)


def test_changes_around_levels_without_equilibrium():
    game, tolerance = without_equilibrium()
    path = sweep(game, threat=[0, 1], concept="pairwise", tolerance=tolerance)
    level = replace(path.levels[0], preferred=equilibrium(game.at(0), spokes=["Samos"]))
    (only,) = replace(path, kept=(level, path.levels[1])).changes()
    assert (only.moves.left, only.gains) == (("Samos",), {})
