"""Arguments that carry labels: read by name where they are names of the game, refused if not."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import games
import solver
from games import (
    AllianceGame,
    BargainingProblem,
    Chance,
    CharacteristicFunction,
    CumulativeProspectTheory,
    ExpectedUtility,
    InvalidGameError,
    NormalForm,
    Prelec,
    Prospect,
    Terminal,
    UnknownNameError,
    load,
)
from solver import sweep
from solver.bargaining import contributions, legislative

SIZES = {"Samos": 0.3, "Chios": 0.2, "Naxos": 0.1}
NAMES = list(SIZES)
TIES = pd.DataFrame([[1, 0.9, 0.1], [0.9, 1, 0.5], [0.1, 0.5, 1]], NAMES, NAMES)


def league(**fields):
    return AllianceGame(**({"hegemon": "Athens", "capabilities": SIZES, "threat": 0.6} | fields))


@pytest.mark.parametrize(
    "ties",
    [
        TIES,
        TIES.loc[NAMES[::-1], NAMES[1:] + NAMES[:1]],
        TIES.to_numpy(),
        pd.DataFrame(TIES.to_numpy()),
        TIES.stack().drop([(name, name) for name in NAMES]),
        xr.DataArray(TIES.loc[NAMES[::-1]], dims=("one", "other")),
        xr.DataArray(TIES.to_numpy(), dims=("one", "other")),
    ],
)
def test_affinity_is_read_by_the_names_of_candidates(ties):
    game = league(affinity=ties)
    assert game.affinity["Chios", "Samos"] == 0.9
    assert game.affinity["Naxos", "Samos"] == 0.1
    assert game.affinity["Chios", "Naxos"] == 0.5


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"affinity": TIES.rename(index={"Samos": "Melos"})}, UnknownNameError, "'Melos'"),
        ({"affinity": TIES.loc[NAMES[:2], NAMES[:2]]}, InvalidGameError, "'Naxos' is missing"),
        ({"affinity": TIES.loc[[*NAMES, "Samos"]]}, InvalidGameError, "'Samos' twice"),
        ({"affinity": TIES.stack()}, InvalidGameError, "two candidates"),
        ({"affinity": np.ma.masked_less(TIES.to_numpy(), 0.2)}, InvalidGameError, "masked"),
        ({"capabilities": pd.Series([0.1, 0.2], ["Samos"] * 2)}, InvalidGameError, "each key once"),
        ({"capabilities": [0.1, 0.2]}, InvalidGameError, "must map each candidate"),
        ({"exposures": pd.Series({"Melos": 0.5})}, UnknownNameError, "'Melos'"),
    ],
)
def test_labels_of_strangers_and_labels_that_lack_are_refused(fields, error, words):
    with pytest.raises(error, match=words):
        league(**fields)


def test_series_serve_as_maps():
    by_hand = league(exposures={"Samos": 0.4}, reliabilities={"Chios": 0.5})
    labelled = league(
        capabilities=pd.Series(SIZES),
        exposures=pd.Series({"Samos": 0.4}),
        reliabilities=pd.Series({"Chios": 0.5}),
    )
    assert labelled == by_hand
    structure = labelled.structure(spokes=NAMES)
    network = solver.network.graph(structure, pd.Series(SIZES), burdens=pd.Series(SIZES))
    assert network.nodes["Chios"]["capability"] == 0.2
    assert network.edges["Athens", "Chios"]["burden"] == 0.2
    kinds = pd.Series({"large": (0.2, 2), "small": (0.02, 1)})
    of_kinds = games.game_of_kinds("Athens", kinds, 0.5, exposures=pd.Series({"large": 0.4}))
    assert of_kinds.exposures == {"large-1": 0.4, "large-2": 0.4}


DINNER = [[[3, 1], [0, 2]], [[2, 1], [0, 3]]]
FRAMES = [pd.DataFrame(table, ["opera", "fight"], ["o", "f"]) for table in DINNER]


def test_tables_of_payoffs_name_the_actions_and_are_read_by_the_names():
    expected = NormalForm(DINNER, actions=[["opera", "fight"], ["o", "f"]])
    turned = [FRAMES[0], FRAMES[1].loc[["fight", "opera"], ["f", "o"]]]
    for found in (
        NormalForm(FRAMES),
        NormalForm(turned),
        NormalForm(turned[::-1][1:] + turned[1:]),
        NormalForm(turned, actions=[["opera", "fight"], ["o", "f"]]),
        NormalForm([pd.DataFrame(table) for table in DINNER], actions=expected.actions),
    ):
        assert np.array_equal(found.payoffs, expected.payoffs)
        assert found.actions == expected.actions
    both = dict(zip(("she", "he"), FRAMES, strict=True))
    assert NormalForm(both).players == ("she", "he")
    swapped = NormalForm(both, players=["he", "she"])
    assert np.array_equal(swapped.payoffs, expected.payoffs[::-1])
    whole = xr.DataArray(
        expected.payoffs, {"who": ["she", "he"], "a": ["opera", "fight"]}, ("who", "a", "b")
    )
    found = NormalForm(whole)
    assert found.players == ("she", "he")
    assert found.actions == (("opera", "fight"), ("1", "2"))
    assert np.array_equal(
        NormalForm(whole.sel(who=["he", "she"]), players=["she", "he"]).payoffs, expected.payoffs
    )


@pytest.mark.parametrize(
    ("payoffs", "options", "words"),
    [
        ([FRAMES[0], FRAMES[1].rename(index={"opera": "play"})], {}, "unknown action in `payoffs`"),
        (FRAMES, {"actions": [["a", "b"], ["o", "f"]]}, "'opera'.*known: a, b"),
        (FRAMES, {"actions": [["opera", "fight"]]}, "one list of names for each of 2"),
        ([pd.DataFrame(one, [7, 9]) for one in DINNER], {}, "must not carry labels"),
        (np.ma.masked_equal(DINNER, 3), {}, "must not be masked"),
        ([np.ma.masked_equal(DINNER[0], 3), DINNER[1]], {}, "must not be masked"),
        ([[[np.ma.masked, 0], [0, 2]], DINNER[1]], {}, "must not be masked"),
    ],
)
def test_tables_of_payoffs_that_do_not_fit_are_refused(payoffs, options, words):
    with pytest.raises((InvalidGameError, UnknownNameError), match=words):
        NormalForm(payoffs, **options)


def test_profiles_preferences_and_references_are_read_by_name():
    game = NormalForm(FRAMES, players=["she", "he"])
    hers, his = pd.Series({"fight": 0.25, "opera": 0.75}), {"f": 0.9, "o": 0.1}
    expected = game.profile([[0.75, 0.25], [0.1, 0.9]])
    for given in ([hers, his], {"he": his, "she": hers}, [hers, [0.1, 0.9]]):
        found = game.profile(given)
        assert all(np.array_equal(*pair) for pair in zip(found, expected, strict=True))
    with pytest.raises(UnknownNameError, match="action in `profile`"):
        game.profile([his, hers])
    bold = CumulativeProspectTheory()
    named = game.replace(
        preferences={"he": bold, "she": ExpectedUtility()},
        references=pd.Series({"he": 1, "she": 2}),
    )
    assert named.preferences == (ExpectedUtility(), bold)
    assert named.references == (2.0, 1.0)
    device = pd.DataFrame([[0.5, 0.25], [0.25, 0]], ["fight", "opera"], ["o", "f"])
    assert games.obedience(game, device) == games.obedience(game, [[0.25, 0], [0.5, 0.25]])
    counts = {"she": {"fight": 3, "opera": 7}, "he": pd.Series({"f": 6, "o": 4})}
    fit = solver.fit_precision(game, counts)
    assert fit.precision == solver.fit_precision(game, [[7, 3], [4, 6]]).precision


def test_payoffs_and_weights_of_coalitions_are_read_by_name():
    gloves = CharacteristicFunction([0, 0, 0, 0, 0, 1, 1, 1], ["Ann", "Bob", "Cid"])
    core = pd.Series({"Cid": 1.0, "Ann": 0.0, "Bob": 0.0})
    assert solver.values.in_core(gloves, core)
    assert not solver.values.in_core(gloves, core.to_numpy())
    assert solver.values.in_core(
        gloves, {"Cid": Fraction(1), "Ann": Fraction(0), "Bob": Fraction(0)}
    )
    assert solver.values.nucleolus_certificate(gloves, core).holds
    with pytest.raises(InvalidGameError, match="'Bob' is missing"):
        solver.values.in_core(gloves, core.drop("Bob"))
    weights = pd.Series({"big": 0.5, "mid": 0.3, "low": 0.2})
    found = games.weighted_majority(0.6, weights)
    assert found.players == ("big", "mid", "low")
    turned = games.weighted_majority(0.6, weights, players=["low", "big", "mid"])
    assert turned.players == ("low", "big", "mid")
    assert turned.worth(["low", "mid"]) == found.worth(["mid", "low"]) == 0
    assert games.bankruptcy(1, {"a": 1, "b": 2}).players == ("a", "b")
    assert games.airport(pd.Series([1, 2])).values.tolist() == [0, 1, 2, 2]
    with pytest.raises(InvalidGameError, match="must not carry labels"):
        CharacteristicFunction(pd.Series([0, 1], ["none", "all"]))


def test_bargains_are_read_by_name():
    problem = BargainingProblem(
        [ExpectedUtility()] * 2,
        pd.Series({"he": 1, "she": 2}),
        pie=10,
        weights={"he": 1, "she": 3},
        references=pd.Series([0.5, 0.25]),
        players=["she", "he"],
    )
    assert problem.disagreement == (2.0, 1.0)
    assert problem.weights == (0.75, 0.25)
    assert problem.references == (0.5, 0.25)


def test_lists_without_names_of_a_game_must_agree_in_their_labels():
    outcomes, chances = pd.Series({"win": 3, "lose": -1}), pd.Series({"lose": 0.75, "win": 0.25})
    assert Prospect(outcomes, chances[["win", "lose"]]) == Prospect([3, -1], [0.25, 0.75])
    for wrong in (
        lambda: Prospect(outcomes, chances),
        lambda: contributions.solve(outcomes.abs(), chances),
        lambda: legislative.solve(outcomes.abs(), chances),
    ):
        with pytest.raises(InvalidGameError, match="carry the same labels"):
            wrong()
    with pytest.raises(InvalidGameError, match="read by position"):
        Terminal(outcomes)
    node = Chance(["win", "lose"], chances, [Terminal([1]), Terminal([0])])
    assert node.probabilities == (0.25, 0.75)


@pytest.mark.parametrize(
    "ask",
    [
        lambda hidden: sweep(load("classic-athens"), threat=hidden),
        lambda hidden: sweep(load("classic-athens"), threat=hidden, cohesion=[0.5, 0.6]),
        lambda hidden: CumulativeProspectTheory().utility(hidden),
        lambda hidden: Prelec(0.7)(hidden),
        lambda hidden: BargainingProblem([ExpectedUtility()] * 2, [0, 0]).utilities_at(hidden),
        lambda hidden: BargainingProblem([ExpectedUtility()] * 2, [0, 0]).utility(0, hidden),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_what_is_masked_is_not_read(ask, listed):
    hidden = np.ma.masked_equal([0.25, 0.5], 0.5)
    with pytest.raises(InvalidGameError, match=r"masked"):
        ask(list(hidden) if listed else hidden)
