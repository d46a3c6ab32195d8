"""The alliance game as a cooperative game of material payoffs, by the definition."""

import pytest
from hypothesis import given
from strategies import fixed, theatres

from games import AllianceGame
from games.alliance import payoffs as formulas
from games.alliance.structures import subsets
from solver import values


@fixed(15)
@given(theatres(4))
def test_the_worth_of_a_coalition_by_its_definition(game: AllianceGame) -> None:
    found = values.material(game)
    assert found.players == game.players

    def in_all(members: tuple[str, ...], structure: object) -> float:
        own = formulas.prospect(game, structure, game.threat).mean
        return own + sum(formulas.candidate_prospect(game, i, structure).mean for i in members)

    for members in subsets(game.candidates):
        alone = sum(formulas.candidate_prospect(game, i, game.structure()).mean for i in members)
        assert found.worth(members) == pytest.approx(alone, abs=1e-12)
        best = max(in_all(members, s) for s in game.structures() if set(s.allies) <= set(members))
        assert found.worth([game.hegemon, *members]) == pytest.approx(best, abs=1e-12)
    # coalitions can always do apart what they do together, so the core's test is of interest
    assert found.is_superadditive
