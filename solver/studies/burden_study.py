"""Who pays what: the preferred alliance of a game under each rule of burden sharing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from numpy.typing import ArrayLike

from games import AllianceGame, Form, InvalidGameError, checks
from games.alliance import burden_sharing
from games.records import Record
from games.tabled import Tabled
from solver.alliance.solution import Equilibrium
from solver.results import Progress, Status
from solver.studies.levels import threat_levels
from solver.studies.outcome import THREAT
from solver.studies.sweeping import named_progress, sweep

DEFAULT_RULES = (
    "none",
    "ultimatum",
    "split",
    "nash_in_nash",
    "kalai_smorodinsky",
    burden_sharing.rubinstein(),
)
DEFAULT_THREATS = (0.3, 0.5, 0.7)


@dataclass(frozen=True, eq=False)
class BurdenLevel(Record):
    """The preferred alliance at one threat level under one rule, and who pays what.

    Attributes
    ----------
    rule : str
    threat : float
    preferred : Equilibrium or None
        None if there is no equilibrium.
    status : Status
        PARTIAL if bargains did not settle, so that another alliance may be preferred.
    """

    rule: str
    threat: float
    preferred: Equilibrium | None
    status: Status = Status.SOLVED

    @property
    def form(self) -> Form | None:
        """The form of the preferred alliance."""
        return self.preferred.form if self.preferred else None

    @property
    def burdens(self) -> dict[str, float]:
        """What each ally pays, in units of security; empty without burden sharing."""
        return self.preferred.burdens if self.preferred else {}

    @property
    def shares(self) -> dict[str, float]:
        """Each ally's part of all that is paid; a subsidy counts against what is paid to it.

        Empty if nobody pays.
        """
        paid = sum(max(burden, 0.0) for burden in self.burdens.values())
        return {name: burden / paid for name, burden in self.burdens.items()} if paid > 0 else {}


@dataclass(frozen=True, eq=False)
class BurdenStudy(Tabled, Record):
    """The alliances of one game at several threats under several rules of burden sharing.

    Attributes
    ----------
    game : AllianceGame
        Its own threat and rule are not used.
    levels : tuple of BurdenLevel
        By rule, and by threat as asked for.
    """

    game: AllianceGame
    levels: tuple[BurdenLevel, ...] = field(repr=False)

    _subject = "who pays what"
    _asked = ("game", "rules", "threats")
    _units = {  # noqa: RUF012
        "threat": THREAT,
        "burden": "security",
        "burden_share": "share of all that is paid",
        "capability_share": "share of the allies' capability",
    }

    def __str__(self) -> str:
        threats = ", ".join(f"{threat:g}" for threat in self.threats)
        return f"burdens under {', '.join(self.rules)} at threat {threats}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules, in the order asked for."""
        return tuple(dict.fromkeys(level.rule for level in self.levels))

    @property
    def threats(self) -> tuple[float, ...]:
        """The threat levels, in the order asked for."""
        return tuple(dict.fromkeys(level.threat for level in self.levels))

    def capability_shares(self, names: Sequence[str]) -> dict[str, float]:
        """Return each one's part of the capability of all of `names`; equal ones if all have 0."""
        whole = sum(self.game.capabilities[name] for name in names)
        if whole == 0:
            return {name: 1 / len(names) for name in names}
        return {name: self.game.capabilities[name] / whole for name in names}

    def records(self) -> list[dict[str, object]]:
        """Return a flat row for each rule, threat and ally; one without ally if there is none."""
        return [row for level in self.levels for row in self._rows(level)]

    def _rows(self, level: BurdenLevel) -> list[dict[str, object]]:
        head: dict[str, object] = {
            "burden_sharing": level.rule,
            "threat": level.threat,
            "form": str(level.form) if level.form else None,
            "status": str(level.status),
        }
        if level.preferred is None or not level.preferred.structure.allies:
            return [head | dict.fromkeys(_COLUMNS)]
        structure = level.preferred.structure
        capability = self.capability_shares(structure.allies)
        return [
            head
            | {
                "ally": name,
                "treaty": "spoke" if name in structure.spokes else "bloc",
                "burden": level.burdens.get(name, 0.0),
                "burden_share": level.shares.get(name),
                "capability_share": capability[name],
            }
            for name in structure.allies
        ]


_COLUMNS = ("ally", "treaty", "burden", "burden_share", "capability_share")


def burdens(
    game: AllianceGame,
    *,
    threat: ArrayLike = DEFAULT_THREATS,
    rules: Sequence[str] = DEFAULT_RULES,
    concept: str = "subgame_perfect",
    progress: Progress | None = None,
) -> BurdenStudy:
    """Return the preferred alliance and its burdens under each rule, at several threats.

    Parameters
    ----------
    game : AllianceGame
        With up to 11 candidates if a rule is a bargain, up to 12 otherwise.
    threat : array_like, shape (levels,)
        In [0, 1].
    rules : sequence of str
        As `burden_sharing` of a game.
    concept : str
        As in `solve`.
    progress : callable, optional
        Called with a rule, the number of levels done and of those to do.

    Raises
    ------
    InvalidGameError
        If a rule or a threat is none, or there is no rule.
    NotApplicableError
        If the game is too large for a rule.

    Examples
    --------
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)
    >>> found = burdens(game, threat=[0.7], rules=["none", "split"])
    >>> [(level.rule, str(level.form), len(level.burdens)) for level in found.levels]
    [('none', 'hub-and-spoke', 0), ('split', 'multilateral', 2)]
    """
    checks.kind("game", game, AllianceGame)
    rules = checks.listed("rules", rules)
    if not rules:
        raise InvalidGameError(f"`rules` must be a list of rules; got {rules!r}")
    threats = threat_levels(threat)
    named = [str(burden_sharing.parse(rule)) for rule in rules]
    levels: list[BurdenLevel] = []
    for rule in named:
        path = sweep(
            replace(game, burden_sharing=rule),
            threat=threats,
            concept=concept,
            progress=named_progress(progress, rule) if progress else None,
        )
        levels += [
            BurdenLevel(rule, level.threat, level.preferred, level.status) for level in path.levels
        ]
    return BurdenStudy(game, tuple(levels))
