"""The alliance game: a hegemon, candidate allies, a threat, and what each structure is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from games import checks, families, payoffs
from games.affinity import Affinity, symmetric_affinity
from games.errors import InvalidGameError, UnknownNameError
from games.families import FAMILIES, Family
from games.frozen import FrozenMapping
from games.parameters import Parameters
from games.parameters import names as parameter_names
from games.preferences import CHANNELS, CumulativeProspectTheory, ExpectedUtility, Preference
from games.prospects import Prospect
from games.references import ConstantReference, Reference, ThreatReference
from games.scenario import Scenario
from games.structures import AllianceStructure

Ratification = Literal["open", "unanimous"]
RATIFICATIONS: tuple[Ratification, ...] = ("open", "unanimous")
_OVERRIDES = {"exposures": "exposure", "reliabilities": "reliability", "basings": "basing"}


@dataclass(frozen=True, kw_only=True)
class AllianceGame:
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
    (3, -1.026562)
    """

    hegemon: str
    capabilities: Mapping[str, float]
    threat: float
    preference: Preference = field(default=CumulativeProspectTheory())
    reference: Reference = field(default=ThreatReference())
    parameters: Parameters = field(default=Parameters())
    exposures: Mapping[str, float] = field(default=FrozenMapping({}))
    reliabilities: Mapping[str, float] = field(default=FrozenMapping({}))
    basings: Mapping[str, float] = field(default=FrozenMapping({}))
    affinity: Affinity = field(default=FrozenMapping({}))
    family: Family = "bloc_and_spokes"
    ratification: Ratification = "open"
    frame: float | None = None
    candidate_preference: Preference = field(default=ExpectedUtility())
    candidate_reference: float = 0.0
    scenario: Scenario | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        checks.label("hegemon", self.hegemon)
        self._keep("capabilities", _positive_map(self.capabilities))
        if self.hegemon in self.capabilities:
            raise InvalidGameError(f"`capabilities` must not name the hegemon {self.hegemon!r}")
        self._keep("threat", checks.within("threat", self.threat, 0, 1))
        if self.frame is not None:
            self._keep("frame", checks.within("frame", self.frame, 0, 1))
        for name, kind in (
            ("preference", Preference),
            ("candidate_preference", Preference),
            ("reference", Reference),
            ("parameters", Parameters),
        ):
            if not isinstance(getattr(self, name), kind):
                raise InvalidGameError(
                    f"`{name}` must be a {kind.__name__}; got {getattr(self, name)!r}"
                )
        for name, single in _OVERRIDES.items():
            self._keep(name, self._overrides(name, single))
        self._keep("affinity", symmetric_affinity(self.affinity, self.candidates))
        checks.one_of("family", self.family, FAMILIES)
        checks.one_of("ratification", self.ratification, RATIFICATIONS)
        self._keep(
            "candidate_reference", checks.number("candidate_reference", self.candidate_reference)
        )

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _overrides(self, name: str, single: str) -> FrozenMapping[str, float]:
        given: Mapping[str, float] = getattr(self, name)
        for key in given:
            self.check_candidate(key)
        kept = {
            key: getattr(replace(self.parameters, **{single: value}), single)
            for key, value in given.items()
        }
        return FrozenMapping(kept)

    @property
    def candidates(self) -> tuple[str, ...]:
        """The candidates, in the order in which they were given."""
        return tuple(self.capabilities)

    @property
    def players(self) -> tuple[str, ...]:
        """The hegemon, then the candidates."""
        return (self.hegemon, *self.capabilities)

    def check_candidate(self, name: str) -> str:
        """Return `name` if it is a candidate's; raise `UnknownNameError` if not."""
        if name not in self.capabilities:
            raise UnknownNameError("candidate", name, self.candidates)
        return name

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
            if name not in parameter_names():
                raise UnknownNameError("parameter", name, parameter_names())
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
            checks.one_of("channel", channel, (*CHANNELS, "reference"))
            if channel == "reference":
                game = game.with_reference(ConstantReference(0.0))
            elif isinstance(game.preference, CumulativeProspectTheory):
                # one_of has checked the word; mypy does not narrow a str to a Literal by it
                word: Any = channel
                game = game.with_preference(game.preference.without(word))
        return game

    def restricted_to(self, names: Sequence[str]) -> AllianceGame:
        """Return the game among the hegemon and the candidates `names` only."""
        kept = {self.check_candidate(name): self.capabilities[name] for name in names}
        changes: dict[str, Any] = {
            attribute: {key: value for key, value in getattr(self, attribute).items() if key in kept}
            for attribute in _OVERRIDES
        }
        pairs = {pair: value for pair, value in self.affinity.items() if set(pair) <= set(kept)}
        return replace(self, capabilities=kept, affinity=pairs, **changes)

    def strongest(self, number: int) -> AllianceGame:
        """Return the game among the `number` candidates of the greatest capability."""
        ranked = sorted(self.candidates, key=lambda name: -self.capabilities[name])[:number]
        return self.restricted_to([name for name in self.candidates if name in ranked])

    def structures(self) -> Iterator[AllianceStructure]:
        """Yield each structure of the game's family, lazily, the empty one first."""
        return families.structures(self.hegemon, self.candidates, self.family)

    def structure(
        self, bloc: Sequence[str] = (), spokes: Sequence[str] = ()
    ) -> AllianceStructure:
        """Return a structure of this game, its names checked."""
        return self.check(AllianceStructure(self.hegemon, bloc, spokes))

    def check(self, structure: AllianceStructure) -> AllianceStructure:
        """Return `structure` if it is one of this game's.

        Raises
        ------
        InvalidGameError
            If it has another hegemon, or several blocs in the family `bloc_and_spokes`.
        UnknownNameError
            If it names a stranger.
        """
        if structure.hegemon != self.hegemon:
            raise InvalidGameError(
                f"`structure` must have the hegemon {self.hegemon!r}; got {structure.hegemon!r}"
            )
        for name in structure.allies:
            self.check_candidate(name)
        if self.family == "bloc_and_spokes" and len(structure.blocs) > 1:
            raise InvalidGameError(
                "`structure` must have one bloc at most in the family 'bloc_and_spokes'; got"
                f" {len(structure.blocs)} (use family='blocs')"
            )
        return structure

    @property
    def reference_point(self) -> float:
        """The hegemon's reference point r."""
        framed = self.threat if self.frame is None else self.frame
        return self.reference.point(
            framed, lambda structure: payoffs.prospect(self, self.check(structure), framed).mean
        )

    def prospect(self, structure: AllianceStructure) -> Prospect:
        """Return the hegemon's prospect under `structure`: outcomes and probabilities."""
        return payoffs.prospect(self, self.check(structure), self.threat)

    def value(self, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the hegemon, in units of its value function."""
        return self.preference.value(self.prospect(structure), self.reference_point)

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
        if threats is None:
            return payoffs.hegemon_values(self, structures, [self.threat])[0]
        return payoffs.hegemon_values(self, structures, threats)

    def candidate_value(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`."""
        self.check_candidate(name)
        prospect = payoffs.candidate_prospect(self, name, structure)
        return self.candidate_preference.value(prospect, self.candidate_reference)

    def values(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what `structure` is worth to each player, by name."""
        worth = {self.hegemon: self.value(structure)}
        return worth | {name: self.candidate_value(name, structure) for name in self.candidates}


def _positive_map(capabilities: Mapping[str, float]) -> FrozenMapping[str, float]:
    if not isinstance(capabilities, Mapping):
        raise InvalidGameError(
            f"`capabilities` must map each candidate to a number; got {capabilities!r}"
        )
    if not capabilities:
        raise InvalidGameError("`capabilities` must name at least one candidate; got none")
    return FrozenMapping(
        {
            checks.label("candidate", name): checks.at_least(f"capabilities[{name!r}]", value, 0)
            for name, value in capabilities.items()
        }
    )
