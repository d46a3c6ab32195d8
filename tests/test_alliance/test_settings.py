"""Quantities of a game by name."""

from dataclasses import replace

import pytest
from known_games import PAIR

import games
from games import AllianceGame, ConstantReference, CumulativeProspectTheory, ExpectedUtility
from games.alliance import settings


def cpt(game: AllianceGame) -> CumulativeProspectTheory:
    assert isinstance(game.preference, CumulativeProspectTheory)
    return game.preference


def test_each_kind_of_quantity_is_set() -> None:
    assert settings.with_value(PAIR, "threat", 0.2) == PAIR.at(0.2)
    assert settings.with_value(PAIR, "frame", 0.2) == PAIR.at(frame=0.2)
    assert settings.with_value(PAIR, "cohesion", 0.2) == PAIR.with_parameters(cohesion=0.2)
    assert settings.with_value(PAIR, "slope", 0.5).reference_point == pytest.approx(0.35)
    assert settings.with_value(PAIR, "level", 0.5).reference == ConstantReference(0.5)
    assert settings.with_value(PAIR, "ratification", "unanimous").ratification == "unanimous"
    assert settings.with_value(PAIR, "reliabilities.Samos", 0.3).reliabilities == {"Samos": 0.3}
    assert cpt(settings.with_value(PAIR, "alpha", 0.5)).beta == 0.88
    assert cpt(settings.with_value(PAIR, "loss_aversion", 3)).loss_aversion == 3
    curved = cpt(settings.with_value(PAIR, "curvature", 0.5))
    assert (curved.alpha, curved.beta) == (0.5, 0.5)
    weighted = cpt(settings.with_value(settings.with_value(PAIR, "gamma", 0.5), "delta", 0.6))
    assert weighted.weighting_gains == games.TverskyKahneman(0.5)
    assert weighted.weighting_losses == games.TverskyKahneman(0.6)


@pytest.mark.parametrize("turned", [False, True])
def test_several_quantities_are_set_together_in_any_order(turned: bool) -> None:
    """Whole rules before their parts: each part is kept."""
    changes = {
        "threat": 0.4,
        "base": 0.1,
        "slope": 0.5,
        "reference": games.ThreatReference(0.3, 0.9),
        "delta": 0.6,
        "alpha": 0.7,
        "curvature": 0.5,
        "preference": games.preset("booij-2010"),
        "cohesion": 0.2,
        "reliabilities.Samos": 0.3,
    }
    named = list(changes.items())
    found = settings.with_values(PAIR, dict(named[::-1] if turned else named))
    assert found.threat == 0.4
    assert found.reference == games.ThreatReference(0.1, 0.5)
    booij = games.preset("booij-2010")
    assert found.preference == replace(
        booij, alpha=0.7, beta=0.5, weighting_losses=games.TverskyKahneman(0.6)
    )
    assert found.parameters.cohesion == 0.2
    assert found.reliabilities == {"Samos": 0.3}


def test_every_name_is_known_and_described() -> None:
    assert len(set(settings.names(PAIR))) == len(settings.names(PAIR))
    for name in settings.names(PAIR):
        text, unit = settings.describe(PAIR, name)
        assert text
        assert unit
        # no name is unknown, whatever becomes of the value
        with pytest.raises((games.InvalidGameError, games.NotApplicableError), match=r"must|is"):
            settings.with_value(PAIR, name, object())
    assert settings.describe(PAIR, "exposures.Samos").text.endswith("Samos")


@pytest.mark.parametrize(
    "name", ["cohesoin", "exposures.Naxos", "parameters.cohesion", "threat.Samos", ""]
)
def test_unknown_names(name: str) -> None:
    with pytest.raises(games.UnknownNameError, match="unknown"):
        settings.with_value(PAIR, name, 0.5)
    with pytest.raises(games.UnknownNameError, match="unknown parameter"):
        settings.describe(PAIR, name)


def test_quantities_that_the_game_lacks() -> None:
    expected = PAIR.with_preference(ExpectedUtility())
    with pytest.raises(games.NotApplicableError, match="loss_aversion"):
        settings.with_value(expected, "loss_aversion", 2.0)
    with pytest.raises(games.NotApplicableError, match="slope"):
        settings.with_value(PAIR.with_reference(ConstantReference(0)), "slope", 2.0)
