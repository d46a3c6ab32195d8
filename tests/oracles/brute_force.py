"""The solution concepts once more, by their definitions and without any of the solver's shortcuts.

Structures and payoffs are those of `plain_model`. Every concept is a function of the payoffs and of
the tolerance: a player gains if its payoff rises by more than that.
"""

import itertools
from functools import cache

import plain_model as model


def subsets(items):
    items = list(items)
    chosen = (itertools.combinations(items, size) for size in range(len(items) + 1))
    return map(frozenset, itertools.chain.from_iterable(chosen))


class Payoffs:
    """What every structure of a game is worth to every player, computed once.

    The worth is that of `plain_model` unless another is given, by structure and then by player.
    """

    def __init__(self, game, worth=None):
        self.game = game
        self.names = tuple(game.capabilities)
        self.players = (game.hegemon, *self.names)
        self.structures = sorted(model.all_structures(game), key=lambda s: sorted(map(sorted, s)))
        self.worth = worth or self.plain_worth()
        self.hegemon = {s: self.worth[s][game.hegemon] for s in self.structures}

    def plain_worth(self):
        alone = cache(lambda name, own: model.candidate_value(self.game, name, own))
        return {
            s: {name: alone(name, frozenset(t for t in s if name in t)) for name in self.names}
            | {self.game.hegemon: model.hegemon_value(self.game, s)}
            for s in self.structures
        }

    def of(self, player, structure):
        return self.worth[structure][player]

    def gain(self, player, before, after):
        return self.worth[after][player] - self.worth[before][player]

    def levels(self):
        """Return each player's different payoffs, ascending."""
        return [sorted({self.of(player, s) for s in self.structures}) for player in self.players]

    def reach(self):
        """Return the widest range of any player's payoffs."""
        return max(worth[-1] - worth[0] for worth in self.levels())

    def doubtful(self, tolerance, margin=1e-13):
        """Whether rounding could decide if some difference of payoffs exceeds the tolerance."""
        return any(
            abs(after - before - tolerance) < margin
            for worth in self.levels()
            for before, after in itertools.combinations_with_replacement(worth, 2)
        )


def in_force(game, proposal, accepting):
    """Return what enters into force if just the candidates `accepting` accept."""
    result = set()
    for treaty in proposal:
        left = treaty & accepting
        thins_out = len(treaty) > 1 and game.ratification == "open"
        if left == treaty or (thins_out and len(left) > 1):
            result.add(left)
    return frozenset(result)


def acceptance_outcomes(payoffs, proposal, tolerance):
    """Return the outcomes of all pure Nash equilibria of the acceptance stage of one proposal."""
    named = frozenset().union(*proposal)
    outcomes = set()
    for accepting in subsets(named):
        outcome = in_force(payoffs.game, proposal, accepting)
        for name in named:
            otherwise = in_force(payoffs.game, proposal, accepting ^ {name})
            if payoffs.gain(name, outcome, otherwise) > tolerance:
                break
        else:
            outcomes.add(outcome)
    return outcomes


def assured(payoffs, tolerance):
    """Return the greatest, over proposals, of the least that an acceptance equilibrium brings."""
    return max(
        min(payoffs.hegemon[s] for s in acceptance_outcomes(payoffs, proposal, tolerance))
        for proposal in payoffs.structures
    )


def subgame_perfect(payoffs, tolerance):
    outcomes = set()
    for proposal in payoffs.structures:
        found = acceptance_outcomes(payoffs, proposal, tolerance)
        assert found, f"no acceptance equilibrium of {proposal}"
        outcomes |= found
    least = assured(payoffs, tolerance)
    return {s for s in outcomes if payoffs.hegemon[s] >= least - tolerance}


def nash(payoffs, tolerance):
    """Return the structures in which no player gains by leaving any set of its treaties."""

    def stays(player, structure):
        held = [t for t in structure if player == payoffs.game.hegemon or player in t]
        return all(
            payoffs.gain(player, structure, structure - left) <= tolerance for left in subsets(held)
        )

    return {s for s in payoffs.structures if all(stays(p, s) for p in payoffs.players)}


def announcement_outcomes(payoffs, tolerance):
    """Return the outcomes of all pure Nash equilibria of the announcement game, by its strategies.

    A candidate announces one treaty or none, the hegemon any treaties with one bloc at most in the
    family `bloc_and_spokes`. A treaty is in force if all its members announce it. Slow: for three
    candidates at most.
    """
    treaties = [treaty for treaty in subsets(payoffs.names) if treaty]
    choices = {
        name: [None, *(treaty for treaty in treaties if name in treaty)] for name in payoffs.names
    }
    several = payoffs.game.family == "blocs"
    willing = [
        chosen
        for chosen in subsets(treaties)
        if several or sum(len(treaty) > 1 for treaty in chosen) <= 1
    ]

    def outcome(offered, answers):
        return frozenset(
            treaty for treaty in offered if all(answers[name] == treaty for name in treaty)
        )

    found = set()
    for row in itertools.product(*choices.values()):
        answers = dict(zip(payoffs.names, row, strict=True))
        best = max(payoffs.hegemon[outcome(offered, answers)] for offered in willing)
        for offered in willing:
            now = outcome(offered, answers)
            if now in found or best - payoffs.hegemon[now] > tolerance:
                continue
            if all(
                payoffs.gain(name, now, outcome(offered, answers | {name: other})) <= tolerance
                for name in payoffs.names
                for other in choices[name]
            ):
                found.add(now)
    return found


def pairwise(payoffs, tolerance):
    """Return the structures that no departure, no new spoke and no accession upsets."""
    hegemon = payoffs.game.hegemon

    def upset(structure, other, players):
        gains = [payoffs.gain(player, structure, other) for player in players]
        return min(gains) >= -tolerance and max(gains) > tolerance

    def stable(structure):
        outside = set(payoffs.names).difference(*structure)
        for name in outside:
            spoke = frozenset({name})
            if upset(structure, structure | {spoke}, (hegemon, name)):
                return False
            for bloc in structure:
                wider = structure - {bloc} | {bloc | spoke}
                if len(bloc) > 1 and upset(structure, wider, (hegemon, *bloc, name)):
                    return False
        return True

    return {s for s in nash(payoffs, tolerance) if stable(s)}


def coalition_proof(payoffs, tolerance):
    """Return the structures from which no coalition has a self-enforcing deviation.

    Coalitions are sets of places in (hegemon, candidates), as bits. The recursion runs down the
    proper subsets of a coalition, so it ends.
    """
    players = payoffs.players
    bit = {player: 1 << place for place, player in enumerate(players)}

    @cache
    def members(treaty):
        return bit[payoffs.game.hegemon] | sum(bit[name] for name in treaty)

    def moves_from(before):
        now = payoffs.worth[before]
        for after, then in payoffs.worth.items():
            gainers = sum([bit[p] for p in players if then[p] - now[p] > tolerance])
            if gainers:
                signed = [members(treaty) for treaty in after - before]
                ended = [members(treaty) for treaty in before - after]
                yield gainers, signed, ended, after

    moves = {s: list(moves_from(s)) for s in payoffs.structures}

    @cache
    def deviates(coalition, structure):
        """Whether this very coalition has a self-enforcing deviation."""
        for gainers, signed, ended, after in moves[structure]:
            if (
                coalition & ~gainers == 0
                and all(treaty & ~coalition == 0 for treaty in signed)
                and all(treaty & coalition for treaty in ended)
                and not any(deviates(part, after) for part in proper_parts(coalition))
            ):
                return True
        return False

    everybody = range(1, 1 << len(players))
    return {s for s in payoffs.structures if not any(deviates(c, s) for c in everybody)}


def proper_parts(coalition):
    """Yield the non-empty proper subsets of a coalition, as bits."""
    part = (coalition - 1) & coalition
    while part:
        yield part
        part = (part - 1) & coalition


CONCEPTS = {
    "subgame_perfect": subgame_perfect,
    "nash": nash,
    "pairwise": pairwise,
    "coalition_proof": coalition_proof,
}


def plain_payoffs(game):
    """Return the payoffs of every structure by the formulas of `games`, one structure at a time."""
    return Payoffs(game, {model.treaties_of(s): game.values(s) for s in game.structures()})
