"""The alliance game: a hegemon, candidate allies, a threat, and what each structure is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from games import checks, toml
from games.alliance import negotiation, payoffs, reductions, worth, writing
from games.alliance.description import Described, describe
from games.alliance.negotiation import TreatyBargain
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure, Treaty
from games.arrays import Array
from games.errors import InvalidGameError
from games.finite.extensive_form import ExtensiveForm
from games.finite.normal_form import NormalForm
from games.prospects.appraisal import Appraisal, appraise
from games.prospects.prospect import Prospect
from games.records import brief

# whose turn of a dial is drawn: found by name, when it is asked for
EXPLORER = "solver.explorer.widget"


@checks.known_fields
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
        tau in [0, 1]: the adversary projects tau * `projection` * `adversary` of the parameters.
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
    (3, -1.057744)
    """

    __repr__ = brief

    @property
    def reference_point(self) -> float:
        """The hegemon's reference point r."""
        return payoffs.reference_point(self)

    def prospect(self, structure: AllianceStructure) -> Prospect:
        """Return the hegemon's prospect under `structure`: outcomes and probabilities."""
        return worth.prospect(self, structure)

    def prospects(self, structure: AllianceStructure) -> dict[str, Prospect]:
        """Return the prospect of every player under `structure`, burdens paid and received."""
        return worth.prospects(self, structure)

    def value(self, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the hegemon, in units of its value function."""
        return self.preference.value(self.prospect(structure), self.reference_point)

    def candidate_value(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`."""
        return worth.candidate_value(self, self.check_candidate(name), structure)

    def values(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what `structure` is worth to each player, by name."""
        return worth.values(self, structure)

    def hegemon_values(
        self, structures: Sequence[AllianceStructure], threats: Sequence[float] | None = None
    ) -> Array:
        """Return the hegemon's value of many structures, at one or several threats.

        Returns
        -------
        ndarray, shape (len(structures),), or (len(threats), len(structures)) if threats are given
        """
        structures = [self.check(one) for one in checks.listed("structures", structures)]
        if threats is None:
            values: Array = worth.hegemon_values(self, structures, [self.threat])[0]
            return values
        levels = [
            checks.within("threat", level, 0, 1) for level in checks.listed("threats", threats)
        ]
        return worth.hegemon_values(self, structures, levels)

    def appraise(self, structure: AllianceStructure) -> Appraisal:
        """Return how the hegemon sees `structure`: domain, certainty equivalent, risk premium."""
        return self.appraise_prospect(self.prospect(structure))

    def appraise_prospect(self, prospect: Prospect) -> Appraisal:
        """Return how the hegemon sees any prospect of its own."""
        return appraise(prospect, self.preference, self.reference_point)

    def burdens(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what each ally pays the hegemon, in units of security; subsidies are negative."""
        return worth.burdens(self, structure)

    def bargain(self, structure: AllianceStructure, treaty: Treaty) -> TreatyBargain:
        """Return the bargain over one of the treaties of `structure`, the others as settled.

        Raises
        ------
        InvalidGameError
            If `treaty` is not in force in `structure`.
        """
        if not isinstance(treaty, frozenset) or treaty not in self.check(structure).treaties:
            raise InvalidGameError(f"`treaty` must be in force in {structure}; got {treaty!r}")
        paid = negotiation.paid_elsewhere(structure, treaty, self.burdens(structure))
        return negotiation.bargain(self, structure, treaty, paid)

    def describe(self) -> tuple[Described, ...]:
        """Return every quantity of the game with its value, unit, meaning and source."""
        return describe(self)

    def to_toml(self) -> str:
        """Return the game as the text of a scenario file, which `games.load` reads back.

        The game that is read is equal to this one, and so is its scenario, but for treaties and a
        case of states that are no longer in the game: a note says what was left out. Without a
        scenario the file is of kind "invented" and says that the sources are unknown.

        Raises
        ------
        NotApplicableError
            If a part of the game has no field in such a file: a weighting that is neither linear
            nor of Tversky and Kahneman, for instance, or a structure as reference.

        Examples
        --------
        >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2}, threat=0.7)
        >>> game.to_toml().splitlines()[-4:]
        ['', '[[adversaries]]', 'name = "Adversary"', 'capability = 0.75']
        """
        return toml.document(writing.document(self))

    def explore(self) -> Any:
        """Return a page for a notebook on which dials are turned, and the alliance changes.

        In a shell `alliance explore` opens the same page. It needs the extra `notebook`.

        Returns
        -------
        anywidget.AnyWidget
            Its `state` holds what was turned, its `game` is the game as the dials stand.

        Raises
        ------
        MissingDependencyError
            If anywidget is not installed.
        """
        return import_module(EXPLORER).explore(self)

    def normal_form(self, form: reductions.FormName = "announcement") -> NormalForm:
        """Return one of the two normal forms of `games.alliance.reductions`."""
        return reductions.normal_form(self, form)

    def extensive_form(self, order: Sequence[str] | None = None) -> ExtensiveForm:
        """Return the tree of proposals and answers in turn, see `games.alliance.reductions`."""
        return reductions.proposal_tree(self, order)
