"""A case as a choice: the structures that its candidates accept, and what distinguishes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from games import AllianceGame, AllianceStructure, Form, Preference, checks
from games.alliance.payoffs import affinity, autonomy_given_up
from games.arrays import Array, Ints
from solver.alliance.hegemon import Valuer, frame_of, grid_of
from solver.alliance.lattice import bits, subset_sums
from solver.alliance.stage import candidate_payoffs, traits_of

Pair = frozenset[str]

FORMS = tuple(Form)


@dataclass(frozen=True, eq=False)
class Features:
    """What accounts of alliance form look at, one entry for each structure of a choice.

    Attributes
    ----------
    form : ndarray of int
        Place of the form in `FORMS`.
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
    """The structures that all their members accept in a game, with values and features.

    Parameters
    ----------
    game : AllianceGame
        At the threat of the case.
    prior_ties : set of pairs of str
        Pairs of candidates that were allied before.
    legitimacy : float
        Of the hegemon's leaders at home, in [0, 1]; 1 if it is not coded.
    """

    def __init__(
        self,
        game: AllianceGame,
        prior_ties: frozenset[Pair] = frozenset(),
        legitimacy: float = 1.0,
    ) -> None:
        self.game = game
        self.prior_ties = prior_ties
        self.legitimacy = checks.within("legitimacy", legitimacy, 0, 1)
        self._worth: dict[tuple[Preference, float], Array] = {}
        candidates = candidate_payoffs(game)
        if game.family == "blocs":
            content, willing = candidates.content(), candidates.willing()

            def accepted(group: tuple[str, ...]) -> bool:
                mask = self._mask(group)
                return bool(mask & willing if len(group) == 1 else content[mask])

            self._numbers = None
            self._listed = list(game.structures(accepted))
            width = max([1, *(len(structure.blocs) for structure in self._listed)])
            self._blocs = np.zeros((len(self._listed), width), dtype=np.int64)
            self._spokes = np.zeros(len(self._listed), dtype=np.int64)
            for row, structure in enumerate(self._listed):
                self._spokes[row] = self._mask(structure.spokes)
                for column, bloc in enumerate(structure.blocs):
                    self._blocs[row, column] = self._mask(bloc)
        else:
            grid = grid_of(game)
            self._numbers = np.flatnonzero(candidates.rational())
            self._blocs = grid.bloc_masks[self._numbers][:, np.newaxis]
            self._spokes = grid.spoke_masks[self._numbers]

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

    @cached_property
    def features(self) -> Features:
        """What distinguishes the structures."""
        game, shared = self.game, self.game.parameters
        names = game.candidates
        n = len(names)
        own, _, worth, _ = traits_of(game)
        pairs = max(1, n * (n - 1) // 2)
        members = np.bitwise_count(self._blocs).astype(np.int64)
        in_blocs, alone = members.sum(axis=1), np.bitwise_count(self._spokes).astype(np.int64)

        def over_blocs(by_mask: Array) -> Array:
            total: Array = by_mask[self._blocs].sum(axis=1)
            return total

        power = subset_sums(own)
        return Features(
            form=_forms(in_blocs, alone, np.count_nonzero(members, axis=1)),
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
