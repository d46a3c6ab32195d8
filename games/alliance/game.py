"""The alliance game: a hegemon, candidate allies, a threat, and what each structure is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from games import checks
from games.alliance import negotiation, parameters, payoffs, reductions, structures
from games.alliance.description import Described, describe
from games.alliance.negotiation import TreatyBargain
from games.alliance.references import ConstantReference, Reference
from games.alliance.specification import OVERRIDES, Specification
from games.alliance.structures import AllianceStructure, Treaty
from games.errors import InvalidGameError, UnknownNameError
from games.finite.extensive_form import ExtensiveForm
from games.finite.normal_form import NormalForm
from games.prospects.appraisal import Appraisal, appraise
from games.prospects.preferences import CHANNELS, Channel, CumulativeProspectTheory, Preference
from games.prospects.prospect import Prospect

# Changed copies of a game that need more than one field replaced.

ALL_CHANNELS = (*CHANNELS, "reference")


def without_channel(game: AllianceGame, channel: str) -> AllianceGame:
    """Return `game` with one channel of the hegemon's psychology switched off."""
    checks.one_of("channel", channel, ALL_CHANNELS)
    if channel == "reference":
        return game.with_reference(ConstantReference(0.0))
    if isinstance(game.preference, CumulativeProspectTheory):
        return game.with_preference(game.preference.without(cast(Channel, channel)))
    return game


def restricted_to(game: AllianceGame, names: Sequence[str]) -> AllianceGame:
    """Return `game` among the hegemon and the candidates `names` only."""
    kept = {game.check_candidate(name): game.capabilities[name] for name in names}
    changes: dict[str, Any] = {
        field: {name: value for name, value in getattr(game, field).items() if name in kept}
        for field in OVERRIDES
    }
    pairs = {pair: value for pair, value in game.affinity.items() if set(pair) <= set(kept)}
    return replace(game, capabilities=kept, affinity=pairs, **changes)


def strongest(game: AllianceGame, number: int) -> AllianceGame:
    """Return `game` among the `number` candidates of the greatest capability."""
    checks.whole("number", number, 1)
    ranked = sorted(game.candidates, key=lambda name: -game.capabilities[name])[:number]
    return restricted_to(game, [name for name in game.candidates if name in ranked])


@dataclass(frozen=True, kw_only=True)
class AllianceGame(Specification):
    """The prospect-threat alliance game. Immutable: `at` and `with_*` return changed copies.

    Parameters
    ----------
    hegemon : str
        Its capability is the unit: 1.
    capabilities : mapping of str to float
        Each candidate's capability, at least 0, in units of the hegemon's.
    threat : float
        tau in [0, 1]: the adversary projects tau * `parameters.adversary`.
    preference : Preference
        The hegemon's.
    reference : Reference
        The hegemon's rule for its reference point.
    parameters : Parameters
        What all candidates share.
    exposures, reliabilities, basings : mapping of str to float, optional
        Values of single candidates that differ from those in `parameters`.
    affinity : mapping of pairs to float, or array of shape (n, n), optional
        Symmetric, in [0, 1]; pairs not named have `parameters.affinity`. The diagonal of an array
        is not read.
    family : {"bloc_and_spokes", "blocs"}
        Which structures can form.
    ratification : {"open", "unanimous"}
        Whether a bloc enters into force among those who accept, or only among all.
    frame : float, optional
        The threat at which `reference` is taken, when it is not `threat` itself: moves the frame
        apart from the material threat.
    burden_sharing : str
        How the members of a treaty settle who pays what: "none", "ultimatum", "split",
        "nash_in_nash", "kalai_smorodinsky" or "rubinstein(0.9)"; see
        `games.alliance.burden_sharing` and `games.alliance.negotiation`.
    candidate_preference, candidate_reference : Preference, float
        The candidates' preference and their reference point.
    scenario : Scenario, optional
        Where the figures come from.

    Raises
    ------
    InvalidGameError
        If a value is out of range, or the parts contradict each other.
    UnknownNameError
        If a mapping names somebody who is no candidate.

    Examples
    --------
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> hub = AllianceStructure("Athens", spokes=["Samos", "Chios"])
    >>> len(game.prospect(hub)), round(game.value(hub), 6)
    (3, -1.0187)
    """

    def at(self, threat: float | None = None, *, frame: float | None = None) -> AllianceGame:
        """Return the game at another threat, or with the frame held at another threat."""
        return replace(
            self,
            threat=self.threat if threat is None else threat,
            frame=self.frame if frame is None else frame,
        )

    def with_preference(self, preference: Preference) -> AllianceGame:
        """Return the game with another preference of the hegemon."""
        return replace(self, preference=preference)

    def with_reference(self, reference: Reference) -> AllianceGame:
        """Return the game with another reference rule."""
        return replace(self, reference=reference)

    def with_parameters(self, **changes: float) -> AllianceGame:
        """Return the game with some shared parameters changed, by name."""
        for name in changes:
            if name not in parameters.names():
                raise UnknownNameError("parameter", name, parameters.names())
        return replace(self, parameters=replace(self.parameters, **changes))

    def without(self, *channels: str) -> AllianceGame:
        """Return the game with channels of the hegemon's psychology switched off.

        Parameters
        ----------
        *channels : {"curvature", "loss_aversion", "weighting", "reference"}
            Without "reference" the reference point is 0 at every threat.
        """
        game = self
        for channel in channels:
            game = without_channel(game, channel)
        return game

    def restricted_to(self, names: Sequence[str]) -> AllianceGame:
        """Return the game among the hegemon and the candidates `names` only."""
        return restricted_to(self, names)

    def strongest(self, number: int) -> AllianceGame:
        """Return the game among the `number` candidates of the greatest capability."""
        return strongest(self, number)

    def structures(
        self, admits: Callable[[structures.Group], bool] = lambda group: True
    ) -> Iterator[AllianceStructure]:
        """Yield each structure of the game's family, lazily, the empty one first.

        `admits` says which groups of candidates may have a treaty with the hegemon.
        """
        return structures.structures(self.hegemon, self.candidates, self.family, admits)

    def structure(self, bloc: Sequence[str] = (), spokes: Sequence[str] = ()) -> AllianceStructure:
        """Return a structure of this game, its names checked."""
        return self.check(AllianceStructure(self.hegemon, bloc, spokes))

    @property
    def reference_point(self) -> float:
        """The hegemon's reference point r."""
        framed = self.threat if self.frame is None else self.frame
        return self.reference.point(
            framed, lambda structure: payoffs.prospect(self, self.check(structure), framed).mean
        )

    def prospect(self, structure: AllianceStructure) -> Prospect:
        """Return the hegemon's prospect under `structure`: outcomes and probabilities."""
        paid = self.burdens(structure)
        return _shifted(payoffs.prospect(self, structure, self.threat), sum(paid.values()))

    def prospects(self, structure: AllianceStructure) -> dict[str, Prospect]:
        """Return the prospect of every player under `structure`, burdens paid and received."""
        paid = self.burdens(structure)
        own = payoffs.prospect(self, structure, self.threat)
        return {self.hegemon: _shifted(own, sum(paid.values()))} | {
            name: _shifted(payoffs.candidate_prospect(self, name, structure), -paid.get(name, 0.0))
            for name in self.candidates
        }

    def burdens(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what each ally pays the hegemon, in units of security; subsidies are negative."""
        return negotiation.burdens(self, self.check(structure))

    def bargain(self, structure: AllianceStructure, treaty: Treaty) -> TreatyBargain:
        """Return the bargain over one of the treaties of `structure`, the others as settled.

        Raises
        ------
        InvalidGameError
            If `treaty` is not in force in `structure`.
        """
        if treaty not in self.check(structure).treaties:
            raise InvalidGameError(f"`treaty` must be in force in {structure}; got {treaty!r}")
        paid = negotiation.paid_elsewhere(structure, treaty, self.burdens(structure))
        return negotiation.bargain(self, structure, treaty, paid)

    def value(self, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the hegemon, in units of its value function."""
        return self.preference.value(self.prospect(structure), self.reference_point)

    def appraise(self, structure: AllianceStructure) -> Appraisal:
        """Return how the hegemon sees `structure`: domain, certainty equivalent, risk premium."""
        return self.appraise_prospect(self.prospect(structure))

    def appraise_prospect(self, prospect: Prospect) -> Appraisal:
        """Return how the hegemon sees any prospect of its own."""
        return appraise(prospect, self.preference, self.reference_point)

    def describe(self) -> tuple[Described, ...]:
        """Return every quantity of the game with its value, unit, meaning and source."""
        return describe(self)

    def hegemon_values(
        self, structures: Sequence[AllianceStructure], threats: Sequence[float] | None = None
    ) -> NDArray[np.float64]:
        """Return the hegemon's value of many structures, at one or several threats.

        Returns
        -------
        ndarray, shape (len(structures),), or (len(threats), len(structures)) if threats are given
        """
        for structure in structures:
            self.check(structure)
        levels = [self.threat] if threats is None else list(threats)
        received = None
        if self.burden_sharing != "none":
            games = [self.at(float(threat)) for threat in levels]
            received = np.array(
                [[sum(game.burdens(s).values()) for s in structures] for game in games]
            )
        values = payoffs.hegemon_values(self, structures, levels, received)
        return values[0] if threats is None else values

    def candidate_value(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`."""
        self.check_candidate(name)
        paid = self.burdens(structure).get(name, 0.0)
        own = _shifted(payoffs.candidate_prospect(self, name, structure), -paid)
        return self.candidate_preference.value(own, self.candidate_reference)

    def normal_form(self, form: reductions.FormName = "announcement") -> NormalForm:
        """Return one of the two normal forms of `games.alliance.reductions`."""
        return reductions.normal_form(self, form)

    def extensive_form(self, order: Sequence[str] | None = None) -> ExtensiveForm:
        """Return the tree of proposals and answers in turn, see `games.alliance.reductions`."""
        return reductions.proposal_tree(self, order)

    def values(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what `structure` is worth to each player, by name."""
        seen = self.prospects(structure)
        worth = {self.hegemon: self.preference.value(seen[self.hegemon], self.reference_point)}
        taste, point = self.candidate_preference, self.candidate_reference
        return worth | {name: taste.value(seen[name], point) for name in self.candidates}


def _shifted(prospect: Prospect, amount: float) -> Prospect:
    return prospect.shifted(amount) if amount else prospect
