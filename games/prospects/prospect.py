"""A prospect: outcomes with their probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.errors import InvalidGameError

PROBABILITY_TOLERANCE = 1e-9
ROUNDING = 1e-12


class Prospect:
    """A finite lottery over outcomes, kept worst outcome first.

    Equal outcomes are merged, outcomes of probability zero are dropped.

    Parameters
    ----------
    outcomes : array_like, shape (m,)
        Finite numbers, in the unit of the payoff.
    probabilities : array_like, shape (m,)
        In [0, 1]; they sum to 1 within 1e-9; sums off by more than rounding
        are scaled to 1.

    Raises
    ------
    InvalidGameError
        If the two differ in length, are empty, or hold values out of range.

    Examples
    --------
    >>> die = Prospect([4, -1, 4], [0.25, 0.5, 0.25])
    >>> print(die)
    -1.0 @ 0.5; 4.0 @ 0.5
    >>> die.mean, die.mass_below(0)
    (1.5, 0.5)
    >>> Prospect.parse(str(die)) == die
    True
    """

    __slots__ = ("outcomes", "probabilities")

    outcomes: Array
    probabilities: Array

    def __init__(self, outcomes: ArrayLike, probabilities: ArrayLike) -> None:
        labels.agreeing(outcomes=outcomes, probabilities=probabilities)
        x, p = _vector("outcomes", outcomes), _vector("probabilities", probabilities)
        if x.shape != p.shape:
            raise InvalidGameError(
                f"`probabilities` must be as many as `outcomes`; got {p.size} and {x.size}"
            )
        if (p < 0).any() or (p > 1 + PROBABILITY_TOLERANCE).any():
            raise InvalidGameError(f"`probabilities` must lie in [0, 1]; got {p.tolist()}")
        total = float(p.sum())
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            raise InvalidGameError(f"`probabilities` must sum to 1; got {total:.12g}")
        merged, place = np.unique(x, return_inverse=True)
        weight = np.bincount(place, weights=p, minlength=merged.size)
        kept = weight > 0
        # a sum off by rounding only is left alone, so that reading back what was written is exact
        scale = total if abs(total - 1) > ROUNDING else 1.0
        # what is sure is exactly so: near a reference point an error in the last bit is magnified
        if np.count_nonzero(kept) == 1:
            scale = float(weight[kept][0])
        # adding 0.0 turns -0.0 into 0.0: the same outcome must have the same bytes to hash
        object.__setattr__(self, "outcomes", _locked(merged[kept] + 0.0))
        object.__setattr__(self, "probabilities", _locked(weight[kept] / scale))

    @classmethod
    def sure(cls, outcome: float) -> Prospect:
        """Return the prospect that gives `outcome` for certain."""
        return cls([outcome], [1.0])

    @classmethod
    def parse(cls, text: str) -> Prospect:
        """Read the text form, `outcome @ probability; ...`, that `str` writes exactly.

        Raises
        ------
        InvalidGameError
            If the text has another form.
        """
        if not isinstance(text, str):
            raise InvalidGameError(f"`text` must be a text; got {checks.shown(text)}")
        pairs = [part.split("@") for part in text.split(";")]
        try:
            values = [(float(outcome), float(probability)) for outcome, probability in pairs]
        except ValueError:
            raise InvalidGameError(
                f"a prospect must read `outcome @ probability; ...`; got {text!r}"
            ) from None
        return cls([x for x, _ in values], [p for _, p in values])

    @property
    def mean(self) -> float:
        """Expected outcome."""
        return float(self.outcomes @ self.probabilities)

    def mass_below(self, reference: float) -> float:
        """Probability of an outcome strictly below `reference`, in [0, 1]."""
        return min(1.0, float(self.probabilities[self.outcomes < reference].sum()))

    def shifted(self, amount: float) -> Prospect:
        """Return the prospect with `amount` added to every outcome."""
        return Prospect(self.outcomes + amount, self.probabilities)

    def __len__(self) -> int:
        return int(self.outcomes.size)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prospect):
            return NotImplemented
        return np.array_equal(self.outcomes, other.outcomes) and np.array_equal(
            self.probabilities, other.probabilities
        )

    def __hash__(self) -> int:
        return hash((self.outcomes.tobytes(), self.probabilities.tobytes()))

    def __str__(self) -> str:
        pairs = zip(self.outcomes.tolist(), self.probabilities.tolist(), strict=True)
        return "; ".join(f"{x!r} @ {p!r}" for x, p in pairs)

    def __repr__(self) -> str:
        return f"Prospect({self.outcomes.tolist()}, {self.probabilities.tolist()})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Prospect is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Prospect is immutable: cannot delete {name!r}")

    def __reduce__(self) -> tuple[type[Prospect], tuple[Sequence[float], Sequence[float]]]:
        return Prospect, (self.outcomes.tolist(), self.probabilities.tolist())


def _vector(name: str, values: ArrayLike) -> Array:
    # each is read by the other's position: labels need only agree
    vector = labels.numbers(name, getattr(values, "to_numpy", lambda: values)())
    if vector.ndim != 1 or vector.size == 0:
        raise InvalidGameError(f"`{name}` must be a non-empty list; got shape {vector.shape}")
    return checks.finite(name, vector)


def _locked(array: Array) -> Array:
    array.setflags(write=False)
    return array
