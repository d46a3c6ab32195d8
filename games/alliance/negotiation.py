"""Burdens of a whole structure: every treaty's bargain at once, each taking the others as given.

For bilateral treaties with the Nash rule this is the Nash-in-Nash solution (Horn & Wolinsky 1988;
Collard-Wexler, Gowrisankaran & Lee 2019); a multilateral treaty is one bargain of all its members.
The rules, with Z what the allies of a treaty keep in all, evenly, m their number, G(Z) what the
hegemon gains, which falls, and Z* where it is 0:

- nash_in_nash: Z makes G(Z) Z^m greatest (Nash 1950, of m + 1 players).
- kalai_smorodinsky: G(Z) / G(0) = (Z / m) / Z*, equal shares of each player's ideal gain (Kalai &
  Smorodinsky 1975): G(0) for the hegemon, Z* for an ally.
- rubinstein: the hegemon offers first, who refuses offers next, all must agree, a gain is worth
  `patience` of it one offer later (Rubinstein 1982; for many players Chatterjee, Dutta, Ray &
  Sengupta 1993). In the stationary equilibrium an ally is offered patience times what it would keep
  as proposer, and so is the hegemon: G(Z (1 + (1/patience - 1)/m)) = patience G(Z).

A prospect-theory hegemon's G has kinks where outcomes cross its reference point. Then the Nash
product can have several peaks (the highest is taken; of equal ones that with the highest burdens),
the last equation several roots (the one with the highest burdens is taken): both are searched for
in each smooth piece between kinks. The bargains need not settle: then `residual` is not small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from games.alliance import burden_sharing, payoffs
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure
from games.arrays import Array
from games.bargaining import BargainingProblem
from games.errors import InvalidGameError
from games.prospects.preferences import Preference, RankWeights
from games.prospects.prospect import Prospect
from games.records import Record

# The bargain that a treaty of an alliance game is: who gains what by it at which burdens.
#
# If a treaty is not agreed on, the structure without it stands, the burdens of the other treaties
# unchanged. The hegemon values its whole prospect, so what it can gain by one treaty depends on
# its burdens under the others; its allies depend on their own treaty alone.

# each round leaves one of 512 intervals; or one of 32, where the function only falls
_POINTS, _ROUNDS = 513, 6
_FEW_POINTS, _MORE_ROUNDS = 33, 11
# shares of a smooth piece, close together at its ends, where slopes may have no bound
_SPREAD = (1 - np.cos(np.linspace(0, np.pi, 65))) / 2
# peaks of samples that are lower than the highest by more than this share are no highest ones
_RIVAL = 0.05


def willingness(game: Specification, name: str, structure: AllianceStructure) -> float:
    """Return the burden that leaves `name` as well off as without its treaty; 0 without one."""
    if name not in structure.allies:
        return 0.0
    outside = payoffs.candidate_prospect(game, name, AllianceStructure(game.hegemon))
    inside = payoffs.candidate_prospect(game, name, structure)
    return float(
        burden_sharing.willingness(
            game.candidate_preference,
            game.candidate_reference,
            inside.outcomes,
            inside.probabilities,
            outside.outcomes[0],
        )
    )


@dataclass(frozen=True, eq=False)
class TreatyBargain(Record):
    """What the hegemon and the members of one treaty bargain over.

    The allies value each unit of burden alike, so an agreement is told by what they *keep* of
    their gains in all; every rule here divides that evenly among them.

    Attributes
    ----------
    hegemon : str
    members : tuple of str
        The allies in the treaty.
    willing : ndarray, shape (m,)
        The burden that takes all of each ally's gain.
    prospect, failed : Prospect
        The hegemon's with the treaty and without it, before burdens.
    elsewhere : float
        The burdens of the other treaties.
    preference, reference : Preference, float
        The hegemon's.
    """

    hegemon: str
    members: tuple[str, ...]
    willing: Array = field(repr=False)
    prospect: Prospect = field(repr=False)
    failed: Prospect = field(repr=False)
    elsewhere: float
    preference: Preference
    reference: float

    @cached_property
    def without(self) -> float:
        """The value to the hegemon if the treaty fails."""
        return self.preference.value(self.failed.shifted(self.elsewhere), self.reference)

    def value(self, received: Array) -> Array:
        """Return what the treaty is worth to the hegemon at each total of burdens received."""
        return self._worth(self.prospect, self._weights[0], received)

    def value_without(self, received: Array) -> Array:
        """Return what no treaty is worth to it at each total, received from the others."""
        return self._worth(self.failed, self._weights[1], received)

    @cached_property
    def _weights(self) -> tuple[RankWeights, RankWeights]:
        odds = self.prospect.probabilities, self.failed.probabilities
        with_treaty, without = map(self.preference.rank_weights, odds)
        return with_treaty, without

    def _worth(self, prospect: Prospect, weights: RankWeights, received: Array) -> Array:
        totals = self.elsewhere + np.asarray(received, dtype=np.float64)
        gains = prospect.outcomes + totals[..., np.newaxis] - self.reference
        return self.preference.weighted_value(gains, weights)

    def gain(self, kept: Array) -> Array:
        """Return the hegemon's gain by the treaty when the allies keep that much in all."""
        return self.value(self.willing.sum() - np.asarray(kept, dtype=np.float64)) - self.without

    @cached_property
    def most_kept(self) -> float:
        """The most that the allies can keep with the hegemon no worse off; 0 if it gains nothing.

        It is exact to rounding: the hegemon's gain falls as the allies keep more.
        """
        if self.gain(np.zeros(1))[0] <= 0:
            return 0.0
        low, high = 0.0, max(float(np.abs(self.willing).sum()), 1e-3)
        while self.gain(np.array([high]))[0] > 0:
            low, high = high, 2 * high
        return first_fall(self.gain, low, high, _FEW_POINTS, _MORE_ROUNDS)

    def burdens(self, kept: float) -> dict[str, float]:
        """Return each ally's burden when the allies keep that much in all, evenly."""
        each = self.willing - kept / len(self.members)
        return dict(zip(self.members, each.tolist(), strict=True))

    def pieces(self, *times: float) -> Array:
        """Return the ends of the intervals in which the hegemon's gain is smooth.

        Parameters
        ----------
        *times : float
            The gain at so many times what is kept is to be smooth, too.

        Returns
        -------
        ndarray, shape (m,)
            From 0 to the most that the allies can keep.
        """
        kinks = self.elsewhere + self.willing.sum() + self.prospect.outcomes - self.reference
        cuts = [kinks, *(kinks / factor for factor in times), np.array([0.0, self.most_kept])]
        return np.unique(np.clip(np.concatenate(cuts), 0.0, self.most_kept))

    def problem(self) -> BargainingProblem:
        """Return the treaty as a bargaining problem: the burdens sum to what the hegemon gets.

        The hegemon comes first; its share is the total of the burdens, an ally's is its own with
        the sign changed.

        Raises
        ------
        InvalidGameError
            If the members have nothing to gain together.
        """
        least = self.willing.sum() - self.most_kept

        def hegemon_gets(share: float) -> float:
            return float(self.value(np.array([share]))[0])

        def ally_gets(share: float) -> float:
            return share

        return BargainingProblem(
            [hegemon_gets, *(ally_gets for _ in self.members)],
            [float(least), *(-self.willing).tolist()],
            pie=0.0,
            least=-float(np.abs([least, *self.willing]).sum()) - 1.0,
            players=[self.hegemon, *self.members],
        )


def first_fall(
    function: Callable[[Array], Array],
    low: float,
    high: float,
    points: int = _POINTS,
    rounds: int = _ROUNDS,
) -> float:
    """Return the first point of a grid, ever finer, before which `function` is above 0.

    Parameters
    ----------
    function : callable
        Takes and returns an array of shape (m,); above 0 at `low`, not above 0 at `high`.
    points, rounds : int
        Of the grid, and how often it is made finer.
    """
    for _ in range(rounds):
        grid = np.linspace(low, high, points)
        fallen = function(grid) <= 0
        # the ends are known: rounding must not lose them
        fallen[0], fallen[-1] = False, True
        after = int(np.argmax(fallen))
        low, high = float(grid[after - 1]), float(grid[after])
    return low


def bargain(
    game: Specification,
    structure: AllianceStructure,
    treaty: frozenset[str],
    elsewhere: float,
) -> TreatyBargain:
    """Return the bargain over one treaty of `structure`.

    Parameters
    ----------
    treaty : frozenset of str
        One of `structure.treaties`.
    elsewhere : float
        The sum of the burdens of the other treaties.

    Raises
    ------
    NotApplicableError
        If the candidates do not value each unit of burden alike.
    """
    burden_sharing.require_linear(game.candidate_preference)
    members = tuple(name for name in structure.allies if name in treaty)
    return TreatyBargain(
        hegemon=game.hegemon,
        members=members,
        willing=np.array([willingness(game, name, structure) for name in members]),
        prospect=payoffs.prospect(game, structure, game.threat),
        failed=payoffs.prospect(game, structure.without(*members), game.threat),
        elsewhere=elsewhere,
        preference=game.preference,
        reference=payoffs.reference_point(game),
    )


def paid_elsewhere(
    structure: AllianceStructure, treaty: frozenset[str], burdens: Mapping[str, float]
) -> float:
    """Return the sum of the burdens of the allies who are not in `treaty`."""
    return sum(burdens[name] for name in structure.allies if name not in treaty)


_SWEEPS, _WALKED_FROM, _SETTLED = 200, 12, 1e-8
_ZOOM, _ZOOMS = 33, 13
# strides of a walk grow; their end is halved so often; the slope is taken over such a step
_STRIDES, _LONGER, _HALVINGS, _STEP = 20, 1.5, 45, 1e-7


@dataclass(frozen=True, eq=False)
class Negotiation(Record):
    """The outcome of all bargains of a structure.

    Attributes
    ----------
    burdens : dict of str to float
        What each ally pays, in units of security.
    residual : float
        By how much any treaty's total would still change, given the others': about 1e-8 or less
        if the bargains settle, the accuracy of the search.
    """

    burdens: dict[str, float]
    residual: float


def negotiate(
    game: Specification,
    structure: AllianceStructure,
    start: Mapping[str, float] | None = None,
) -> Negotiation:
    """Return the burdens that the bargains of `structure` settle on.

    The treaties bargain in turn until none changes.

    Parameters
    ----------
    start : mapping of str to float, optional
        Burdens to begin with; by default all that the allies are willing to pay.

    Raises
    ------
    InvalidGameError
        If the game's rule is no bargain.
    """
    if not game.sharing.is_bargained:
        raise InvalidGameError(
            f"`burden_sharing` must be a bargain, such as 'nash_in_nash'; got '{game.sharing}'"
        )
    bargains = [(treaty, bargain(game, structure, treaty, 0.0)) for treaty in structure.treaties]
    paid = {name: burden for _, talks in bargains for name, burden in talks.burdens(0.0).items()}
    paid |= {} if start is None else {name: float(start[name]) for name in paid}
    moved = 0.0
    for number in range(_SWEEPS):
        walks = game.sharing.rule != "kalai_smorodinsky" and number >= _WALKED_FROM
        if walks:
            paid |= _walk(game, [talks for _, talks in bargains], paid)
        moves: list[tuple[float, dict[str, float]]] = []
        for treaty, terms in bargains:
            talks = replace(terms, elsewhere=paid_elsewhere(structure, treaty, paid))
            agreed = talks.burdens(kept(game, talks))
            before = sum(paid[name] for name in talks.members)
            moves.append((abs(sum(agreed.values()) - before), agreed))
            paid |= {} if walks else agreed
        moved, farthest = max(moves, key=lambda move: move[0], default=(0.0, {}))
        paid |= farthest if walks else {}
        if moved <= _SETTLED:
            break
    return Negotiation({name: paid[name] for name in structure.allies}, moved)


def _walk(
    game: Specification, bargains: Sequence[TreatyBargain], paid: Mapping[str, float]
) -> dict[str, float]:
    """Return the next burdens at which every treaty's rule is met to first order, or `paid`.

    What a treaty settles on depends on the sum of the others' burdens alone. If the sum of all is
    given, so is what each treaty's allies keep: the more they keep, the more the others pay, the
    better the hegemon stands without the treaty. So all such burdens are found by their sum.
    """

    def excess(total: float) -> tuple[float, dict[str, float]]:
        burdens: dict[str, float] = {}
        for talks in bargains:
            burdens |= talks.burdens(_kept_of(game, talks, total))
        return sum(burdens.values()) - total, burdens

    low = high = sum(paid.values())
    stride, found = excess(low)
    upwards, over = stride > 0, stride
    for _ in range(_STRIDES):
        if (over > 0) is not upwards:
            break
        low, high = high, high + stride
        over, found = excess(high)
        stride *= _LONGER
    else:
        return dict(paid)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over, found = excess(middle)
        low, high = (middle, high) if (over > 0) is upwards else (low, middle)
    return found


def _kept_of(game: Specification, talks: TreatyBargain, total: float) -> float:
    """Return what the allies keep where the rule is met to first order and `total` is paid in all.

    `talks` are those with no burdens elsewhere.
    """
    sharing, members = game.sharing, len(talks.members)
    most = float(talks.value(np.array(total)))
    rise = float(np.diff(talks.value(total + np.array([-_STEP, _STEP])))[0]) / (2 * _STEP)
    offered = float(talks.willing.sum())

    def balance(kept: Array) -> Array:
        without = talks.value_without(total - offered + kept)
        if sharing.rule == "rubinstein":
            later = talks.value(total - (1 / sharing.patience - 1) / members * kept)
            return later - sharing.patience * most - (1 - sharing.patience) * without
        return members * (most - without) - kept * rise

    high = max(abs(offered), 1e-3)
    while balance(np.array([high]))[0] > 0:
        high *= 2
    return first_fall(balance, 0.0, high) if balance(np.zeros(1))[0] > 0 else 0.0


def kept(game: Specification, problem: TreatyBargain) -> float:
    """Return what the allies of one treaty keep of their gains in all, under the game's rule."""
    most = problem.most_kept
    if most <= 0:
        return 0.0
    members = len(problem.members)
    sharing = game.sharing
    if sharing.rule == "nash_in_nash":
        return _highest(problem)
    if sharing.rule == "kalai_smorodinsky":
        best = problem.gain(np.zeros(1))[0]
        return first_fall(lambda z: problem.gain(z) / best - z / (members * most), 0.0, most)
    return _first_indifference(problem, sharing.patience)


def _highest(problem: TreatyBargain) -> float:
    """Return what the allies keep at the highest Nash product."""
    most, members = problem.most_kept, len(problem.members)

    def product(kept: Array) -> Array:
        return problem.gain(kept) * (kept / most) ** members

    ends = problem.pieces()
    # the gain falls: in a piece the product is below that of the first gain and the last amount
    bound = problem.gain(ends[:-1]) * (ends[1:] / most) ** members
    open_ones = bound >= product(ends).max()
    grid = _samples(ends[:-1][open_ones], ends[1:][open_ones])
    heights = product(grid)
    beyond = np.pad(heights, [(0, 0), (1, 1)], constant_values=-np.inf)
    peaks = (heights >= beyond[:, :-2]) & (heights >= beyond[:, 2:])
    peaks &= heights >= (1 - _RIVAL) * heights.max()
    found = []
    for piece, place in np.argwhere(peaks):
        row = grid[piece]
        found.append(_zoomed(product, row[max(place - 1, 0)], row[min(place + 1, row.size - 1)]))
    return float(found[int(np.argmax(product(np.array(found))))])


def _first_indifference(problem: TreatyBargain, patience: float) -> float:
    """Return the least that the allies keep where the hegemon's offer leaves it indifferent."""
    times = 1 + (1 / patience - 1) / len(problem.members)

    def balance(kept: Array) -> Array:
        return problem.gain(times * kept) - patience * problem.gain(kept)

    ends = problem.pieces(times)
    # the gain falls: in a piece the balance is above that of the last gain and the first
    bound = problem.gain(times * ends[1:]) - patience * problem.gain(ends[:-1])
    for place in np.flatnonzero(bound <= 0):
        grid = _samples(ends[[place]], ends[[place + 1]])[0]
        level = balance(grid)
        # the balance may dip below 0 between two samples
        dips = np.flatnonzero((level[1:-1] <= level[:-2]) & (level[1:-1] <= level[2:])) + 1
        lowest = [_zoomed(lambda z: -balance(z), grid[dip - 1], grid[dip + 1]) for dip in dips]
        grid = np.sort(np.concatenate([grid, lowest]))
        fallen = np.flatnonzero(balance(grid) <= 0)
        if fallen.size:
            first = int(fallen[0])
            return first_fall(balance, float(grid[max(first - 1, 0)]), float(grid[first]))
    return problem.most_kept


def _samples(lows: Array, highs: Array) -> Array:
    """Return points from each low to its high, shape (pieces, samples)."""
    return lows[:, np.newaxis] + (highs - lows)[:, np.newaxis] * _SPREAD


def _zoomed(function: Callable[[Array], Array], low: float, high: float) -> float:
    """Return where `function`, of one peak in between, is greatest."""
    for _ in range(_ZOOMS):
        grid = np.linspace(low, high, _ZOOM)
        best = int(np.argmax(function(grid)))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, _ZOOM - 1)]
    return float(low + high) / 2
