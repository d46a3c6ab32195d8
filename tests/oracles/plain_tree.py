"""Game trees once more, slow and literal: random ones, and all their equilibria by enumeration.

A tree is ("end", outcomes), ("chance", probabilities, trees) or ("player", number, trees); a node
is addressed by the places of the actions that lead to it. A profile maps each decision node to the
place of an action. No code is shared with the package but the classes of the nodes.
"""

import itertools
import math
from fractions import Fraction

import plain_model as model
import pytest
from hypothesis import strategies as st

from games.finite.extensive_form import ExtensiveForm
from games.finite.tree import Chance, Decision, Terminal

CHANCES = [
    (Fraction(1, 2), Fraction(1, 2)),
    (Fraction(1, 3), Fraction(2, 3)),
    (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)),
    (Fraction(0), Fraction(1)),
]


@st.composite
def trees(draw, n=2, outcomes=(0, 1, 2), decisions=5, depth=4, chance=True):
    """Draw a tree of at most so many decision nodes, its outcomes few so that ties abound."""
    left = [decisions]

    def grow(room):
        kinds = ["end", *(["chance"] if chance and room else []), *(["player"] * 3 * (room > 0))]
        kind = draw(st.sampled_from(kinds))
        if kind == "player" and left[0]:
            left[0] -= 1
            number = draw(st.integers(0, n - 1))
            return ("player", number, [grow(room - 1) for _ in range(draw(st.integers(1, 3)))])
        if kind == "chance":
            odds = draw(st.sampled_from(CHANCES))
            return ("chance", odds, [grow(room - 1) for _ in odds])
        return ("end", tuple(draw(st.sampled_from(outcomes)) for _ in range(n)))

    return grow(depth)


def game_of(tree, **given):
    """Return the tree as the package's nouns have it; actions are called "a", "b", "c"."""

    def node(part):
        if part[0] == "end":
            return Terminal(part[1])
        children = [node(child) for child in part[2]]
        names = letters(range(len(children)))
        if part[0] == "chance":
            return Chance(names, part[1], children)
        return Decision(str(part[1] + 1), names, children)

    return ExtensiveForm(node(tree), **given)


def efg_of(tree, n, on_the_way="0"):
    """Return the tree as the text of a Gambit file, with an outcome at the nodes on the way."""
    lines = ['EFG 2 R "random" { ' + " ".join(f'"{i + 1}"' for i in range(n)) + " }"]
    numbers = itertools.count(1)

    def write(part):
        number = next(numbers)
        if part[0] == "end":
            payoffs = " ".join(map(str, part[1]))
            lines.append(f't "" {number} "" {{ {payoffs} }}')
            return
        names = letters(range(len(part[2])))
        if part[0] == "chance":
            pairs = " ".join(f'"{name}" {p}' for name, p in zip(names, part[1], strict=True))
            lines.append(f'c "" {number} "" {{ {pairs} }} {on_the_way}')
        else:
            quoted = " ".join(f'"{name}"' for name in names)
            lines.append(f'p "" {part[1] + 1} {number} "" {{ {quoted} }} {on_the_way}')
        for child in part[2]:
            write(child)

    write(tree)
    return "\n".join(lines) + "\n"


def decision_nodes(tree, path=()):
    """Return the path and the node of each decision."""
    if tree[0] == "end":
        return []
    own = [(path, tree)] if tree[0] == "player" else []
    below = [decision_nodes(child, (*path, place)) for place, child in enumerate(tree[2])]
    return own + [item for part in below for item in part]


def lottery(tree, profile, path=()):
    """Return (outcomes, probability) of each end, zero probabilities left out."""
    if tree[0] == "end":
        return [(tree[1], Fraction(1))]
    if tree[0] == "player":
        place = profile[path]
        return lottery(tree[2][place], profile, (*path, place))
    return [
        (outcomes, p * q)
        for place, (p, child) in enumerate(zip(tree[1], tree[2], strict=True))
        if p > 0
        for outcomes, q in lottery(child, profile, (*path, place))
    ]


def profiles(tree):
    """Return every profile of pure strategies."""
    nodes = decision_nodes(tree)
    paths = [path for path, _ in nodes]
    choices = itertools.product(*(range(len(node[2])) for _, node in nodes))
    return [dict(zip(paths, chosen, strict=True)) for chosen in choices]


def worth(lot, player, preferences, references):
    """Return the player's value of a lottery: exact if the preference is None, a mean outcome."""
    if preferences[player] is None:
        return sum(p * x[player] for x, p in lot)
    merged = {}
    for outcomes, p in lot:
        merged[outcomes[player]] = merged.get(outcomes[player], 0) + p
    prospect = [(float(x), float(p)) for x, p in merged.items()]
    return model.value_of(preferences[player], prospect, references[player])


def one_shot_equilibria(tree, preferences, references, tolerances):
    """Return each profile from which no player gains by another action at a single node."""

    def stays(profile, path, node):
        values = [
            worth(lottery(child, profile, (*path, place)), node[1], preferences, references)
            for place, child in enumerate(node[2])
        ]
        return max(values) <= values[profile[path]] + tolerances[node[1]]

    nodes = decision_nodes(tree)
    return [p for p in profiles(tree) if all(stays(p, path, node) for path, node in nodes)]


def nash_in_every_subgame(tree, n):
    """Return each profile that is a Nash equilibrium of every subgame, for mean outcomes."""
    found = []
    nodes = decision_nodes(tree)
    everything = profiles(tree)
    for profile in everything:
        for root, node in nodes:
            below = [path for path, _ in nodes if path[: len(root)] == root]
            now = lottery(node, profile, root)
            for player in range(n):
                own = [path for path, one in nodes if path in below and one[1] == player]
                for other in everything:
                    if all(other[path] == profile[path] for path in profile if path not in own):
                        then = lottery(node, other, root)
                        if mean(then, player) > mean(now, player):
                            break
                else:
                    continue
                break
            else:
                continue
            break
        else:
            found.append(profile)
    return found


def mean(lot, player):
    return sum(p * x[player] for x, p in lot)


def reach(tree, player, preference, reference):
    """Return the range of a player's values over the ends of a tree."""

    def ends(part):
        if part[0] == "end":
            return [part[1][player]]
        return [x for child in part[2] for x in ends(child)]

    values = [model.value_of(preference, [(float(x), 1.0)], reference) for x in ends(tree)]
    return max(values) - min(values) if values else math.nan


def named(profile, tree):
    """Return a profile as the package writes it: for each player names by paths of names."""
    strategies = {}
    for path, node in decision_nodes(tree):
        strategies.setdefault(str(node[1] + 1), {})[letters(path)] = letters([profile[path]])[0]
    return strategies


def letters(path):
    """Return places of actions as the names that `game_of` gives them."""
    return tuple(chr(ord("a") + place) for place in path)


def gambit_equilibria(tree, n, path, on_the_way="0"):
    """Return the pure profiles that Gambit finds no agent to gain by leaving, from a file.

    Each is a set of pairs of a path and an action, mapped to the players' payoffs.
    """
    gambit = pytest.importorskip("pygambit")
    path.write_text(efg_of(tree, n, on_the_way))
    game = gambit.read_efg(str(path))
    movers = {str(node[1] + 1) for _, node in decision_nodes(tree)}
    found = {}
    for profile in gambit.nash.enumpure_agent_solve(game).equilibria:
        pairs = [
            (tuple(history.actions), action)
            for player in movers
            for history, mixed in profile[player]
            for action, chance in dict(mixed).items()
            if chance == 1
        ]
        payoffs = dict(profile.payoffs)
        found[frozenset(pairs)] = tuple(Fraction(payoffs[str(i + 1)]) for i in range(n))
    return found
