"""Treaties, alliance structures and the form that a structure takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from html import escape
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from games import checks, tabled
from games.errors import InvalidGameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Treaty = frozenset[str]
"""The members of a treaty, the hegemon among them."""


class Form(Enum):
    """What kind of alliance a structure is."""

    NONE = "none"
    BILATERAL = "bilateral"
    HUB_AND_SPOKE = "hub-and-spoke"
    MIXED = "mixed"
    BLOCS = "blocs"
    MULTILATERAL = "multilateral"

    def __str__(self) -> str:
        return self.value


def form_named(given: Form | str) -> Form:
    """Return a form, or the one that a word names.

    Raises
    ------
    InvalidGameError
        If there is no such form.

    Examples
    --------
    >>> form_named("mixed")
    <Form.MIXED: 'mixed'>
    """
    return given if isinstance(given, Form) else Form(checks.one_of("form", given, map(str, Form)))


@dataclass(frozen=True, init=False)
class AllianceStructure:
    """The treaties in force between a hegemon and its allies, in canonical form.

    Every treaty has the hegemon as a member and no candidate is in two. A bloc of one candidate
    *is* a spoke, and is kept as one. Members, spokes and blocs are kept sorted, so equal
    structures compare and hash equal.

    Parameters
    ----------
    hegemon : str
    bloc : iterable of str
        Candidates in one treaty with the hegemon.
    spokes : iterable of str
        Candidates with a bilateral treaty each.
    blocs : iterable of iterables of str
        Several multilateral treaties; an alternative to `bloc`.

    Raises
    ------
    InvalidGameError
        If a name is empty, stands twice, or is the hegemon's.

    Examples
    --------
    >>> structure = AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
    >>> print(structure)
    Athens: bloc {Chios, Samos}; spokes Naxos
    >>> structure.form
    <Form.MIXED: 'mixed'>
    >>> AllianceStructure("Athens", bloc=["Samos"]) == AllianceStructure("Athens", spokes=["Samos"])
    True
    """

    example: ClassVar[str] = (
        "game.structure(bloc=['A', 'B']) or solver.solve(game).preferred.structure"
    )

    hegemon: str
    blocs: tuple[tuple[str, ...], ...]
    spokes: tuple[str, ...]

    def __init__(
        self,
        hegemon: str,
        bloc: Iterable[str] = (),
        spokes: Iterable[str] = (),
        *,
        blocs: Iterable[Iterable[str]] = (),
    ) -> None:
        several = checks.listed("blocs", blocs)
        groups = [checks.listed("bloc", group) for group in (bloc, *several)]
        groups += [(name,) for name in checks.listed("spokes", spokes)]
        members = [name for group in groups for name in group]
        checks.label("hegemon", hegemon)
        for name in members:
            checks.label("candidate", name)
        twice = sorted({name for name in members if members.count(name) > 1})
        if twice:
            raise InvalidGameError(f"a candidate must be in one treaty at most; got {twice} twice")
        if hegemon in members:
            raise InvalidGameError(f"the hegemon must not be named as a candidate; got {hegemon!r}")
        big = sorted(tuple(sorted(group)) for group in groups if len(group) > 1)
        object.__setattr__(self, "hegemon", hegemon)
        object.__setattr__(self, "blocs", tuple(big))
        object.__setattr__(
            self, "spokes", tuple(sorted(group[0] for group in groups if len(group) == 1))
        )

    @property
    def bloc(self) -> tuple[str, ...]:
        """Members of the one bloc, empty if there is none.

        Raises
        ------
        InvalidGameError
            If there are several blocs: read `blocs`.
        """
        if len(self.blocs) > 1:
            raise InvalidGameError("`bloc` must be read of a structure with one bloc; read `blocs`")
        return self.blocs[0] if self.blocs else ()

    @cached_property
    def allies(self) -> tuple[str, ...]:
        """Candidates in any treaty, sorted."""
        return tuple(sorted([*self.spokes, *(name for bloc in self.blocs for name in bloc)]))

    @property
    def treaties(self) -> tuple[Treaty, ...]:
        """Each treaty as the set of its members, hegemon included; blocs first."""
        groups = [*self.blocs, *((name,) for name in self.spokes)]
        return tuple(frozenset((self.hegemon, *group)) for group in groups)

    def partners(self, name: str) -> tuple[str, ...]:
        """Return the other candidates in the treaty of candidate `name`."""
        for bloc in self.blocs:
            if name in bloc:
                return tuple(other for other in bloc if other != name)
        return ()

    @property
    def tied_pairs(self) -> float:
        """P, the share of pairs of allies that a treaty ties, in [0, 1]; 0 without pairs."""
        k = len(self.allies)
        tied = sum(len(bloc) * (len(bloc) - 1) for bloc in self.blocs)
        return tied / (k * (k - 1)) if k > 1 else 0.0

    @property
    def multilateral_share(self) -> float:
        """mu, the share of the hegemon's ally memberships in treaties of three or more."""
        k = len(self.allies)
        return (k - len(self.spokes)) / k if k else 0.0

    @property
    def form(self) -> Form:
        """The form, decided by the number of allies, P and mu."""
        k = len(self.allies)
        if k < 2:
            return Form.BILATERAL if k else Form.NONE
        if not self.blocs:
            return Form.HUB_AND_SPOKE
        if self.spokes:
            return Form.MIXED
        return Form.MULTILATERAL if len(self.blocs) == 1 else Form.BLOCS

    def without(self, *names: str) -> AllianceStructure:
        """Return what stays in force when candidates leave and their co-members stay.

        A bloc left with one candidate lapses: it does not turn into a spoke.
        """
        kept = ([n for n in bloc if n not in names] for bloc in self.blocs)
        return AllianceStructure(
            self.hegemon,
            blocs=[bloc for bloc in kept if len(bloc) > 1],
            spokes=[name for name in self.spokes if name not in names],
        )

    def restricted_to(self, treaties: Iterable[Treaty]) -> AllianceStructure:
        """Return the structure of those of its treaties that are in `treaties`."""
        kept = set(treaties)
        return from_groups(self.hegemon, [t - {self.hegemon} for t in self.treaties if t in kept])

    def with_treaty(self, candidates: Iterable[str]) -> AllianceStructure:
        """Return the structure with one more treaty, which ends its candidates' former ones."""
        group = checks.listed("candidates", candidates)
        others = [t - {self.hegemon} for t in self.treaties if not t & frozenset(group)]
        return from_groups(self.hegemon, [*others, group])

    def extends(self, before: AllianceStructure) -> bool:
        """Return whether each treaty of `before` is kept, or its candidates are in a wider one.

        Examples
        --------
        >>> pact = AllianceStructure("USA", bloc=["AUL", "NEW"], spokes=["PHI"])
        >>> AllianceStructure("USA", bloc=["AUL", "NEW", "PHI", "THI"]).extends(pact)
        True
        >>> AllianceStructure("USA", bloc=["AUL", "PHI"], spokes=["NEW"]).extends(pact)
        False
        """
        now = self.treaties
        return all(any(old <= new for new in now) for old in before.treaties)

    def form_beside(self, before: AllianceStructure) -> Form:
        """Return the form of what is new beside a status quo that this structure extends.

        A kind of treaty counts, whole, where something new was signed in it: one more spoke beside
        another makes a hub and spokes, an accession to a bloc is multilateral, and a structure that
        is the status quo is `Form.NONE`. Without a status quo it is the form.

        Examples
        --------
        >>> hub = AllianceStructure("USA", spokes=["JPN", "PHI"])
        >>> AllianceStructure("USA", spokes=["JPN", "PHI", "ROK"]).form_beside(hub)
        <Form.HUB_AND_SPOKE: 'hub-and-spoke'>
        >>> hub.form_beside(hub)
        <Form.NONE: 'none'>
        """
        spokes = self.spokes if set(self.spokes) - set(before.spokes) else ()
        blocs = self.blocs if set(self.blocs) - set(before.blocs) else ()
        return AllianceStructure(self.hegemon, spokes=spokes, blocs=blocs).form

    def plot(self, ax: Axes | None = None, **options: Any) -> Figure:
        """Draw the structure; see `games.tabled.Tabled.plot`.

        Options are `candidates`, all of whom are drawn, `capabilities`, which areas grow with, and
        `labels`, longer names.
        """
        return tabled.plot(self, ax, **options)

    def _repr_html_(self) -> str:
        return f"<div>{escape(str(self))} ({self.form})</div>{tabled.picture(self)}"

    def __str__(self) -> str:
        parts = ["bloc {" + ", ".join(bloc) + "}" for bloc in self.blocs]
        if self.spokes:
            parts.append("spokes " + ", ".join(self.spokes))
        return f"{self.hegemon}: " + ("; ".join(parts) or "no alliance")


def parse(text: str, hegemon: str, candidates: Iterable[str]) -> AllianceStructure:
    """Return the structure that `str` tells of, given who may be in it.

    Parameters
    ----------
    text : str
        Such as "Athens: bloc {Chios, Samos}; spokes Naxos".

    Raises
    ------
    InvalidGameError
        If it is no such text.

    Examples
    --------
    >>> hub = AllianceStructure("Athens", spokes=["Samos", "Chios"])
    >>> parse(str(hub), "Athens", ["Samos", "Chios", "Naxos"]) == hub
    True
    """
    # of names that begin alike the longest is tried first
    known = sorted(map(re.escape, candidates), key=len, reverse=True)
    name = f"(?:{'|'.join(known)})" if known else "(?!)"
    several = f"{name}(?:, {name})*"
    blocs: list[list[str]] = []
    spokes: list[str] = []
    rest = text.removeprefix(f"{hegemon}: ")
    while part := re.match(rf"(?:bloc {{({several})}}|spokes ({several}))(?:; |$)", rest):
        if part[1]:
            blocs.append(re.findall(name, part[1]))
        else:
            spokes = re.findall(name, part[2])
        rest = rest[part.end() :]
    found = AllianceStructure(hegemon, blocs=blocs, spokes=spokes)
    if str(found) != text:
        raise InvalidGameError(f"`text` must tell of a structure of {hegemon!r}; got {text!r}")
    return found


def from_groups(hegemon: str, groups: Iterable[Iterable[str]]) -> AllianceStructure:
    """Return the structure whose treaties join the hegemon to each group of candidates."""
    return AllianceStructure(hegemon, blocs=groups)


# Families of alliance structures: which structures a game admits, and how many there are.

Item = TypeVar("Item")
Group = tuple[str, ...]
Family = Literal["bloc_and_spokes", "blocs"]
# up to how many candidates structures are counted; beyond there are over 10^(n/3)
COUNTED = 100

FAMILIES: tuple[Family, ...] = ("bloc_and_spokes", "blocs")


def structures(
    hegemon: str,
    candidates: Sequence[str],
    family: Family = "bloc_and_spokes",
    admits: Callable[[Group], bool] = lambda group: True,
) -> Iterator[AllianceStructure]:
    """Yield each structure of a family once, lazily, the empty one first.

    Parameters
    ----------
    family : {"bloc_and_spokes", "blocs"}
        One bloc at most, beside spokes; or any number of disjoint blocs and spokes.
    admits : callable
        Whether a group of candidates may have a treaty with the hegemon; all may by default.

    Examples
    --------
    >>> [str(s) for s in structures("Athens", ["Samos", "Chios"])]
    ['Athens: no alliance', 'Athens: spokes Samos', 'Athens: spokes Chios',
     'Athens: spokes Chios, Samos', 'Athens: bloc {Chios, Samos}']
    """
    checks.one_of("family", family, FAMILIES)
    if family == "blocs":
        for allies in subsets(candidates):
            for groups in partitions(allies, admits):
                yield from_groups(hegemon, groups)
        return
    single = [name for name in candidates if admits((name,))]
    for bloc in subsets(candidates):
        if not bloc or (len(bloc) > 1 and admits(bloc)):
            for spokes in subsets([name for name in single if name not in bloc]):
                yield AllianceStructure(hegemon, bloc, spokes)


def count(n: int, family: Family = "bloc_and_spokes") -> int:
    """Return how many structures a family has over `n` candidates.

    3^n - n 2^(n-1) for `bloc_and_spokes`; the Bell number B(n + 1) for `blocs`.

    Examples
    --------
    >>> count(11), count(11, "blocs")
    (165883, 4213597)
    """
    checks.one_of("family", family, FAMILIES)
    checks.whole("n", n, 0)
    if family == "bloc_and_spokes":
        return 3**n - n * 2 ** (n - 1) if n else 1
    bell = [1]
    for m in range(n + 1):
        bell.append(sum(comb(m, k) * bell[k] for k in range(m + 1)))
    return bell[n + 1]


def size_of(n: int, family: Family) -> str:
    """Return for a message how many structures a family has over `n` candidates.

    To count them takes long where the number is absurd.
    """
    return checks.size(count(n, family)) if n <= COUNTED else f"more than 10^{n // 3}"


def subsets(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    """Yield each subset of `items`, smaller ones first."""
    for size in range(len(items) + 1):
        yield from combinations(items, size)


def partitions(names: Group, admits: Callable[[Group], bool]) -> Iterator[list[Group]]:
    """Yield each partition of `names` into groups that are admitted."""
    if not names:
        yield []
        return
    first, rest = names[0], names[1:]
    for others in subsets(rest):
        if admits((first, *others)):
            left = tuple(name for name in rest if name not in others)
            for groups in partitions(left, admits):
                yield [(first, *others), *groups]
