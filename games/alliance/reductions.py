"""The alliance game in normal form, for solvers of any finite game.

Entries are certainty equivalents, see `Outcomes`: comparisons of pure profiles are those
of the alliance game. A mixture over structures is then valued in two stages, each structure by its
certainty equivalent first (Segal 1990, compound independence), and not as one reduced lottery.
Without probability weighting both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress, product
from typing import Literal

import numpy as np

from games import checks
from games.alliance import payoffs, structures, worth
from games.alliance.specification import Specification
from games.alliance.structures import AllianceStructure
from games.errors import InvalidGameError, NotApplicableError
from games.finite.extensive_form import ExtensiveForm
from games.finite.normal_form import NormalForm
from games.finite.tree import Decision, Node, Terminal
from games.prospects.preferences import Preference

# What is agreed when candidates sign some treaties of a structure, in sure outcomes.
#
# A structure is a lottery over outcomes for its players. Here the *certainty equivalent* stands
# for it: the sure outcome that a player values as highly, by its own preference and reference
# point. So whoever compares structures by it compares them as the alliance game does.


class Outcomes:
    """The certainty equivalents of structures, computed once each.

    Attributes
    ----------
    preferences : list of Preference
    references : list of float
        Of the hegemon and of each candidate, under which they hold.
    """

    def __init__(self, game: Specification) -> None:
        self.game = game
        others = len(game.candidates)
        self.preferences: list[Preference] = [
            game.preference,
            *[game.candidate_preference] * others,
        ]
        self.references = [payoffs.reference_point(game), *[game.candidate_reference] * others]
        self._known: dict[AllianceStructure, tuple[float, ...]] = {}

    def of(self, structure: AllianceStructure) -> tuple[float, ...]:
        """Return the certainty equivalent of each player, the hegemon's first, in outcomes."""
        if structure not in self._known:
            game = self.game
            prospects = worth.prospects(game, structure).values()
            self._known[structure] = tuple(
                preference.certainty_equivalent(prospect, reference)
                for preference, prospect, reference in zip(
                    self.preferences, prospects, self.references, strict=True
                )
            )
        return self._known[structure]


# The alliance game as a game tree: a proposal, and answers one after another.

MAX_NODES = 200_000


def proposal_tree(game: Specification, order: Sequence[str] | None = None) -> ExtensiveForm:
    """Return the proposal game with acceptance one after another.

    The hegemon proposes a structure of the family. Then the candidates named in it accept or
    refuse, each knowing the answers before its own. Spokes that are accepted enter into force, and
    a bloc among those who accept, if they are two or more (`open` ratification), or if all accept
    (`unanimous`).

    No solution is worse for the hegemon than `solver.solve(game).security_level`: a candidate who
    gains by a spoke accepts it whatever was answered before, so the hegemon can propose spokes to
    any set of such candidates. And each outcome is one of the concept `subgame_perfect`, where
    answers are given at once: no ally would rather have refused.

    Parameters
    ----------
    order : sequence of str, optional
        All candidates, in the order of their answers; by default the most capable first.

    Returns
    -------
    ExtensiveForm
        Without moves of chance: at the ends stand certainty equivalents.

    Raises
    ------
    InvalidGameError
        If `order` does not name each candidate once.
    NotApplicableError
        If the tree has more than 200,000 nodes: with eight candidates or more in the family
        `bloc_and_spokes`.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> proposal_tree(game)
    <game tree 'proposals of Athens' of Athens, Samos, Chios: 22 nodes>
    """
    ranking = sorted(game.candidates, key=lambda name: -game.capabilities[name])
    turns = list(ranking if order is None else checks.listed("order", order))
    if not all(isinstance(name, str) for name in turns):
        raise InvalidGameError(f"`order` must be candidates' names; got {checks.shown(turns)}")
    if sorted(turns) != sorted(game.candidates):
        raise InvalidGameError(
            f"`order` must name each of {list(game.candidates)} once; got {turns}"
        )
    total = 1
    for structure in game.structures():
        total += 2 ** (len(structure.allies) + 1) - 1
        if total > MAX_NODES:
            raise NotApplicableError(
                f"the tree of proposals to {len(turns)} candidates has more than {MAX_NODES:,}"
                " nodes; take game.strongest(7), or solver.solve(game), with answers given at once"
            )
    outcomes = Outcomes(game)
    ends: dict[AllianceStructure, Terminal] = {}

    def answers(proposal: AllianceStructure, accepting: tuple[str, ...], left: list[str]) -> Node:
        if not left:
            agreed = game.in_force(proposal, accepting)
            if agreed not in ends:
                ends[agreed] = Terminal(outcomes.of(agreed), str(agreed))
            return ends[agreed]
        name, *later = left
        after = (
            answers(proposal, (*accepting, name), later),
            answers(proposal, accepting, later),
        )
        return Decision(name, ("accept", "refuse"), after, str(proposal))

    proposals = list(game.structures())
    replies = [
        answers(proposal, (), [name for name in turns if name in proposal.allies])
        for proposal in proposals
    ]
    return ExtensiveForm(
        Decision(game.hegemon, [str(proposal) for proposal in proposals], replies),
        players=game.players,
        preferences=outcomes.preferences,
        references=outcomes.references,
        title=f"proposals of {game.hegemon}",
    )


FormName = Literal["announcement", "two_player"]
MAX_PROFILES = 500_000


def normal_form(game: Specification, form: FormName) -> NormalForm:
    """Return `announcement` or `two_player` of a game, by name."""
    forms: dict[str, Callable[[Specification], NormalForm]] = {
        "announcement": announcement,
        "two_player": two_player,
    }
    return forms[checks.one_of("form", form, forms)](game)


def two_player(game: Specification) -> NormalForm:
    """Return the game of the hegemon against the candidates acting as one.

    The hegemon offers nothing, a spoke to each candidate, or one bloc of all; the candidates refuse
    all treaties, take spokes only, or take either. What is offered and taken enters into force.
    The candidates' outcome is the one whose utility is the mean of their utilities.

    Returns
    -------
    NormalForm
        Of the hegemon, with the actions "none", "bilateral", "multilateral", and the candidates,
        with "refuse", "bilateral only", "either".

    Raises
    ------
    InvalidGameError
        If there is one candidate only: it forms no bloc.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> print(two_player(game).utilities[0].round(4))
    [[-1.1746 -1.1746 -1.1746]
     [-1.1746 -1.0577 -1.0577]
     [-1.1746 -1.1746 -1.0374]]
    """
    if len(game.candidates) < 2:
        raise InvalidGameError(
            f"`capabilities` must name two candidates or more; got {list(game.candidates)}"
        )
    taste, point = game.candidate_preference, game.candidate_reference
    reference = payoffs.reference_point(game)

    def outcome(structure: AllianceStructure) -> tuple[float, float]:
        hegemon, *others = worth.prospects(game, structure).values()
        values = [taste.value(prospect, point) for prospect in others]
        return (
            game.preference.certainty_equivalent(hegemon, reference),
            point + taste.inverse_utility(float(np.mean(values))),
        )

    nothing = outcome(game.structure())
    spokes = outcome(game.structure(spokes=game.candidates))
    bloc = outcome(game.structure(bloc=game.candidates))
    rows = [[nothing] * 3, [nothing, spokes, spokes], [nothing, nothing, bloc]]
    return NormalForm(
        np.moveaxis(np.array(rows), -1, 0),
        players=[game.hegemon, "candidates" if game.hegemon != "candidates" else "the candidates"],
        actions=[["none", "bilateral", "multilateral"], ["refuse", "bilateral only", "either"]],
        preferences=[game.preference, taste],
        references=[reference, point],
        title=f"{game.hegemon} against its candidates acting as one",
    )


def announcement(game: Specification) -> NormalForm:
    """Return the announcement game (Myerson 1991, 9.5; Hart & Kurz 1983).

    All at once, the hegemon announces a structure of the family, and each candidate one treaty that
    it would sign, by its members, or none. A treaty of the structure enters into force among the
    candidates in it who announce just that treaty: a spoke by its one candidate; a bloc with
    `open` ratification by two or more of them, with `unanimous` ratification by all.

    That candidates name the members of a bloc matters: if they signed whatever bloc is proposed,
    the hegemon could leave out members one by one, and fewer structures would be equilibria than
    the concept `nash` has. So named, both have the same.

    Returns
    -------
    NormalForm
        Of the hegemon, whose actions are structures as text, and each candidate, with "refuse",
        "spoke" and each bloc that it may be in, such as "bloc {Chios, Samos}".

    Raises
    ------
    NotApplicableError
        If there are more than 500,000 profiles: with five candidates or more.

    Examples
    --------
    >>> from games import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> form = announcement(game)
    >>> form.shape, form.actions[1]
    ((5, 3, 3), ('refuse', 'spoke', 'bloc {Chios, Samos}'))
    """
    n = len(game.candidates)
    own = 2 ** (n - 1) + 1
    if structures.count(n, game.family) * own**n > MAX_PROFILES:
        raise NotApplicableError(
            f"the announcement game of {n} candidates has more than {MAX_PROFILES:,} profiles; take"
            " game.strongest(4), or solver.solve(game, 'nash') for the same outcomes up to 12"
        )
    subsets = list(structures.subsets(sorted(game.candidates)))
    treaties = [[treaty for treaty in subsets if name in treaty] for name in game.candidates]
    proposed = list(game.structures())
    outcomes = Outcomes(game)
    table = np.empty((n + 1, len(proposed), *[own] * n))
    for row, structure in enumerate(proposed):
        results = [
            outcomes.of(game.in_force(structure, tuple(compress(game.candidates, signs))))
            for signs in product((False, True), repeat=n)
        ]
        by_signs = np.array(results).T.reshape(n + 1, *[2] * n)
        # of each announcement of each candidate, whether it signs the structure: refusal first
        wanted = {frozenset(treaty - {game.hegemon}) for treaty in structure.treaties}
        signs = [[0, *(int(frozenset(t) in wanted) for t in mine)] for mine in treaties]
        table[:, row] = by_signs[np.ix_(range(n + 1), *signs)]
    names = [
        ["spoke" if len(treaty) == 1 else f"bloc {{{', '.join(treaty)}}}" for treaty in mine]
        for mine in treaties
    ]
    return NormalForm(
        table,
        players=game.players,
        actions=[
            [str(structure) for structure in proposed],
            *(["refuse", *own] for own in names),
        ],
        preferences=outcomes.preferences,
        references=outcomes.references,
        title=f"announcements of {game.hegemon} and its candidates",
    )
