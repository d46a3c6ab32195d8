"""Legislative and coalitional bargaining: closed forms, and stationary values by simulation."""

from itertools import combinations
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import ConvergenceError, InvalidGameError, NotApplicableError
from games.finite.linear_programme import Optimum
from solver.bargaining import legislative
from solver.bargaining.coalitions import by_size, chatterjee, okada, okada_symmetric
from solver.bargaining.legislative import proposer_share, solve

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("members", "discount", "quota", "share"),
    [
        # Baron & Ferejohn 1989, closed rule: 1 - d (n - 1) / (2 n)
        (3, 1.0, None, 2 / 3),
        (101, 0.9, None, 0.554455),
        (5, 0.8, None, 0.68),
        # by unanimity 1 - d (n - 1) / n; alone, all
        (4, 0.9, 4, 1 - 0.9 * 3 / 4),
        (3, 0.9, 1, 1.0),
    ],
)
def test_alike_members(members, discount, quota, share):
    assert proposer_share(members, discount, quota) == pytest.approx(share, abs=5e-7)
    if members < 50:
        found = solve([1] * members, [discount] * members, quota)
        assert found.proposer_shares == pytest.approx([share] * members, abs=1e-9)
        assert found.values == pytest.approx([1 / members] * members, abs=1e-12)


def test_unanimity():
    """Values are p R / (1 - d): patience and recognition multiply (Merlo & Wilson 1995)."""
    found = solve([1, 2, 3], [0.9, 0.5, 0.7], 3)
    powers = np.array([1 / 0.1, 2 / 0.5, 3 / 0.3])
    assert found.values == pytest.approx(powers / powers.sum(), abs=1e-12)
    assert found.regret <= 1e-9


def test_dictators():
    assert solve([1, 3], [0.9, 0.9], 1).values == pytest.approx([0.25, 0.75])


def test_more_recognition_makes_a_vote_dear():
    """Derived: with chances (10, 1, 1) / 12 the two others buy each other; v1 = 10/12 (1 - c)."""
    found = solve([10, 1, 1], [1, 1, 1])
    price = found.values[1]
    assert found.values[0] == pytest.approx(10 / 12 * (1 - price))
    assert found.inclusion[1:, 0] == pytest.approx([0, 0], abs=1e-9)
    assert found.values == pytest.approx([5 / 7, 1 / 7, 1 / 7])


@fixed(40)
@given(seeds)
def test_values_are_stationary(seed):
    """A twin without linear programming: values are found anew from the coalitions alone."""
    random = np.random.default_rng(seed)
    size = int(random.integers(2, 7))
    quota = int(random.integers(1, size + 1))
    recognition = random.dirichlet(np.ones(size))
    discounts = random.uniform(0.1, 0.99, size)
    found = solve(recognition.tolist(), discounts.tolist(), quota)
    assert found.regret <= 1e-8
    assert found.values.sum() == pytest.approx(1, abs=1e-9)
    assert found.inclusion.sum(axis=1) == pytest.approx([quota] * size, abs=1e-8)
    for j in range(size):
        others = [i for i in range(size) if i != j]
        least = min(
            sum(discounts[i] * found.values[i] for i in chosen)
            for chosen in combinations(others, quota - 1)
        )
        assert found.proposer_shares[j] == pytest.approx(1 - least, abs=1e-8)
    values = np.full(size, 1 / size)
    bought = found.inclusion - np.eye(size)
    for _ in range(20000):
        prices = discounts * values
        again = recognition * (1 - bought @ prices) + (recognition @ bought) * prices
        if np.abs(again - values).max() < 1e-13:
            break
        values = again
    assert values == pytest.approx(found.values, abs=1e-6)


def test_bad_legislatures(monkeypatch):
    with pytest.raises(InvalidGameError, match="as many numbers"):
        solve([1, 1], [0.9])
    with pytest.raises(InvalidGameError, match="`recognition` must be above 0"):
        solve([1, 0], [0.9, 0.9])
    with pytest.raises(InvalidGameError, match="`discounts` must be at most 1"):
        solve([1, 1], [0.9, 1.1])
    with pytest.raises(InvalidGameError, match="unanimity"):
        solve([1, 1], [0.9, 1.0], 2)
    with pytest.raises(InvalidGameError, match="`quota` must be at most 2"):
        solve([1, 1], [0.9, 0.9], 3)
    monkeypatch.setattr(legislative.linear_programme, "maximise", Mock(return_value=Optimum(-1.0)))
    with pytest.raises(ConvergenceError, match="no coalitions"):
        solve([1, 1, 1], [0.9] * 3)


@pytest.mark.parametrize("discount", [0.0, 0.5, 0.9, 0.999])
def test_rejector_proposes_alike(discount):
    """The maximum of v(s) / (1 + d (s - 1)): near d = 1 of the average worth.

    Chatterjee, Dutta, Ray & Sengupta 1993.
    """
    worths = [0, 3, 4]
    found = chatterjee(by_size(worths), discount)
    best = max(v / (1 + discount * k) for k, v in enumerate(worths))
    assert found.values == pytest.approx([best] * 3)
    assert found.regret <= 1e-12
    # .5 is where a pair, 3 / (1 + d), overtakes all three, 4 / (1 + 2 d)
    assert found.coalitions[0].bit_count() == (3 if discount < 0.5 else 2)


@fixed(60)
@given(seeds)
def test_rejector_proposes(seed):
    """A twin by iteration: each payoff is what the best coalition leaves."""
    random = np.random.default_rng(seed)
    size, discount = int(random.integers(1, 5)), float(random.uniform(0, 0.95))
    worths = random.integers(0, 10, 2**size).astype(float)
    worths[0] = 0
    found = chatterjee(worths.tolist(), discount)
    for i in range(size):
        left = [
            worths[c]
            - discount * sum(found.values[j] for j in range(size) if c >> j & 1 and j != i)
            for c in range(2**size)
            if c >> i & 1
        ]
        assert max(left) == pytest.approx(found.values[i], abs=1e-9)
        own = found.coalitions[i]
        assert own >> i & 1
        assert worths[own] - discount * sum(
            found.values[j] for j in range(size) if own >> j & 1 and j != i
        ) == pytest.approx(found.values[i], abs=1e-9)


def test_random_proposers():
    """The grand coalition forms at once, near d = 1, if v(s) / s is at most v(n) / n (Okada 1996).

    With v(2) = a and v(3) = 1 a proposer takes a pair if a - d / 3 > 1 - 2 d / 3.
    """
    whole = okada(by_size([0, 0.65, 1]), 0.999)
    assert whole.values == pytest.approx([1 / 3] * 3)
    assert whole.coalitions == (7, 7, 7)
    assert whole.regret <= 1e-12
    with pytest.raises(NotApplicableError, match="smaller coalition"):
        okada(by_size([0, 0.68, 1]), 0.999)
    (pair,) = okada_symmetric([0, 0.9, 1], 0.9)
    assert (pair.value, pair.sizes) == (pytest.approx(0.3), {2: 1.0})
    assert pair.continuation == pytest.approx((0, 0, 0.45, 0.3))
    (three,) = okada_symmetric([0, 0.65, 1], 0.999)
    assert (three.value, three.sizes) == (pytest.approx(1 / 3), {3: 1.0})


@fixed(60)
@given(seeds)
def test_random_proposers_alike(seed):
    random = np.random.default_rng(seed)
    size, discount = (
        int(random.integers(1, 7)),
        float(random.choice([0.0, random.uniform(0, 0.99)])),
    )
    worths = np.sort(random.random(size)).tolist()
    found = okada_symmetric(worths, discount)
    assert len(found) % 2 == 1
    for each in found:
        later, value = each.continuation, each.value
        assert sum(each.sizes.values()) == pytest.approx(1)
        keeps = [worths[s - 1] - discount * (s - 1) * value for s in range(1, size + 1)]
        brought = 0.0
        for s, chance in each.sizes.items():
            assert keeps[s - 1] == pytest.approx(max(keeps), abs=1e-9)
            stays = (s - 1) / size * discount * value
            goes = (size - s) / size * discount * later[size - s]
            brought += chance * (keeps[s - 1] / size + stays + goes)
        assert brought == pytest.approx(value, abs=1e-9)


def test_bad_coalition_games():
    with pytest.raises(InvalidGameError, match="must hold 2\\^n numbers"):
        chatterjee([0, 1, 2], 0.9)
    with pytest.raises(InvalidGameError, match="at least 0; got -1"):
        okada([0, -1], 0.9)
    with pytest.raises(InvalidGameError, match="`discount` must be below 1"):
        chatterjee([0, 1], 1)
    with pytest.raises(InvalidGameError, match="at least 1 number"):
        okada_symmetric([], 0.5)
