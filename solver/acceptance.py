"""The acceptance stage: which structures can come of a proposal."""

from __future__ import annotations

from games import AllianceGame, AllianceStructure
from games.families import subsets
from solver.valuation import Valuation


def acceptance_equilibria(
    game: AllianceGame, proposal: AllianceStructure, *, tolerance: float = 1e-9
) -> list[AllianceStructure]:
    """Return every outcome of a Nash equilibrium, in pure strategies, of the acceptance stage.

    Each candidate named in the proposal accepts or refuses, simultaneously. With `open`
    ratification a bloc enters into force among those who accept, if they are two or more; with
    `unanimous` ratification only if all accept. Spokes are treaties of their own.

    There is always one: a bloc that all refuse stays refused, whatever one of them does.

    Parameters
    ----------
    proposal : AllianceStructure
    tolerance : float
        Gains up to this are none, in units of the candidates' payoffs.

    Returns
    -------
    list of AllianceStructure
        Without repetition, those of the fewest acceptances first.

    Examples
    --------
    >>> game = AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> bloc = game.structure(bloc=["Samos", "Chios"])
    >>> for outcome in acceptance_equilibria(game, bloc):
    ...     print(outcome)
    Athens: no alliance
    Athens: bloc {Chios, Samos}
    """
    values = Valuation(game, tolerance)
    named = game.check(proposal).allies
    outcomes: dict[AllianceStructure, None] = {}
    for accepting in subsets(named):
        outcome = ratified(game, proposal, accepting)
        if all(
            _content(values, outcome, ratified(game, proposal, _switched(accepting, name)), name)
            for name in named
        ):
            outcomes[outcome] = None
    return list(outcomes)


def ratified(
    game: AllianceGame, proposal: AllianceStructure, accepting: tuple[str, ...]
) -> AllianceStructure:
    """Return what enters into force when just the candidates `accepting` accept."""
    blocs = [[name for name in bloc if name in accepting] for bloc in proposal.blocs]
    if game.ratification == "unanimous":
        blocs = [
            kept for kept, bloc in zip(blocs, proposal.blocs, strict=True) if len(kept) == len(bloc)
        ]
    return AllianceStructure(
        game.hegemon,
        blocs=[kept for kept in blocs if len(kept) > 1],
        spokes=[name for name in proposal.spokes if name in accepting],
    )


def _content(
    values: Valuation, now: AllianceStructure, otherwise: AllianceStructure, name: str
) -> bool:
    """Whether `name` is no better off in the structure that its other answer would bring."""
    gain = values.candidate(name, otherwise) - values.candidate(name, now)
    return gain <= values.tolerance


def _switched(accepting: tuple[str, ...], name: str) -> tuple[str, ...]:
    if name in accepting:
        return tuple(other for other in accepting if other != name)
    return (*accepting, name)
