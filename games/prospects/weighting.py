"""Probability weighting functions w(p), increasing on [0, 1] with w(0) = 0 and w(1) = 1.

Each takes the probability p *and* its complement q = 1 - p. A cumulative sum knows both to full
relative precision, while `1 - p` computed from p does not, and w has infinite slope at the ends.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from games import checks
from games.arrays import Array
from games.errors import InvalidGameError
from games.labels import unmasked

# steeper powers underflow at small probabilities, and no estimate comes near
STEEPEST = 20
# below this the function of Tversky and Kahneman is not monotone
SHALLOWEST = 0.28


class Weighting(ABC):
    """A probability weighting function.

    `code` and `constants` state the same function to compiled kernels.
    """

    code: ClassVar[int]

    def __call__(self, probability: ArrayLike) -> Array:
        """Return w(p) for each `probability` in [0, 1], in the shape given.

        Raises
        ------
        InvalidGameError
            If a probability lies outside [0, 1].
        """
        try:
            p = np.asarray(unmasked("probability", probability), dtype=np.float64)
        except (TypeError, ValueError):
            raise InvalidGameError(f"`probability` must be numbers; got {probability!r}") from None
        if not ((p >= 0) & (p <= 1)).all():
            raise InvalidGameError(f"`probability` must lie in [0, 1]; got {probability!r}")
        return self.weight(p, 1 - p)

    @abstractmethod
    def weight(self, p: Array, q: Array) -> Array:
        """Return w(p), given p and its complement q = 1 - p."""

    @property
    @abstractmethod
    def constants(self) -> tuple[float, float]:
        """The function's parameters (unused places hold 1)."""

    @property
    def is_linear(self) -> bool:
        """Whether w(p) = p: so it is, in every family here, when all parameters are 1."""
        return self.constants == (1.0, 1.0)


@dataclass(frozen=True)
class Linear(Weighting):
    """w(p) = p: no weighting."""

    code: ClassVar[int] = 0

    def weight(self, p: Array, q: Array) -> Array:
        return p

    @property
    def constants(self) -> tuple[float, float]:
        return 1.0, 1.0


@dataclass(frozen=True)
class TverskyKahneman(Weighting):
    """w(p) = p^gamma / (p^gamma + (1-p)^gamma)^(1/gamma) (Tversky & Kahneman 1992, eq. 6).

    Parameters
    ----------
    gamma : float
        In [0.28, 20]: below about 0.279 the function is not monotone (Ingersoll 2008). 1 is
        linear, above 1 the function is S-shaped.

    Examples
    --------
    >>> round(float(TverskyKahneman(0.61)(0.5)), 6)
    0.420639
    """

    gamma: float
    code: ClassVar[int] = 1

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "gamma", _steepness("gamma", checks.at_least("gamma", self.gamma, SHALLOWEST))
        )

    def weight(self, p: Array, q: Array) -> Array:
        powered = p**self.gamma
        return powered / (powered + q**self.gamma) ** (1 / self.gamma)

    @property
    def constants(self) -> tuple[float, float]:
        return self.gamma, 1.0


@dataclass(frozen=True)
class Prelec(Weighting):
    """w(p) = exp(-(-ln p)^alpha) (Prelec 1998); alpha in (0, 20], 1 is linear."""

    alpha: float
    code: ClassVar[int] = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", _steepness("alpha", self.alpha))

    def weight(self, p: Array, q: Array) -> Array:
        return np.exp(-(_minus_log(p, q) ** self.alpha))

    @property
    def constants(self) -> tuple[float, float]:
        return self.alpha, 1.0


@dataclass(frozen=True)
class Prelec2(Weighting):
    """w(p) = exp(-beta (-ln p)^alpha) (Prelec 1998, two parameters).

    alpha in (0, 20] sets the curvature, beta > 0 the elevation; (1, 1) is linear.
    """

    alpha: float
    beta: float
    code: ClassVar[int] = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", _steepness("alpha", self.alpha))
        object.__setattr__(self, "beta", checks.above("beta", self.beta, 0))

    def weight(self, p: Array, q: Array) -> Array:
        return np.exp(-self.beta * _minus_log(p, q) ** self.alpha)

    @property
    def constants(self) -> tuple[float, float]:
        return self.alpha, self.beta


@dataclass(frozen=True)
class GoldsteinEinhorn(Weighting):
    """w(p) = delta p^gamma / (delta p^gamma + (1-p)^gamma) (Goldstein & Einhorn 1987).

    delta > 0 sets the elevation, gamma in (0, 20] the curvature; (1, 1) is linear.
    """

    delta: float
    gamma: float
    code: ClassVar[int] = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", checks.above("delta", self.delta, 0))
        object.__setattr__(self, "gamma", _steepness("gamma", self.gamma))

    def weight(self, p: Array, q: Array) -> Array:
        powered = self.delta * p**self.gamma
        return powered / (powered + q**self.gamma)

    @property
    def constants(self) -> tuple[float, float]:
        return self.gamma, self.delta


# every family: searches, proofs and tests go by this table
FAMILIES: tuple[type[Weighting], ...] = (
    Linear,
    TverskyKahneman,
    Prelec,
    Prelec2,
    GoldsteinEinhorn,
)


def _steepness(name: str, value: float) -> float:
    return checks.at_most(name, checks.above(name, value, 0), STEEPEST)


def _minus_log(p: Array, q: Array) -> Array:
    """Return -ln p, by way of q where p is near 1."""
    with np.errstate(divide="ignore"):  # -ln 0 is infinite, and w(0) = exp(-inf) = 0 is right
        return np.where(p < 0.5, -np.log(p), -np.log1p(-np.minimum(q, 0.5)))
