"""The alliance game as a game tree: a proposal, and answers one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from games.agreements import Outcomes, in_force
from games.errors import InvalidGameError, NotApplicableError
from games.finite.extensive_form import ExtensiveForm
from games.finite.tree import Decision, Node, Terminal
from games.structures import AllianceStructure

if TYPE_CHECKING:
    from games.alliance import AllianceGame

MAX_NODES = 200_000


def proposal_tree(game: AllianceGame, order: Sequence[str] | None = None) -> ExtensiveForm:
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
    >>> from games.alliance import AllianceGame
    >>> game = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> proposal_tree(game)
    <game tree 'proposals of Athens' of Athens, Samos, Chios: 22 nodes>
    """
    ranking = sorted(game.candidates, key=lambda name: -game.capabilities[name])
    turns = list(ranking if order is None else order)
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
            agreed = in_force(game, proposal, accepting)
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
