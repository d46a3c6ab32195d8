"""Quantities of a game by name."""

import pytest

import games
from games import AllianceGame, ConstantReference, CumulativeProspectTheory, ExpectedUtility
from games.alliance import settings

GAME = AllianceGame(hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.1}, threat=0.7)


def cpt(game: AllianceGame) -> CumulativeProspectTheory:
    assert isinstance(game.preference, CumulativeProspectTheory)
    return game.preference


def test_each_kind_of_quantity_is_set() -> None:
    assert settings.with_value(GAME, "threat", 0.2) == GAME.at(0.2)
    assert settings.with_value(GAME, "frame", 0.2) == GAME.at(frame=0.2)
    assert settings.with_value(GAME, "cohesion", 0.2) == GAME.with_parameters(cohesion=0.2)
    assert settings.with_value(GAME, "slope", 0.5).reference_point == pytest.approx(0.35)
    assert settings.with_value(GAME, "level", 0.5).reference == ConstantReference(0.5)
    assert settings.with_value(GAME, "ratification", "unanimous").ratification == "unanimous"
    assert settings.with_value(GAME, "reliabilities.Samos", 0.3).reliabilities == {"Samos": 0.3}
    assert cpt(settings.with_value(GAME, "alpha", 0.5)).beta == 0.88
    assert cpt(settings.with_value(GAME, "loss_aversion", 3)).loss_aversion == 3
    curved = cpt(settings.with_value(GAME, "curvature", 0.5))
    assert (curved.alpha, curved.beta) == (0.5, 0.5)
    weighted = cpt(settings.with_value(settings.with_value(GAME, "gamma", 0.5), "delta", 0.6))
    assert weighted.weighting_gains == games.TverskyKahneman(0.5)
    assert weighted.weighting_losses == games.TverskyKahneman(0.6)


def test_every_name_is_known_and_described() -> None:
    assert len(set(settings.names(GAME))) == len(settings.names(GAME))
    for name in settings.names(GAME):
        text, unit = settings.describe(GAME, name)
        assert text
        assert unit
        # no name is unknown, whatever becomes of the value
        with pytest.raises(games.InvalidGameError, match=r"must|is"):
            settings.with_value(GAME, name, object())
    assert settings.describe(GAME, "exposures.Samos").text.endswith("Samos")


@pytest.mark.parametrize(
    "name", ["cohesoin", "exposures.Naxos", "parameters.cohesion", "threat.Samos", ""]
)
def test_unknown_names(name: str) -> None:
    with pytest.raises(games.UnknownNameError, match="unknown"):
        settings.with_value(GAME, name, 0.5)
    with pytest.raises(games.UnknownNameError, match="unknown parameter"):
        settings.describe(GAME, name)


def test_quantities_that_the_game_lacks() -> None:
    expected = GAME.with_preference(ExpectedUtility())
    with pytest.raises(games.NotApplicableError, match="loss_aversion"):
        settings.with_value(expected, "loss_aversion", 2.0)
    with pytest.raises(games.NotApplicableError, match="slope"):
        settings.with_value(GAME.with_reference(ConstantReference(0)), "slope", 2.0)
