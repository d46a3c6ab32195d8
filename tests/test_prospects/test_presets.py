"""Published parameter sets: the numbers that their papers print."""

import pytest

import games
from games import CumulativeProspectTheory, GoldsteinEinhorn, TverskyKahneman, UnknownNameError
from games.prospects.preferences import PRESETS, preset

# published: alpha, beta, loss aversion, weighting of gains, weighting of losses
NUMBERS = {
    "tversky-kahneman-1992": (0.88, 0.88, 2.25, TverskyKahneman(0.61), TverskyKahneman(0.69)),
    "abdellaoui-2000": (0.89, 0.92, 2.25, TverskyKahneman(0.60), TverskyKahneman(0.70)),
    "booij-2010": (
        0.859,
        0.826,
        1.58,
        GoldsteinEinhorn(delta=0.772, gamma=0.618),
        GoldsteinEinhorn(delta=1.022, gamma=0.592),
    ),
}


def test_all_presets_are_checked_here():
    assert set(PRESETS) == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_published_numbers(name):
    assert preset(name) == CumulativeProspectTheory(*NUMBERS[name])


@pytest.mark.parametrize("name", NUMBERS)
def test_each_names_its_source_by_author_and_year(name):
    author, *_, year = name.split("-")
    source = PRESETS[name][1]
    assert author.capitalize() in source
    assert year in source


def test_the_default_theory_is_the_published_one():
    assert preset("tversky-kahneman-1992") == CumulativeProspectTheory()


def test_a_preset_serves_a_game():
    game = games.load("europe-1949").with_preference(games.preset("booij-2010"))
    assert game.preference.loss_aversion == 1.58


def test_an_unknown_preset():
    with pytest.raises(UnknownNameError, match=r"unknown preset 'booij' .*'booij-2010'"):
        preset("booij")
    with pytest.raises(UnknownNameError, match=r"known: tversky-kahneman-1992, abdellaoui-2000"):
        preset("fechner-1860")
