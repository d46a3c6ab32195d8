"""A case as a choice: the structures that its candidates accept, and what distinguishes them.

Treaties in force stand: each structure keeps them or takes their members into a wider pact, nobody
is asked again about what stays as it is, and the form of a structure is that of what is new in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from games import (
    AllianceGame,
    AllianceStructure,
    Form,
    NotApplicableError,
    Preference,
    checks,
)
from games.alliance.payoffs import affinity, autonomy_given_up
from games.arrays import Array, Bools, Ints
from solver.alliance.hegemon import EXACT_LIMIT, Valuer, frame_of, grid_of
from solver.alliance.lattice import bits, subset_sums, to_masks
from solver.alliance.stage import all_masks, candidate_payoffs, traits_of

Pair = frozenset[str]

FORMS = tuple(Form)


@dataclass(frozen=True, eq=False)
class Features:
    """What accounts of alliance form look at, one entry for each structure of a choice.

    Attributes
    ----------
    form : ndarray of int
        Place in `FORMS` of the form of what is new.
    tied_pairs : ndarray
        Pairs of candidates tied by a treaty, as a share of all pairs of candidates, in [0, 1].
    identity : ndarray
        The same, each pair counting its affinity less one half, in [-1/2, 1/2].
    prior : ndarray
        The same, each pair counting 1 if it was allied before and 0 if not, in [0, 1].
    ally_power : ndarray
        Summed capability of the allies, in units of the hegemon's.
    control : ndarray
        Mean over all candidates of 1 - capability for spokes and 0 for others, in [0, 1].
    pledged : ndarray
        Power on the hegemon's side if all treaties are honoured, in units of its capability.
    autonomy : ndarray
        Autonomy that the hegemon gives up, in units of security.
    """

    form: Ints
    tied_pairs: Array
    identity: Array
    prior: Array
    ally_power: Array
    control: Array
    pledged: Array
    autonomy: Array


class Choice:
    """The structures that all whom they change accept in a game, with values and features.

    Parameters
    ----------
    game : AllianceGame
        At the threat of the case.
    prior_ties : set of pairs of str
        Pairs of candidates that were allied before.
    legitimacy : float
        Of the hegemon's leaders at home, in [0, 1]; 1 if it is not coded.
    status_quo : AllianceStructure, optional
        The hegemon's treaties in force, which every structure extends; none by default. Who
        belongs to a new treaty accepts it if it is worth no less than what the status quo gives.
    asked : bool
        Whether candidates are asked; if not, what they would refuse is in the choice as well.
    """

    def __init__(
        self,
        game: AllianceGame,
        prior_ties: frozenset[Pair] = frozenset(),
        legitimacy: float = 1.0,
        status_quo: AllianceStructure | None = None,
        *,
        asked: bool = True,
    ) -> None:
        self.game, self.asked = game, asked
        self.prior_ties = prior_ties
        self.legitimacy = checks.within("legitimacy", legitimacy, 0, 1)
        self.status_quo = game.check(status_quo or game.structure())
        self._worth: dict[tuple[Preference, float], Array] = {}
        self._listed: list[AllianceStructure] = []
        self._numbers: Ints | None = None
        if game.family == "blocs" or len(game.candidates) > EXACT_LIMIT:
            self._list()
        else:
            self._number()

    def _number(self) -> None:
        """Find the structures of `bloc_and_spokes` among all that are numbered."""
        game, grid = self.game, grid_of(self.game)
        bound, tied = to_masks(game.candidates, self.status_quo)
        content, willing = self._consent(all_masks(len(game.candidates)))
        content &= all_masks(len(game.candidates)) & bound == bound
        allowed = grid.made_of(content, willing)
        if tied:
            allowed &= tied & ~(grid.bloc_masks | grid.spoke_masks) == 0
        self._numbers = np.flatnonzero(allowed)
        self._blocs = grid.bloc_masks[self._numbers][:, np.newaxis]
        self._spokes = grid.spoke_masks[self._numbers]

    def _list(self) -> None:
        """List the structures, one by one."""
        game = self.game
        if game.family == "blocs":
            content, willing = self._consent(all_masks(len(game.candidates)))

            def accepted(group: tuple[str, ...]) -> bool:
                mask = self._mask(group)
                standing = self._standing
                fits = mask in standing or not any(0 < mask & old < old for old in standing)
                return fits and bool(mask & willing if len(group) == 1 else content[mask])

            every = game.structures(accepted)
            self._listed = [one for one in every if one.extends(self.status_quo)]
        else:
            self._listed = list(self._extensions())
        width = max([1, *(len(structure.blocs) for structure in self._listed)])
        self._blocs = np.zeros((len(self._listed), width), dtype=np.int64)
        self._spokes = np.zeros(len(self._listed), dtype=np.int64)
        for row, structure in enumerate(self._listed):
            self._spokes[row] = self._mask(structure.spokes)
            for column, bloc in enumerate(structure.blocs):
                self._blocs[row, column] = self._mask(bloc)

    def _extensions(self) -> Iterator[AllianceStructure]:
        """Yield what extends the status quo with one bloc at most, for any number of candidates.

        Raises
        ------
        NotApplicableError
            If more than 12 candidates are not in the status quo's bloc.
        """
        game, old = self.game, self.status_quo
        free = [name for name in game.candidates if name not in old.bloc]
        if len(free) > EXACT_LIMIT:
            raise NotApplicableError(
                f"{len(free)} candidates outside the bloc of the status quo are too many for a"
                f" choice; the limit is {EXACT_LIMIT}: game.strongest({EXACT_LIMIT})"
            )
        bound = self._mask(old.bloc)
        joins = [
            bound | sum(self._mask((name,)) for name in group)
            for size in range(len(free) + 1)
            for group in combinations(free, size)
        ]
        blocs = np.array([mask for mask in joins if mask.bit_count() != 1])
        content, willing = self._consent(blocs)
        for mask in blocs[content].tolist():
            bloc = self._names(mask)
            others = [name for name in free if name not in bloc]
            kept = [name for name in others if name in old.spokes]
            asked = [n for n in others if n not in kept and self._mask((n,)) & willing]
            for size in range(len(asked) + 1):
                for spokes in combinations(asked, size):
                    yield AllianceStructure(game.hegemon, bloc, [*kept, *spokes])

    def _consent(self, masks: Ints) -> tuple[Bools, int]:
        """Return which of some blocs nobody in them refuses, and who refuses no spoke, as a mask.

        What stands is not asked about; a new treaty is measured against the status quo.
        """
        if not self.asked:
            return np.ones(masks.size, dtype=bool), (1 << len(self.game.candidates)) - 1
        groups = self._standing
        rows = np.concatenate([masks, np.array(groups, dtype=np.int64)])
        payoffs = candidate_payoffs(self.game, rows)
        before = payoffs.outside.copy()
        for row, mask in enumerate(groups, start=masks.size):
            for place in bits(mask):
                alone = mask.bit_count() == 1
                before[place] = payoffs.spoke[place] if alone else payoffs.bloc[row, place]
        own = payoffs._replace(outside=before, bloc=payoffs.bloc[: masks.size])
        content = own.content(masks=masks) | np.isin(masks, groups)
        return content, own.willing() | self._mask(self.status_quo.spokes)

    @cached_property
    def _standing(self) -> list[int]:
        """The mask of each treaty of the status quo."""
        old = self.status_quo
        return [self._mask(group) for group in (*old.blocs, *((name,) for name in old.spokes))]

    def __len__(self) -> int:
        return int(self._spokes.size)

    def structure(self, place: int) -> AllianceStructure:
        """Return the structure at `place`."""
        blocs = [self._names(int(mask)) for mask in self._blocs[place]]
        spokes = self._names(int(self._spokes[place]))
        return AllianceStructure(self.game.hegemon, spokes=spokes, blocs=[b for b in blocs if b])

    def values(self, game: AllianceGame) -> Array:
        """Return the hegemon's values under the preference and reference of `game`.

        `game` differs from the choice's own in these only. Values are remembered.
        """
        key = game.preference, game.reference_point
        if key not in self._worth:
            if self._numbers is None:
                self._worth[key] = game.hegemon_values(self._listed)
            else:
                frame = frame_of(game, [game.threat])
                self._worth[key] = Valuer(game)(frame, self._numbers)[0]
        return self._worth[key]

    @property
    def numbers(self) -> Ints:
        """The numbers of the structures in `solver.alliance.lattice`.

        Raises
        ------
        NotApplicableError
            If the family is `blocs` or there are more than 12 candidates.
        """
        if self._numbers is None:
            raise NotApplicableError("structures of this game have no numbers; got none to give")
        return self._numbers

    @cached_property
    def forms(self) -> Ints:
        """Place in `FORMS` of the form of what is new in each structure."""
        members = np.bitwise_count(self._blocs).astype(np.int64)
        in_blocs, alone = members.sum(axis=1), np.bitwise_count(self._spokes).astype(np.int64)
        newer = np.any((self._blocs > 0) & ~np.isin(self._blocs, self._standing), axis=1)
        tied = self._mask(self.status_quo.spokes)
        return _forms(
            np.where(newer, in_blocs, 0),
            np.where(self._spokes & ~tied, alone, 0),
            np.where(newer, np.count_nonzero(members, axis=1), 0),
        )

    @cached_property
    def features(self) -> Features:
        """What distinguishes the structures."""
        game, shared = self.game, self.game.parameters
        names = game.candidates
        n = len(names)
        own, _, worth, _ = traits_of(game)
        pairs = max(1, n * (n - 1) // 2)
        members = np.bitwise_count(self._blocs).astype(np.int64)
        alone = np.bitwise_count(self._spokes).astype(np.int64)

        def over_blocs(by_mask: Array) -> Array:
            total: Array = by_mask[self._blocs].sum(axis=1)
            return total

        power = subset_sums(own)
        return Features(
            form=self.forms,
            tied_pairs=over_blocs(self._pair_sums(lambda one, other: 1.0)) / pairs,
            identity=over_blocs(self._pair_sums(lambda a, b: affinity(game, a, b) - 0.5)) / pairs,
            prior=over_blocs(self._pair_sums(self._allied_before)) / pairs,
            ally_power=over_blocs(power) + power[self._spokes],
            control=subset_sums(1 - np.minimum(own, 1))[self._spokes] / n,
            pledged=shared.deployment
            + shared.pledge_bilateral * subset_sums(worth)[self._spokes]
            + shared.pledge_multilateral * over_blocs(subset_sums(worth)),
            autonomy=autonomy_given_up(shared, alone, members.T),
        )

    def _allied_before(self, one: str, other: str) -> float:
        return float(frozenset((one, other)) in self.prior_ties)

    def _pair_sums(self, weigh: Callable[[str, str], float]) -> Array:
        """Return, for each mask of candidates, the sum of weights over the pairs inside it."""
        names = self.game.candidates
        sums = np.zeros(1)
        for place, name in enumerate(names):
            row = subset_sums(np.array([weigh(name, other) for other in names[:place]]))
            sums = np.concatenate([sums, sums + row])
        return sums

    def _mask(self, names: tuple[str, ...]) -> int:
        return sum(1 << self.game.candidates.index(name) for name in names)

    def _names(self, mask: int) -> list[str]:
        return [self.game.candidates[place] for place in bits(mask)]


def choice_of(game: AllianceGame) -> Choice:
    """Return a game as a choice: that of its case if it has one, else one without a status quo."""
    case = game.scenario.case if game.scenario else None
    if case is None:
        return Choice(game)
    return Choice(game, case.allied_before(), status_quo=status_quo_of(game))


def status_quo_of(game: AllianceGame) -> AllianceStructure:
    """Return the treaties of a case's hegemon with its candidates that were in force before.

    None in a game that is no case.
    """
    case = game.scenario.case if game.scenario else None
    return case.standing(game.hegemon, game.candidates) if case else game.structure()


def recorded_of(game: AllianceGame) -> AllianceStructure:
    """Return the structure of a case after signature; the status quo if nothing was signed."""
    found = game.scenario.recorded(game.candidates) if game.scenario else None
    return found or status_quo_of(game)


def _forms(in_blocs: Ints, alone: Ints, blocs: Ints) -> Ints:
    """Return the place in `FORMS` of structures by their numbers of members, spokes and blocs."""
    kinds = {form: FORMS.index(form) for form in FORMS}
    return np.select(
        [
            in_blocs + alone == 0,
            in_blocs + alone == 1,
            in_blocs == 0,
            alone > 0,
            blocs > 1,
        ],
        [
            kinds[form]
            for form in (Form.NONE, Form.BILATERAL, Form.HUB_AND_SPOKE, Form.MIXED, Form.BLOCS)
        ],
        kinds[Form.MULTILATERAL],
    ).astype(np.int64)
