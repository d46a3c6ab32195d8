"""How much of a prior meets conditions: counted by hand, and the errors of the shares."""

import numpy as np
import pytest
from known_games import ATHENS, TRIO

import games
from games import ExpectedUtility, Form, InvalidGameError, UnknownNameError
from games.alliance import settings
from solver import prior_predictive, solve
from solver.studies.prior_predictive import STRUCTURE

TWO = [(ATHENS, 0.2, "hub-and-spoke"), (ATHENS, 0.7, Form.MULTILATERAL)]
RANGES = {"cohesion": (0.5, 1.0), "entrapment": (0.0, 1.0)}


@pytest.fixture(scope="module")
def found():
    return prior_predictive(TWO, RANGES, draws=60, seed=3)


def test_shares_are_those_of_solving_each_draw(found):
    points = np.random.default_rng(3).random((60, 2))
    expected = {"prospect": [], "expected": []}
    for cohesion, entrapment in np.array([0.5, 0.0]) + points * np.array([0.5, 1.0]):
        drawn = settings.with_values(ATHENS, {"cohesion": cohesion, "entrapment": entrapment})
        for name, game in (
            ("prospect", drawn),
            ("expected", drawn.with_preference(ExpectedUtility())),
        ):
            forms = [solve(game.at(threat)).preferred.form for threat in (0.2, 0.7)]
            expected[name].append(forms == [Form.HUB_AND_SPOKE, Form.MULTILATERAL])
    for item in found.shares:
        assert item.share == np.mean(expected[item.preference])
        assert found.all_held(item.preference).tolist() == expected[item.preference]
        assert item.standard_error == pytest.approx(
            np.sqrt(item.share * (1 - item.share) / 60), rel=1e-12
        )
        assert min(item.by_condition) >= item.share
    both = np.array(expected["prospect"]) & np.array(expected["expected"])
    assert found.joint()[0] == both.mean()
    assert found.draws == 60


@pytest.mark.long
def test_the_error_of_the_ratio_is_that_of_many_samples(found):
    """The delta method against the spread over samples drawn anew from what was found."""
    a, b = found.all_held("prospect"), found.all_held("expected")
    assert a.any()
    assert b.any()
    ratio, error = found.ratio("prospect", "expected")
    assert ratio == pytest.approx(a.mean() / b.mean())
    # derived: with both the same in every draw the ratio is 1 for certain
    assert found.ratio("prospect", "prospect") == (1.0, 0.0)
    rng = np.random.default_rng(0)
    many = prior_predictive(TWO, RANGES, draws=400)
    a, b = many.all_held("prospect"), many.all_held("expected")
    samples = [a[rows].mean() / b[rows].mean() for rows in rng.integers(0, 400, (2000, 400))]
    assert many.ratio("prospect", "expected")[1] == pytest.approx(np.std(samples), rel=0.25)
    assert error > 0


def test_rows(found):
    table = found.to_dataframe()
    assert table.preference.tolist() == ["prospect", "expected"]
    assert "Athens and the islands at 0.2: hub-and-spoke" in table
    assert found.to_xarray().sizes == {"preference": 2}


def test_what_never_holds():
    never = prior_predictive([(TRIO, 0.0, "multilateral")], {"k_bloc": (0.0, 0.1)}, draws=5)
    assert [item.share for item in never.shares] == [0.0, 0.0]
    assert np.isnan(never.ratio("prospect", "expected")).all()
    # figures that no game has meet no condition
    none = prior_predictive(
        [(TRIO, 0.0, "none")], {"common_reliability": (0.1, 0.5)}, draws=4, preferences=None
    )
    assert {item.share for item in none.shares} == {0.0}


def test_other_preferences_and_the_usual_prior():
    seen = []
    tastes = {"a": games.preset("booij-2010"), "b": TRIO.preference}
    found = prior_predictive(
        [("classic-athens", 0.2, "hub-and-spoke")],
        preferences=tastes,
        draws=3,
        progress=lambda *told: seen.append(told),
    )
    assert dict(found.prior) == STRUCTURE
    assert list(found.preferences) == ["a", "b"]
    assert seen == [("prior draws", 3, 6), ("prior draws", 6, 6)]


@pytest.mark.long
def test_the_shares_of_an_independent_program():
    """Six conditions, nine parameters: 9.3 % and 2.4 % of 6,000 draws there, both 1.2 %."""
    europe, southeast, asia = (
        games.load(name).strongest(6)
        for name in ("europe-1949", "southeast-asia-1954", "asia-1951")
    )
    conditions = [
        *((europe, 0.2, "hub-and-spoke"), (europe, 0.7, "multilateral")),
        *((southeast, 0.2, "hub-and-spoke"), (southeast, 0.6, "multilateral")),
        *((asia, 0.4, "hub-and-spoke"), (asia, 0.6, "hub-and-spoke")),
    ]
    found = prior_predictive(conditions, draws=1200, seed=1)
    shares = {item.preference: (item.share, item.standard_error) for item in found.shares}
    for name, expected in (("prospect", 0.093), ("expected", 0.024)):
        share, error = shares[name]
        whole = np.hypot(error, np.sqrt(expected * (1 - expected) / 6000))
        assert abs(share - expected) < 3 * whole


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: prior_predictive([], RANGES), InvalidGameError, "at least one; got none"),
        (lambda: prior_predictive([3], RANGES), InvalidGameError, "a game, a threat and a form"),
        (lambda: prior_predictive([(ATHENS, 2, "none")]), InvalidGameError, "`threat` must lie"),
        (lambda: prior_predictive([(ATHENS, 0.5, "x")]), InvalidGameError, "`form` must be"),
        (lambda: prior_predictive([("nato", 0.5, "none")]), UnknownNameError, "unknown scenario"),
        (lambda: prior_predictive(TWO, {}), InvalidGameError, "name at least one quantity"),
        (lambda: prior_predictive(TWO, {"cohesoin": (0, 1)}), UnknownNameError, "cohesoin"),
        (lambda: prior_predictive(TWO, {"alpha": (0, 1)}), InvalidGameError, "structural"),
        (lambda: prior_predictive(TWO, {"threat": (0, 1)}), InvalidGameError, "structural"),
        (lambda: prior_predictive(TWO, {"cohesion": (1, 0)}), InvalidGameError, "must rise"),
        (lambda: prior_predictive(TWO, RANGES, draws=0), InvalidGameError, "`draws` must be"),
        (lambda: prior_predictive(TWO, RANGES, seed=-1), InvalidGameError, "`seed` must be"),
        (
            lambda: prior_predictive(TWO, RANGES, preferences={"a": 3}),
            InvalidGameError,
            "`preference` must be",
        ),
    ],
)
def test_bad_arguments(ask, error, words):
    with pytest.raises(error, match=words):
        ask()
