"""Games that several tests ask about, and texts of game files with a known source."""

import games
from games import AllianceGame, ExpectedUtility

# the invented scenario, small enough to be solved in no time
ATHENS = games.load("classic-athens")
# the same with the parameters of the first edition: its form changes six times, in short windows
ATHENS_1 = games.AllianceGame(**vars(ATHENS) | {"parameters": games.edition_1()})

# a strong and a weak candidate
PAIR = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)

# three candidates under a high threat
TRIO = AllianceGame(
    hegemon="Athens", capabilities={"Samos": 0.3, "Chios": 0.25, "Naxos": 0.2}, threat=0.8
)


def without_equilibrium():
    """Return a game and a tolerance under which no structure is pairwise stable.

    Derived. A spoke costs the hegemon 0.06 and brings it nothing; a tolerance of 0.05 of the range
    (1.6 or a little more) is about 0.08. So it signs one spoke, and a second, without minding
    either, and then minds the two together, and ends both. No bloc forms: it costs a member 1.5.
    Without a threat no ally needs a spoke, and the empty structure is pairwise stable.
    """
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.2, "Chios": 0.2},
        threat=1,
        preference=ExpectedUtility(),
    ).with_parameters(
        adversary=1,
        projection=1,
        deployment=1,
        reliability=0,
        k_bilateral=0.06,
        shelter=0,
        guarantee_bilateral=1,
        ally_cost_bilateral=0,
        ally_cost_multilateral=1.5,
    )
    return game, 0.05


# published: the sample file of Gambit's manual, from Selten (1975), figure 2
SELTEN = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
# published: McKelvey & McLennan's game with nine equilibria, as Gambit ships it
NINE = """NFG 1 R "2x2x2" { "Player 1" "Player 2" "Player 3" }

{ { "1" "2" }
{ "1" "2" }
{ "1" "2" }
}
""

{
{ "" 9, 8, 12 }
{ "" 9, 8, 2 }
{ "both" 3, 4, 6 }
}
1 0 0 2 0 3 3 0
"""
# the beginning of a file for two players of two actions
HEAD = 'NFG 1 R "" { "a" "b" } { 2 2 } '
