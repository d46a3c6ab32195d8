"""Folds of whole blocks, clustered errors, tests and power: by hand and against statsmodels."""

import invented_powers
import numpy as np
import pytest
from scipy.stats import norm

from solver.accounts.scoring import Difference
from solver.great_powers.cells import cells_of
from solver.great_powers.data import load_powers_data
from solver.great_powers.model import Fit
from solver.great_powers.validation import (
    blocks_of,
    clustered,
    compare,
    folds_of,
    interval,
    one_sided,
    power,
    ratios_of,
    simulated,
)


def test_blocks_are_leaders_in_eras(tmp_path) -> None:
    cells = cells_of(load_powers_data(invented_powers.write(tmp_path)), last=1846).cells
    blocks = blocks_of(cells)
    assert {(cell.leader, block) for cell, block in zip(cells, blocks.tolist(), strict=True)} == {
        ("UKG", 0),
        ("RUS", 1),
    }


def test_folds_hold_whole_blocks_of_nearly_equal_sizes() -> None:
    rng = np.random.default_rng(0)
    blocks = np.repeat(np.arange(23), rng.integers(1, 60, 23))
    for seed in range(5):
        fold = folds_of(blocks, 5, seed)
        assert all(len(set(fold[blocks == block])) == 1 for block in range(23))
        sizes = np.bincount(fold)
        assert sizes.max() - sizes.min() <= 60


def test_blocks_of_one_size_are_shuffled_by_the_seed() -> None:
    blocks = np.repeat(np.arange(12), 3)
    assert len({tuple(folds_of(blocks, 4, seed)) for seed in range(8)}) > 1
    assert folds_of(blocks, 4, 3).tolist() == folds_of(blocks, 4, 3).tolist()


def test_clustered_errors_by_hand() -> None:
    # deviations -1, 1, 0, 0 in blocks (0, 0, 1, 2): sums 0, 0, 0
    assert clustered(np.array([1.0, 3.0, 2.0, 2.0]), np.array([0, 0, 1, 2])) == Difference(2.0, 0.0)
    # deviations -1, -1, 1, 1 in two blocks: sums -2 and 2, 2/1 * 8 / 16
    found = clustered(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1]))
    assert found == Difference(2.0, 1.0)
    assert np.isnan(clustered(np.array([1.0, 2.0]), np.array([0, 0])).se)


def test_clustered_errors_with_blocks_of_one_are_the_usual() -> None:
    apart = np.random.default_rng(1).normal(size=40)
    found = clustered(apart, np.arange(40))
    assert found.se == pytest.approx(apart.std(ddof=1) / 40**0.5)


def test_clustered_errors_are_those_of_statsmodels() -> None:
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(2)
    blocks = rng.integers(0, 9, 60)
    apart = rng.normal(size=60) + 0.3 * blocks
    fitted = api.OLS(apart, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": blocks})
    # which corrects by (n - 1) / (n - 1) too, and by B / (B - 1) as here
    assert clustered(apart, blocks).se == pytest.approx(float(fitted.bse[0]))


def test_one_sided_chances() -> None:
    assert one_sided(Difference(1.96, 1.0)) == pytest.approx(0.025, abs=1e-4)
    assert one_sided(Difference(-1.0, 0.5)) == pytest.approx(norm.sf(-2))
    assert np.isnan(one_sided(Difference(1.0, float("nan"))))


def test_vuong_and_clarke_by_hand() -> None:
    one = np.array([-1.0, -1.0, -3.0, -1.0, -2.0])
    other = np.array([-2.0, -2.0, -2.0, -2.0, -2.0])
    found = compare(one, other, np.arange(5))
    apart = one - other  # 1, 1, -1, 1, 0
    assert found.vuong == pytest.approx(apart.mean() / (apart.std(ddof=1) / 5**0.5))
    assert found.vuong_p == pytest.approx(2 * norm.sf(abs(found.vuong)))
    assert (found.ahead, found.cells) == (3, 4)
    assert found.clarke_p == pytest.approx(10 / 16)  # 3 or more, or 1 or fewer, of 4
    alike = compare(one, one, np.arange(5))
    assert (alike.vuong, alike.cells, alike.clarke_p) == (0.0, 0, 1.0)


class Parabola:
    """A model of two parameters whose log likelihood is known: -(x - 1)^2 / 2 - (y - x)^2."""

    names = ("x", "y")

    def __init__(self, low: float = -10.0, high: float = 10.0) -> None:
        self.bounds = [(low, high), (-10.0, 10.0)]

    def fit(self, among=None, starts=(), fixed=None, form=None) -> Fit:
        x = (fixed or {}).get("x", 1.0)
        return Fit("parabola", 0, {"x": x, "y": x}, -((x - 1) ** 2) / 2)


def test_a_profile_interval_of_a_known_likelihood() -> None:
    model = Parabola()
    found = interval(model, model.fit(), "x", 0.9)
    half = norm.ppf(0.95)
    assert (found.low, found.high) == pytest.approx((1 - half, 1 + half), abs=0.02)
    assert not found.low_is_open
    assert not found.high_is_open


def test_an_interval_that_reaches_a_bound_is_open_there() -> None:
    model = Parabola(low=0.5)
    found = interval(model, model.fit(), "x", 0.9)
    assert (found.low, found.low_is_open, found.high_is_open) == (0.5, True, False)


def test_draws_have_their_chances() -> None:
    chances = np.tile([0.7, 0.0, 0.1, 0.0, 0.2], (20_000, 1))
    shares = np.bincount(simulated(chances, np.random.default_rng(3)), minlength=5) / 20_000
    assert shares == pytest.approx(chances[0], abs=0.015)
    assert shares[1] == shares[3] == 0


def test_power_by_hand() -> None:
    # under b the ratio of a over b is 0 to 19: its 95 % quantile is 18.05
    ratios = {
        "a": {("a", "b"): np.array([10.0, 19.0, 20.0, 30.0]), ("b", "a"): -np.arange(4.0)},
        "b": {("a", "b"): np.arange(20.0), ("b", "a"): -np.arange(20.0)},
    }
    found = {(one.truth, one.rejected): one for one in power(ratios)}
    assert found["a", "b"].critical == pytest.approx(18.05)
    assert found["a", "b"].share == 0.75
    assert found["a", "b"].data_sets == 4
    # under a that of b over a is 0, -1, -2, -3: -.15; of 20 data sets one has more
    assert found["b", "a"].share == 0.05


class Told:
    """A model whose log likelihood of a form is told."""

    def __init__(self, logs) -> None:
        self.logs = np.array(logs)

    def fit(self, starts=(), form=None) -> Fit:
        return Fit("told", 0, {}, float(self.logs[form].sum()))


def test_ratios_of_all_pairs() -> None:
    form = np.ones(3, dtype=int)  # always the second form
    models = {"a": (Told([0, -1]), Fit("a", 0, {}, 0)), "b": (Told([0, -3]), Fit("b", 0, {}, 0))}
    found = ratios_of(form, models, -5.0)
    assert found["a", "b"] == 6.0
    assert found["b", "a"] == -6.0
    assert found["a", "base_rate"] == 2.0
    assert found["base_rate", "b"] == 4.0
    assert len(found) == 6
