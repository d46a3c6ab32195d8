"""What defines an alliance game: its fields, checked and made immutable, and changed copies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Literal, Self, cast

from numpy.typing import ArrayLike

from games import checks, labels
from games.alliance import burden_sharing, parameters, structures
from games.alliance.burden_sharing import BurdenSharing
from games.alliance.parameters import Parameters
from games.alliance.references import (
    ConstantReference,
    Reference,
    ThreatReference,
)
from games.alliance.scenario import Scenario
from games.alliance.structures import FAMILIES, AllianceStructure, Family, Group
from games.errors import InvalidGameError, UnknownNameError
from games.prospects.preferences import (
    CHANNELS,
    Channel,
    CumulativeProspectTheory,
    ExpectedUtility,
    Preference,
)
from games.records import FrozenMapping

# Affinity between candidates: symmetric, in [0, 1].

Pair = tuple[str, str]
Affinity = Mapping[Pair, float]


def symmetric_affinity(
    given: Affinity | ArrayLike, candidates: Sequence[str]
) -> FrozenMapping[Pair, float]:
    """Return the affinity of the pairs that are named, each pair once and sorted.

    Parameters
    ----------
    given : mapping of (str, str) to float, or array_like of shape (n, n)
        An array follows the order of `candidates`, a table with labels is read by them; the
        diagonal is not read.

    Raises
    ------
    InvalidGameError
        If a value lies outside [0, 1], a pair is of one candidate with itself, or the two
        directions of a pair differ.
    UnknownNameError
        If a pair names somebody who is no candidate.
    """
    named = _pairs(given, candidates)
    result: dict[Pair, float] = {}
    for pair, value in named.items():
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] == pair[1]:
            raise InvalidGameError(
                f"`affinity` must be keyed by two candidates; got {pair!r} (as ('A', 'B') is)"
            )
        for name in pair:
            if name not in candidates:
                raise UnknownNameError("candidate", name, candidates)
        number = checks.within(f"affinity{list(pair)}", value, 0, 1)
        key = (min(pair), max(pair))
        if result.setdefault(key, number) != number:
            raise InvalidGameError(
                f"`affinity` must be symmetric; got {result[key]:g} and {number:g} for {key}"
            )
    return FrozenMapping(result)


def _pairs(given: Affinity | ArrayLike, candidates: Sequence[str]) -> Mapping[Pair, float]:
    if isinstance(given, Mapping) or len(labels.labels_of(given) or ()) == 1:
        return labels.mapping("affinity", given, "pairs of candidates to numbers")
    n = len(candidates)
    side = ("candidate", candidates)
    matrix = labels.numbers("affinity", given, side, side)
    if matrix.shape != (n, n):
        raise InvalidGameError(f"`affinity` must have shape {(n, n)}; got {matrix.shape}")
    return {
        (candidates[i], candidates[j]): float(matrix[i, j])
        for i in range(n)
        for j in range(n)
        if i != j
    }


Ratification = Literal["open", "unanimous"]
RATIFICATIONS: tuple[Ratification, ...] = ("open", "unanimous")
ALL_CHANNELS = (*CHANNELS, "reference")
OVERRIDES = {"exposures": "exposure", "reliabilities": "reliability", "basings": "basing"}


@dataclass(frozen=True, kw_only=True)
class Specification:
    """The fields of an `AllianceGame`, where they are described."""

    example: ClassVar[str] = "games.load('europe-1949')"

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
    burden_sharing: str = "none"
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
            checks.kind(name, getattr(self, name), kind)
        for name, single in OVERRIDES.items():
            self._keep(name, self._overrides(name, single))
        self._keep("affinity", symmetric_affinity(self.affinity, self.candidates))
        checks.one_of("family", self.family, FAMILIES)
        for named in self.reference.structures():
            self.check(named)
        self._check_reliabilities()
        checks.one_of("ratification", self.ratification, RATIFICATIONS)
        self._keep("burden_sharing", str(burden_sharing.parse(self.burden_sharing)))
        self._keep(
            "candidate_reference", checks.number("candidate_reference", self.candidate_reference)
        )

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_reliabilities(self) -> None:
        """Check that no spoke is more reliable than the common shock lets it be."""
        common = self.parameters.common_reliability
        for name in self.candidates:
            own = self.reliabilities.get(name, self.parameters.reliability)
            if own > common:
                raise InvalidGameError(
                    f"`common_reliability` must be at least each spoke's reliability; got"
                    f" {common:g}, and {own:g} for {name!r}"
                )

    def _overrides(self, name: str, single: str) -> FrozenMapping[str, float]:
        given = labels.mapping(name, getattr(self, name), "candidates to numbers")
        for key in given:
            self.check_candidate(key)
        return FrozenMapping(
            {key: parameters.in_range(single, value) for key, value in given.items()}
        )

    @property
    def candidates(self) -> tuple[str, ...]:
        """The candidates, in the order in which they were given."""
        return tuple(self.capabilities)

    @property
    def players(self) -> tuple[str, ...]:
        """The hegemon, then the candidates."""
        return (self.hegemon, *self.capabilities)

    @property
    def title(self) -> str:
        """The scenario's title, or the hegemon's name."""
        return self.scenario.title if self.scenario else f"Game of {self.hegemon}"

    def labelled(self, name: str) -> str:
        """Return a player's name with what the scenario says it is short for.

        Examples
        --------
        >>> from games import load
        >>> load("europe-1949").labelled("UKG"), load("classic-athens").labelled("Samos")
        ('UKG (United Kingdom)', 'Samos')
        """
        label = self.scenario.labels.get(name, name) if self.scenario else name
        return name if label == name else f"{name} ({label})"

    @property
    def sharing(self) -> BurdenSharing:
        """The rule of burden sharing that `burden_sharing` names."""
        return burden_sharing.parse(self.burden_sharing)

    def check_candidate(self, name: str) -> str:
        """Return `name` if it is a candidate's; raise `UnknownNameError` if not."""
        if not isinstance(name, str) or name not in self.capabilities:
            raise UnknownNameError("candidate", name, self.candidates, self.by_label)
        return name

    @property
    def by_label(self) -> dict[str, str]:
        """The candidates by what their scenario calls them in full, such as "Japan"."""
        labels = self.scenario.labels if self.scenario else {}
        return {labels[name]: name for name in self.candidates if name in labels}

    def check(self, given: object) -> AllianceStructure:
        """Return `given` if it is a structure of this game.

        Raises
        ------
        InvalidGameError
            If it has another hegemon, or several blocs in the family `bloc_and_spokes`.
        UnknownNameError
            If it names a stranger.
        """
        structure = checks.kind("structure", given, AllianceStructure)
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

    def structure(self, bloc: Sequence[str] = (), spokes: Sequence[str] = ()) -> AllianceStructure:
        """Return a structure of this game, its names checked."""
        return self.check(AllianceStructure(self.hegemon, bloc, spokes))

    def structures(
        self, admits: Callable[[Group], bool] = lambda group: True
    ) -> Iterator[AllianceStructure]:
        """Yield each structure of the game's family, lazily, the empty one first.

        `admits` says which groups of candidates may have a treaty with the hegemon.
        """
        return structures.structures(self.hegemon, self.candidates, self.family, admits)

    def in_force(self, structure: AllianceStructure, signers: Collection[str]) -> AllianceStructure:
        """Return what enters into force of a structure if just `signers` sign their treaties.

        Spokes stand each alone. A bloc enters into force among those who sign, if they are two or
        more (`open` ratification), or if all its members sign (`unanimous`).

        Examples
        --------
        >>> from games import AllianceGame
        >>> game = AllianceGame(hegemon="H", capabilities=dict.fromkeys("ABCD", 0.2), threat=0.7)
        >>> proposal = game.structure(bloc=["A", "B", "C"], spokes=["D"])
        >>> print(game.in_force(proposal, ["B", "C"]))
        H: bloc {B, C}
        """
        self.check(structure)
        signers = [self.check_candidate(name) for name in checks.listed("signers", signers)]
        signed = [[name for name in bloc if name in signers] for bloc in structure.blocs]
        return AllianceStructure(
            structure.hegemon,
            blocs=[
                kept
                for kept, bloc in zip(signed, structure.blocs, strict=True)
                if len(kept) > 1 and (len(kept) == len(bloc) or self.ratification == "open")
            ],
            spokes=[name for name in structure.spokes if name in signers],
        )

    def at(self, threat: float | None = None, *, frame: float | None = None) -> Self:
        """Return the game at another threat, or with the frame held at another threat."""
        return replace(
            self,
            threat=self.threat if threat is None else threat,
            frame=self.frame if frame is None else frame,
        )

    def with_preference(self, preference: Preference) -> Self:
        """Return the game with another preference of the hegemon."""
        return replace(self, preference=preference)

    def with_reference(self, reference: Reference) -> Self:
        """Return the game with another reference rule."""
        return replace(self, reference=reference)

    def with_parameters(self, **changes: float) -> Self:
        """Return the game with some shared parameters changed, by name."""
        for name in changes:
            if name in parameters.names():
                continue
            if name in (own.name for own in fields(self)):
                raise InvalidGameError(
                    f"`{name}` must be a shared parameter; it is the game's own"
                    f" (games.settings.with_value(game, {name!r}, ...) sets it)"
                )
            raise UnknownNameError("parameter", name, parameters.names())
        return replace(self, parameters=replace(self.parameters, **changes))

    def without(self, *channels: str) -> Self:
        """Return the game with channels of the hegemon's psychology switched off.

        Parameters
        ----------
        *channels : {"curvature", "loss_aversion", "weighting", "reference"}
            Without "reference" the reference point is 0 at every threat.
        """
        game = self
        for channel in channels:
            checks.one_of("channel", channel, ALL_CHANNELS)
            if channel == "reference":
                game = game.with_reference(ConstantReference(0.0))
            elif isinstance(game.preference, CumulativeProspectTheory):
                own = game.preference.without(cast(Channel, channel))
                game = game.with_preference(own)
        return game

    def restricted_to(self, names: Sequence[str]) -> Self:
        """Return the game among the hegemon and the candidates `names` only."""
        listed = checks.listed("names", names)
        kept = {self.check_candidate(name): self.capabilities[name] for name in listed}
        changes: dict[str, Any] = {
            field: {name: value for name, value in getattr(self, field).items() if name in kept}
            for field in OVERRIDES
        }
        pairs = {pair: value for pair, value in self.affinity.items() if set(pair) <= set(kept)}
        return replace(self, capabilities=kept, affinity=pairs, **changes)

    def strongest(self, number: int) -> Self:
        """Return the game among the `number` candidates of the greatest capability."""
        checks.whole("number", number, 1)
        ranked = sorted(self.candidates, key=lambda name: -self.capabilities[name])[:number]
        return self.restricted_to([name for name in self.candidates if name in ranked])


def _positive_map(capabilities: Mapping[str, float]) -> FrozenMapping[str, float]:
    given = labels.mapping("capabilities", capabilities, "each candidate to a number")
    if not given:
        raise InvalidGameError("`capabilities` must name at least one candidate; got none")
    return FrozenMapping(
        {
            checks.label("candidate", name): checks.at_least(f"capabilities[{name!r}]", value, 0)
            for name, value in given.items()
        }
    )
