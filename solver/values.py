"""Ways to share what a coalition earns: values, the nucleolus and the core.

All take a `games.CharacteristicFunction`, whose worths are *material*: amounts that one player can
hand to another, each gaining just what the other loses. What prospect theory makes of a payoff is
not such an amount. Its value function is curved and steeper for losses, and reads each player's
outcome from that player's own reference point; so a unit handed over takes from one player's value
something else than it adds to the other's, and the "worth of a coalition" in that currency does not
exist (von Neumann & Morgenstern 1944, chapter 2, ask of utility that it be transferable for just
this reason). Share material payoffs here, and let each player's preferences judge its share.

=======================  ===========================================  ==============================
function                 which payoff                                 source
=======================  ===========================================  ==============================
`shapley`                mean addition over all orders of players     Shapley 1953
`banzhaf`                mean addition over all coalitions of others  Banzhaf 1965; Owen 1975
`owen`                   as `shapley`, but unions come as one         Owen 1977
`myerson`                as `shapley`, among the connected only       Myerson 1977
`nucleolus`              the worst-off coalitions at their best       Schmeidler 1969
`nucleolus_certificate`  whether a payoff is that                     Kohlberg 1971
`in_core`                whether each coalition gets its worth        Gillies 1959
`least_core`             what every coalition must give up for that   Maschler, Peleg & Shapley 1979
=======================  ===========================================  ==============================

Payoffs are arrays in the order of the game's players. `material` makes such a game of an alliance
game's expected outcomes.

Examples
--------
>>> from games import bankruptcy
>>> game = bankruptcy(200, [100, 200, 300], ["Reuben", "Simeon", "Levi"])
>>> dict(zip(game.players, shapley(game).round(2).tolist()))
{'Reuben': 33.33, 'Simeon': 83.33, 'Levi': 83.33}
>>> nucleolus(game).round(9).tolist()
[50.0, 75.0, 75.0]
>>> in_core(game, nucleolus(game)), least_core(game).core_is_empty
(True, False)
"""

from __future__ import annotations

from solver.alliance.material import material
from solver.cooperative.core import LeastCore, in_core, least_core
from solver.cooperative.nucleolus import NucleolusCertificate, nucleolus, nucleolus_certificate
from solver.cooperative.values import banzhaf, graph_restricted, myerson, owen, shapley

__all__ = [
    "LeastCore",
    "NucleolusCertificate",
    "banzhaf",
    "graph_restricted",
    "in_core",
    "least_core",
    "material",
    "myerson",
    "nucleolus",
    "nucleolus_certificate",
    "owen",
    "shapley",
]
