"""The equations of logit quantal response equilibria, in log probabilities.

A logit equilibrium at a precision is a profile p with p_i = softmax(precision * V_i(p)) for each
player, V_i being what its actions are worth (McKelvey & Palfrey 1995, eq. 4, there for expected
utility). In log probabilities the equations stay smooth up to the ends, with probability weighting
too, and nothing underflows.
"""

from __future__ import annotations

import numpy as np

from games import ConvergenceError, InvalidGameError, NormalForm
from games.arrays import Array
from solver.finite.action_slopes import ActionValues

# beyond this precision, in units of the payoffs' range, floats say nothing
LARGEST = 1e10
# allowed error of the equations, as a share of the size of their terms
TOLERANCE = 1e-12
CORRECTIONS = 12


class LogitEquations:
    """The logit equations of one game.

    A *point* is a row: log probabilities player by player, then the scaled precision, which is the
    precision times the payoffs' range.

    Parameters
    ----------
    game : NormalForm

    Attributes
    ----------
    scale : float
        The widest range of any player's utilities (1 if none differ).
    """

    def __init__(self, game: NormalForm) -> None:
        self.game = game
        self._values = ActionValues(game)
        owner = self._values.owner
        self._same = (owner[:, np.newaxis] == owner).astype(np.float64)
        self.scale = float(max(np.ptp(own) for own in game.utilities)) or 1.0
        self._size = float(np.abs(game.utilities).max()) / self.scale

    @property
    def start(self) -> Array:
        """The point at precision 0, where all play uniformly."""
        shape = self.game.shape
        return np.append(np.repeat(-np.log(shape), shape), 0.0)

    def scaled(self, precision: float) -> float:
        """Return a precision times the payoffs' range.

        Raises
        ------
        InvalidGameError
            If the precision is too large for floating point.
        """
        if precision > LARGEST / self.scale:
            raise InvalidGameError(
                f"`precision` must be at most {LARGEST / self.scale:g} in this game;"
                f" got {precision:g}"
            )
        return precision * self.scale

    def split(self, row: Array) -> tuple[Array, ...]:
        """Return the parts of a row without its precision that are each player's."""
        return self._values.split(row)

    def logs(self, point: Array) -> tuple[Array, ...]:
        """Return each player's log probabilities at a point."""
        return self.split(self._normal(point[:-1]))

    def profile(self, point: Array) -> tuple[Array, ...]:
        """Return the mixed profile at a point, as read-only arrays."""
        mixed = [np.exp(own) for own in self.logs(point)]
        for own in mixed:
            own /= own.sum()
            own.setflags(write=False)
        return tuple(mixed)

    def terms(self, point: Array) -> float:
        """Return the size of the terms that the equations add up, a measure of their rounding."""
        return 1.0 + abs(float(point[-1])) * self._size

    def __call__(self, point: Array) -> tuple[Array, Array]:
        """Return the errors of the equations at a point, and their derivatives.

        The equations of a player are that l - precision * V equals its mean under the mixing, and
        that probabilities sum to 1; each is given with the logarithm of that sum added.

        Returns
        -------
        errors : ndarray, shape (actions,)
        matrix : ndarray, shape (actions, actions + 1)
        """
        given, scaled = point[:-1], float(point[-1])
        logs = self._normal(given)
        values, slopes = self._values(logs)
        means = self._same * np.exp(logs)
        slopes -= (slopes @ self._same) * np.exp(logs)
        moves = np.column_stack([slopes * (scaled / self.scale), values / self.scale])
        ahead = logs - scaled * moves[:, -1]
        matrix: Array = means @ moves - moves
        matrix[:, :-1] += np.eye(len(given))
        return ahead - means @ ahead + given - logs, matrix

    def polished(self, point: Array) -> Array:
        """Return the solution near a point at its precision, by Newton's method to rounding.

        Raises
        ------
        ConvergenceError
            If the equations do not come to hold.
        """
        best = point
        errors, matrix = self(best)
        for _ in range(CORRECTIONS):
            trial = best.copy()
            # least squares: at a turning point the matrix is singular
            trial[:-1] -= np.linalg.lstsq(matrix[:, :-1], errors)[0]
            left, matrix = self(trial)
            if not np.abs(left).max() < np.abs(errors).max():
                break
            best, errors = trial, left
        worst = float(np.abs(errors).max())
        if not worst <= TOLERANCE * self.terms(best):
            raise ConvergenceError(
                f"the logit equations hold to {worst:.1e} only at precision"
                f" {best[-1] / self.scale:g}"
            )
        return best

    def _normal(self, logs: Array) -> Array:
        """Return log probabilities that sum to 1 for each player."""
        values = self._values
        normal: Array = logs - np.logaddexp.reduceat(logs, values.starts)[values.owner]
        return normal
