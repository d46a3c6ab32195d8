"""Probability weightings: shape, special cases, and accuracy where their slope is infinite."""

import pickle
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from strategies import EACH_WEIGHTING

from games import (
    AllianceError,
    GoldsteinEinhorn,
    InvalidGameError,
    Linear,
    Prelec,
    Prelec2,
    TverskyKahneman,
    Weighting,
)

EACH = [
    Linear(),
    TverskyKahneman(0.28),
    TverskyKahneman(0.61),
    TverskyKahneman(0.69),
    TverskyKahneman(1.5),
    Prelec(0.65),
    Prelec(2.0),
    Prelec2(0.65, 1.2),
    Prelec2(1.3, 0.8),
    GoldsteinEinhorn(0.77, 0.44),
    GoldsteinEinhorn(1.5, 2.0),
    *EACH_WEIGHTING,
]
GRID = np.concatenate([np.geomspace(1e-300, 1e-4, 5_000), np.linspace(1e-4, 1, 50_000)])


@pytest.mark.parametrize("weighting", EACH, ids=repr)
class TestShape:
    def test_ends_are_exact(self, weighting: Weighting) -> None:
        assert weighting(0.0) == 0.0
        assert weighting(1.0) == 1.0

    def test_rises(self, weighting: Weighting) -> None:
        # a rise of less than one rounding step may show as a fall of one
        assert (np.diff(weighting(GRID)) > -4e-16).all()
        assert (np.diff(weighting(np.linspace(0, 1, 2_001))) > 0).all()

    def test_stays_in_the_unit_interval(self, weighting: Weighting) -> None:
        weights = weighting(GRID)
        assert weights.min() >= 0
        assert weights.max() <= 1

    def test_keeps_the_shape(self, weighting: Weighting) -> None:
        assert np.shape(weighting(0.3)) == ()
        assert weighting([0.1, 0.2]).shape == (2,)
        table = np.array([[0.1, 0.2], [0.3, 0.4]])
        assert weighting(table).shape == (2, 2)
        assert weighting(table)[1, 0] == weighting(0.3)

    def test_does_not_write_to_its_argument(self, weighting: Weighting) -> None:
        p = np.array([0.2, 0.7])
        weighting(p)
        assert p.tolist() == [0.2, 0.7]

    @pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), [0.5, 2.0]])
    def test_refuses_what_is_no_probability(self, weighting: Weighting, p: object) -> None:
        with pytest.raises(InvalidGameError) as caught:
            weighting(p)
        assert str(caught.value) == f"`probability` must lie in [0, 1]; got {p!r}"

    def test_is_a_value(self, weighting: Weighting) -> None:
        again = pickle.loads(pickle.dumps(weighting))
        assert again == weighting
        assert hash(again) == hash(weighting)
        assert all(isinstance(number, float) for number in weighting.constants)


@pytest.mark.parametrize(
    ("gamma", "p", "expected"),
    [  # derived: closed form
        (0.61, 0.5, 0.420639),
        (0.69, 0.5, 0.453988),
        (0.61, 0.01, 0.055266),
        (0.69, 0.01, 0.039672),
    ],
)
def test_tversky_kahneman_values(gamma: float, p: float, expected: float) -> None:
    assert TverskyKahneman(gamma)(p) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize("alpha", [0.3, 0.65, 1.0, 2.0])
def test_prelec_is_fixed_at_one_over_e(alpha: float) -> None:
    # derived: -ln(1/e) = 1, and 1 to any power is 1
    assert Prelec(alpha)(np.exp(-1)) == pytest.approx(np.exp(-1), rel=1e-15)


@pytest.mark.parametrize("gamma", [0.4, 1.0, 2.5])
def test_goldstein_einhorn_at_one_half(gamma: float) -> None:
    # derived: the powers of 1/2 cancel, and w = delta / (delta + 1)
    assert GoldsteinEinhorn(0.77, gamma)(0.5) == pytest.approx(0.77 / 1.77, rel=1e-15)


@pytest.mark.parametrize(
    "weighting",
    [Linear(), TverskyKahneman(1), Prelec(1), Prelec2(1, 1), GoldsteinEinhorn(1, 1)],
    ids=repr,
)
def test_linear_special_cases(weighting: Weighting) -> None:
    p = np.linspace(0, 1, 1_001)
    np.testing.assert_allclose(weighting(p), p, rtol=1e-13, atol=0)


def test_one_parameter_prelec_is_nested_in_two() -> None:
    p = np.linspace(0, 1, 101)
    np.testing.assert_array_equal(Prelec2(0.65, 1.0)(p), Prelec(0.65)(p))


def exact_tk(gamma: Decimal, p: Decimal, q: Decimal) -> Decimal:
    return p**gamma / (p**gamma + q**gamma) ** (1 / gamma)


def exact_prelec(alpha: Decimal, p: Decimal, q: Decimal) -> Decimal:
    return (-((-p.ln()) ** alpha)).exp()


def exact_prelec2(alpha: Decimal, beta: Decimal, p: Decimal, q: Decimal) -> Decimal:
    return (-beta * (-p.ln()) ** alpha).exp()


def exact_ge(delta: Decimal, gamma: Decimal, p: Decimal, q: Decimal) -> Decimal:
    return delta * p**gamma / (delta * p**gamma + q**gamma)


@pytest.mark.parametrize(
    ("kind", "constants", "exact"),
    [
        (TverskyKahneman, (0.61,), exact_tk),
        (TverskyKahneman, (0.28,), exact_tk),
        (Prelec, (0.65,), exact_prelec),
        (Prelec2, (0.65, 1.2), exact_prelec2),
        (GoldsteinEinhorn, (0.77, 0.44), exact_ge),
    ],
)
@pytest.mark.parametrize("small", [1e-290, 1e-100, 1e-30, 1e-17, 1e-9, 1e-3, 0.25])
def test_accuracy_near_both_ends(
    kind: Callable[..., Weighting],
    constants: tuple[float, ...],
    exact: Callable[..., Decimal],
    small: float,
) -> None:
    """Compare with 400 decimal digits (computed by Python's `decimal`).

    Near 0 the weight itself must be right, near 1 what it lacks of 1: there p rounds to 1, and
    only the complement q still tells two probabilities apart.
    """
    weighting = kind(*constants)
    near, rest = np.array(small), np.array(1 - small)
    with localcontext() as context:
        context.prec = 400
        numbers = [Decimal(number) for number in constants]
        p = Decimal(small)
        low = exact(*numbers, p, 1 - p)
        high = exact(*numbers, 1 - p, p)
        assert abs(Decimal(float(weighting.weight(near, rest))) / low - 1) < Decimal("1e-13")
        assert abs(Decimal(float(weighting.weight(rest, near))) - high) < Decimal("4e-16")


@pytest.mark.parametrize("small", [1e-17, 1e-20])
def test_the_complement_is_read_near_one(small: float) -> None:
    # 1 - small rounds to 1, yet these weights lie well below w(1) = 1
    one, near = np.array(1.0), np.array(small)
    for weighting in (TverskyKahneman(0.28), Prelec(0.3), GoldsteinEinhorn(0.77, 0.3)):
        assert weighting.weight(one, near) < 1 - 1e-7


@pytest.mark.parametrize("gamma", [0.2, 0.0, 0.279])
def test_gamma_where_the_weighting_is_not_monotone_is_refused(gamma: float) -> None:
    with pytest.raises(InvalidGameError) as caught:
        TverskyKahneman(gamma)
    assert str(caught.value) == f"`gamma` must be at least 0.28; got {gamma:g}"


def test_the_bound_on_gamma_has_a_reason() -> None:
    # derived: at 0.27 the same formula falls somewhere on the grid, at 0.28 nowhere
    p = np.linspace(0, 1, 100_001)[1:-1]
    falls = {g: (np.diff(p**g / (p**g + (1 - p) ** g) ** (1 / g)) < 0).any() for g in (0.27, 0.28)}
    assert falls == {0.27: True, 0.28: False}


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Prelec(0), "`alpha` must be above 0; got 0"),
        (lambda: Prelec2(-1, 1), "`alpha` must be above 0; got -1"),
        (lambda: Prelec2(1, 0), "`beta` must be above 0; got 0"),
        (lambda: GoldsteinEinhorn(0, 1), "`delta` must be above 0; got 0"),
        (lambda: GoldsteinEinhorn(1, -0.5), "`gamma` must be above 0; got -0.5"),
        (lambda: TverskyKahneman(float("nan")), "`gamma` must be finite; got nan"),
        (lambda: Prelec(True), "`alpha` must be a number; got True"),
        (
            lambda: TverskyKahneman("0.61"),
            "`gamma` must be a number; got '0.61' (a text; the number is 0.61)",
        ),
    ],
)
def test_constants_out_of_range(build: Callable[[], Weighting], message: str) -> None:
    with pytest.raises(AllianceError) as caught:
        build()
    assert str(caught.value) == message


def test_weightings_of_different_constants_differ() -> None:
    assert TverskyKahneman(0.61) == TverskyKahneman(0.61)
    assert TverskyKahneman(0.61) != TverskyKahneman(0.69)
    assert Prelec(1) != Linear()
    assert len({Linear(), Linear(), Prelec(1), Prelec(1.0)}) == 2
