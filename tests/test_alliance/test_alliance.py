"""The alliance game: payoffs by hand, changed copies, and what makes two games the same."""

import pickle
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise, product

import numpy as np
import pytest

from games import (
    AllianceGame,
    AllianceStructure,
    ConstantReference,
    CumulativeProspectTheory,
    Domain,
    ExpectationReference,
    ExpectedUtility,
    InvalidGameError,
    Linear,
    Parameters,
    Prelec,
    Prospect,
    StatusQuoReference,
    ThreatReference,
    UnknownNameError,
    edition_1,
)

NAMES = ("Samos", "Chios")
NONE = AllianceStructure("Athens")
ONE = AllianceStructure("Athens", spokes=["Samos"])
HUB = AllianceStructure("Athens", spokes=NAMES)
BLOC = AllianceStructure("Athens", bloc=NAMES)

# Round figures: the adversary projects A = 0.5 * 4 * 0.5 = 1, the treaties are worth
# 0.4 + 0.1 = 0.5 and 0.1 + 0.1 = 0.2 to Athens, and half of that in a spoke: 0.25 and 0.1.
GAME = AllianceGame(
    hegemon="Athens",
    capabilities={"Samos": 0.4, "Chios": 0.1},
    threat=0.5,
    parameters=Parameters(
        deployment=0.5,
        adversary=0.5,
        projection=4,
        pledge_bilateral=0.5,
        pledge_multilateral=1,
        basing=0.1,
        reliability=0.8,
        cohesion=0.6,
        entrapment=0,
        k_bilateral=0.01,
        k_multilateral=0.02,
        k_bloc=0.03,
        shelter=0.2,
        guarantee_bilateral=0.6,
        guarantee_multilateral=0.8,
        exposure=1,
        ally_cost_bilateral=0.02,
        ally_cost_multilateral=0.03,
        friction=0.1,
        affinity=0.5,
    ),
    exposures={"Chios": 0.5},
)
WIDE = AllianceGame(
    hegemon="Athens",
    capabilities={"Samos": 0.2, "Chios": 0.3, "Naxos": 0.1, "Melos": 0.3},
    threat=0.7,
    exposures={"Naxos": 2.0, "Samos": 1.5},
    reliabilities={"Naxos": 0.5},
    basings={"Melos": 0.2},
    affinity={("Samos", "Chios"): 0.2, ("Naxos", "Melos"): 0.7},
    family="blocs",
)


def assert_prospect(found: Prospect, expected: dict[float, float]) -> None:
    np.testing.assert_allclose(found.outcomes, sorted(expected), rtol=1e-14)
    np.testing.assert_allclose(found.probabilities, [expected[x] for x in sorted(expected)])


# payoffs by hand: derived, from the formulas of the model


def test_prospect_without_allies() -> None:
    # 0.5 / (0.5 + 1) for certain
    assert_prospect(GAME.prospect(NONE), {1 / 3: 1})


def test_prospect_of_one_spoke() -> None:
    # 0.75 / 1.75 if Samos honours; one bilateral treaty costs 0.01
    assert_prospect(GAME.prospect(ONE), {1 / 3 - 0.01: 0.2, 3 / 7 - 0.01: 0.8})


def test_prospect_of_two_spokes() -> None:
    # each honours independently with 0.8; aid is 0, 0.1, 0.25 or 0.35; two treaties cost 0.02
    expected = {
        0.5 / 1.5 - 0.02: 0.2 * 0.2,
        0.6 / 1.6 - 0.02: 0.2 * 0.8,
        0.75 / 1.75 - 0.02: 0.8 * 0.2,
        0.85 / 1.85 - 0.02: 0.8 * 0.8,
    }
    assert_prospect(GAME.prospect(HUB), expected)


def test_prospect_of_a_bloc() -> None:
    # all of 0.7 comes with 0.6, or nothing; the bloc costs 0.03 and each member 0.02
    assert_prospect(GAME.prospect(BLOC), {0.5 / 1.5 - 0.07: 0.4, 1.2 / 2.2 - 0.07: 0.6})


@pytest.mark.parametrize(
    ("name", "structure", "expected"),
    [
        # Samos faces 1; protection is 0.1 outside, 0.3 as a spoke, 0.4 as a member
        ("Samos", NONE, 0.5 / 1.5),
        ("Samos", ONE, 0.7 / 1.7 - 0.02),
        ("Samos", HUB, 0.7 / 1.7 - 0.02),
        # Chios helps with 0.5 * 0.1 if the bloc acts; friction is 0.1 * (1 - 0.5)
        ("Samos", BLOC, 0.6 * 0.85 / 1.85 + 0.4 * 0.8 / 1.8 - 0.03 - 0.05),
        # Chios faces 0.5 only
        ("Chios", NONE, 0.2 / 0.7),
        ("Chios", ONE, 0.2 / 0.7),
        ("Chios", HUB, 0.4 / 0.9 - 0.02),
        ("Chios", BLOC, 0.6 * 0.7 / 1.2 + 0.4 * 0.5 / 1.0 - 0.03 - 0.05),
    ],
)
def test_candidates(name: str, structure: AllianceStructure, expected: float) -> None:
    assert GAME.candidate_value(name, structure) == pytest.approx(expected, rel=1e-14)
    assert GAME.values(structure)[name] == GAME.candidate_value(name, structure)


def test_a_single_reliability_and_basing() -> None:
    game = replace(GAME, reliabilities={"Samos": 0.5}, basings={"Samos": 0.6})
    # aid is 0.5 * (0.4 + 0.6) = 0.5 with probability 0.5
    assert_prospect(game.prospect(ONE), {1 / 3 - 0.01: 0.5, 1 / 2 - 0.01: 0.5})


# two blocs of equal members, who all cost 0.1 together and never entrap
TWO_BLOCS = AllianceGame(
    hegemon="H",
    capabilities={"A": 0.1, "B": 0.1, "C": 0.2, "D": 0.2},
    threat=0.5,
    parameters=Parameters(
        deployment=0.5,
        adversary=2,
        projection=1,
        basing=0,
        cohesion=0.6,
        entrapment=0,
        k_bloc=0.03,
        k_multilateral=0.01,
    ),
    family="blocs",
)
PAIRS = AllianceStructure("H", blocs=[("A", "B"), ("C", "D")])


def test_two_blocs_act_independently() -> None:
    # aid is 0, 0.2, 0.4 or 0.6; both blocs and four members cost 0.06 + 0.04
    expected = {
        0.5 / 1.5 - 0.1: 0.4 * 0.4,
        0.7 / 1.7 - 0.1: 0.6 * 0.4,
        0.9 / 1.9 - 0.1: 0.4 * 0.6,
        1.1 / 2.1 - 0.1: 0.6 * 0.6,
    }
    assert_prospect(TWO_BLOCS.prospect(PAIRS), expected)


# The second edition: quarrels of blocs, a shock that spokes share, a reference that stood before.


def test_a_bloc_that_entraps_ties_part_of_the_deployment_down() -> None:
    game = GAME.with_parameters(entrapment=0.3, entrapment_share=0.4)
    assert_prospect(game.prospect(HUB), dict(states_of(GAME.prospect(HUB))))  # spokes never do
    expected = {
        0.5 / 1.5 - 0.07: 0.4 * 0.7,
        0.3 / 1.3 - 0.07: 0.4 * 0.3,
        1.2 / 2.2 - 0.07: 0.6 * 0.7,
        1.0 / 2.0 - 0.07: 0.6 * 0.3,
    }
    assert_prospect(game.prospect(BLOC), expected)


def states_of(prospect: Prospect) -> Iterator[tuple[float, float]]:
    return zip(prospect.outcomes.tolist(), prospect.probabilities.tolist(), strict=True)


def test_each_bloc_has_a_draw_of_its_own_and_no_less_than_nothing_is_free() -> None:
    game = TWO_BLOCS.with_parameters(
        cohesion=1, entrapment=0.2, entrapment_share=0.7, k_bloc=0, k_multilateral=0
    )
    # aid is 0.6 for sure; 0.5, 0.15 or nothing is free
    expected = {1.1 / 2.1: 0.64, 0.75 / 1.75: 0.32, 0.6 / 1.6: 0.04}
    assert_prospect(game.prospect(PAIRS), expected)


def test_no_spoke_honours_where_the_common_shock_strikes() -> None:
    game = GAME.with_parameters(common_reliability=0.9, reliability=0.45)
    # each of two honours with 0.5 if they are spared
    expected = {
        0.5 / 1.5 - 0.02: 0.1 + 0.9 * 0.25,
        0.6 / 1.6 - 0.02: 0.9 * 0.25,
        0.75 / 1.75 - 0.02: 0.9 * 0.25,
        0.85 / 1.85 - 0.02: 0.9 * 0.25,
    }
    assert_prospect(game.prospect(HUB), expected)
    assert game.prospect(HUB).probabilities.sum() == pytest.approx(1, abs=1e-15)
    # the same mean as of independent ones, and more of both ends
    alone = GAME.with_parameters(reliability=0.45).prospect(HUB)
    assert game.prospect(HUB).probabilities[[0, -1]].sum() > alone.probabilities[[0, -1]].sum()
    # whoever is never spared never honours
    never = GAME.with_parameters(common_reliability=0, reliability=0)
    assert_prospect(never.prospect(HUB), {0.5 / 1.5 - 0.02: 1.0})


def test_no_spoke_is_more_reliable_than_the_common_shock_lets_it_be() -> None:
    words = "`common_reliability` must be at least each spoke's reliability; got 0.7, and 0.8"
    with pytest.raises(InvalidGameError, match=words):
        GAME.with_parameters(common_reliability=0.7)
    with pytest.raises(InvalidGameError, match=r"got 0\.85, and 0\.9 for 'Chios'"):
        replace(GAME.with_parameters(common_reliability=0.85), reliabilities={"Chios": 0.9})


def test_the_adversary_projects_its_capability() -> None:
    for changes in ({"adversary": 1.0}, {"projection": 8.0}):
        game = GAME.with_parameters(**changes)
        assert_prospect(game.prospect(NONE), {0.5 / 2.5: 1})
        assert game.candidate_value("Samos", NONE) == pytest.approx(0.5 / 2.5)


def test_the_status_quo_as_reference() -> None:
    # what stood: no ally at half the threat, 0.5 / (0.5 + 0.5)
    for weight, expected in ((0, 0.5), (1, 0.1 + 0.8 * 0.5), (0.25, 0.75 * 0.5 + 0.25 * 0.5)):
        rule = StatusQuoReference(NONE, threat=0.25, weight=weight, base=0.1, slope=0.8)
        game = GAME.with_reference(rule)
        assert game.reference_point == pytest.approx(expected, abs=1e-15)
    # with all weight on what stood the threat does not move it
    assert GAME.with_reference(StatusQuoReference(ONE, 0.5)).at(0.9).reference_point == (
        pytest.approx(GAME.prospect(ONE).mean)
    )
    with pytest.raises(UnknownNameError, match="unknown candidate 'Paros'"):
        GAME.with_reference(StatusQuoReference(AllianceStructure("Athens", spokes=["Paros"]), 0.5))
    for wrong in ({"threat": 2}, {"threat": 0.5, "weight": -1}, {"threat": 0.5, "base": "x"}):
        with pytest.raises(InvalidGameError, match="must"):
            StatusQuoReference(NONE, **wrong)


def test_the_first_edition_is_one_setting_of_the_second() -> None:
    old = edition_1()
    assert old.full_power == 1.5
    assert old.tied_down == 0
    game = replace(GAME, parameters=replace(old, adversary=0.5, projection=4, deployment=0.5))
    assert len(game.prospect(BLOC)) == 2
    assert len(GAME.with_parameters(entrapment=0.5, entrapment_share=0).prospect(BLOC)) == 2


def test_the_value_is_that_of_the_prospect_against_the_reference() -> None:
    assert GAME.reference_point == 0.5
    for structure in (NONE, ONE, HUB, BLOC):
        expected = CumulativeProspectTheory().value(GAME.prospect(structure), 0.5)
        assert GAME.value(structure) == expected
        assert GAME.values(structure)["Athens"] == expected


def test_value_by_hand() -> None:
    # gains and losses of 0.5 - r with linear taste: the mean outcome less the threat, doubled below
    game = GAME.with_preference(CumulativeProspectTheory(1, 1, 2, Linear(), Linear()))
    expected = 2 * (0.2 * (1 / 3 - 0.01 - 0.5) + 0.8 * (3 / 7 - 0.01 - 0.5))
    assert game.value(ONE) == pytest.approx(expected)


def test_powers_of_nothing() -> None:
    # nobody opposes: security is 1, also for those who have nothing themselves
    game = AllianceGame(
        hegemon="Athens",
        capabilities={"Samos": 0.0},
        threat=0.0,
        parameters=Parameters(deployment=0),
    )
    assert game.prospect(NONE) == Prospect.sure(1.0)
    assert game.candidate_value("Samos", NONE) == 1.0


def test_stronger_threats_never_raise_an_outcome() -> None:
    for structure in WIDE.structures():
        outcomes = [WIDE.at(tau).prospect(structure) for tau in (0.0, 0.2, 0.6, 1.0)]
        for low, high in pairwise(outcomes):
            assert high.mean <= low.mean + 1e-12
            assert high.outcomes.max() <= low.outcomes.max() + 1e-12


def test_relabelling_candidates_relabels_values() -> None:
    swap = {"Samos": "Chios", "Chios": "Samos"}
    swapped = replace(GAME, capabilities={"Chios": 0.4, "Samos": 0.1}, exposures={"Samos": 0.5})
    for structure in (NONE, ONE, HUB, BLOC):
        other = AllianceStructure(
            "Athens",
            bloc=[swap[name] for name in structure.bloc],
            spokes=[swap[name] for name in structure.spokes],
        )
        expected = {swap.get(name, name): value for name, value in GAME.values(structure).items()}
        assert swapped.values(other) == pytest.approx(expected, rel=1e-14)


# names, structures, and what a game says of itself


def test_players_keep_their_order() -> None:
    assert GAME.candidates == NAMES
    assert GAME.players == ("Athens", *NAMES)
    assert tuple(GAME.values(BLOC)) == GAME.players


def test_structure_checks_its_names() -> None:
    assert GAME.structure(bloc=NAMES) == BLOC
    assert GAME.structure() == NONE
    with pytest.raises(UnknownNameError, match="unknown candidate 'Thera'; known: Samos, Chios"):
        GAME.structure(spokes=["Thera"])


@pytest.mark.parametrize(
    ("structure", "error"),
    [
        (AllianceStructure("Sparta", spokes=["Samos"]), InvalidGameError),
        (AllianceStructure("Athens", spokes=["Naxos"]), UnknownNameError),
        (AllianceStructure("Athens", bloc=["Samos", "Naxos"]), UnknownNameError),
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda structure: GAME.prospect(structure),
        lambda structure: GAME.value(structure),
        lambda structure: GAME.values(structure),
        lambda structure: GAME.appraise(structure),
        lambda structure: GAME.hegemon_values([structure]),
        lambda structure: GAME.candidate_value("Samos", structure),
        lambda structure: GAME.with_reference(ExpectationReference(structure)).reference_point,
    ],
    ids=["prospect", "value", "values", "appraise", "hegemon_values", "candidate_value", "ref"],
)
def test_structures_of_other_games_are_refused(
    ask: Callable[[AllianceStructure], object],
    structure: AllianceStructure,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        ask(structure)


def test_a_second_bloc_needs_the_other_family() -> None:
    two = AllianceStructure("Athens", blocs=[("Samos", "Chios"), ("Naxos", "Melos")])
    assert WIDE.value(two) == WIDE.hegemon_values([two])[0]
    with pytest.raises(InvalidGameError) as caught:
        replace(WIDE, family="bloc_and_spokes").value(two)
    assert str(caught.value) == (
        "`structure` must have one bloc at most in the family 'bloc_and_spokes'; got 2"
        " (use family='blocs')"
    )


def test_appraise() -> None:
    seen = GAME.appraise(BLOC)
    assert (seen.value, seen.reference) == (GAME.value(BLOC), 0.5)
    assert seen.mean == pytest.approx(0.4 / 3 + 0.6 * 12 / 22 - 0.07)
    # a domain of losses, though the best outcome is 0.475 and below the reference too
    assert (seen.domain, seen.mass_below) == (Domain.LOSSES, 1.0)
    assert GAME.at(threat=0).appraise(BLOC).domain is Domain.GAINS


def test_describe() -> None:
    names = [item.name for item in GAME.describe()]
    assert {"threat", "cohesion", "capability[Samos]", "exposure[Chios]"} <= set(names)


# values of many structures at once


@pytest.mark.parametrize(
    "preference",
    [
        CumulativeProspectTheory(),
        ExpectedUtility(),
        CumulativeProspectTheory(0.6, 1.1, 3, Prelec(0.5), Linear()),
    ],
    ids=["median", "expected", "other"],
)
@pytest.mark.parametrize("frame", [None, 0.4])
def test_hegemon_values_agree_with_value(
    preference: CumulativeProspectTheory, frame: float | None
) -> None:
    game = replace(WIDE, preference=preference, frame=frame)
    structures = list(game.structures())
    expected = [game.value(structure) for structure in structures]
    np.testing.assert_allclose(game.hegemon_values(structures), expected, atol=1e-12)
    threats = [0.0, 0.35, 1.0]
    table = game.hegemon_values(structures, threats)
    assert table.shape == (3, len(structures))
    for row, threat in zip(table, threats, strict=True):
        expected = [game.at(threat).value(structure) for structure in structures]
        np.testing.assert_allclose(row, expected, atol=1e-12)


def test_hegemon_values_of_nothing() -> None:
    assert GAME.hegemon_values([]).shape == (0,)
    assert GAME.hegemon_values([BLOC], []).shape == (0, 1)


# changed copies


def test_a_game_cannot_change() -> None:
    with pytest.raises(FrozenInstanceError):
        GAME.threat = 0.9
    for mapping in (GAME.capabilities, GAME.exposures, WIDE.affinity):
        with pytest.raises(TypeError):
            mapping["Samos"] = 1.0


def test_the_given_mapping_is_copied() -> None:
    capabilities = {"Samos": 0.2}
    game = AllianceGame(hegemon="Athens", capabilities=capabilities, threat=0.5)
    capabilities["Chios"] = 0.3
    assert game.candidates == ("Samos",)


def test_at() -> None:
    assert GAME.at(0.9).threat == GAME.at(threat=0.9).threat == 0.9
    assert GAME.at() == GAME
    assert GAME.at(0.9).at(0.5) == GAME
    assert GAME.threat == 0.5


def test_the_frame_moves_apart_from_the_threat() -> None:
    framed = GAME.at(frame=0.9)
    assert (framed.threat, framed.reference_point) == (0.5, 0.9)
    assert framed.prospect(BLOC) == GAME.prospect(BLOC)
    assert framed.value(BLOC) < GAME.value(BLOC)
    assert framed.candidate_value("Samos", BLOC) == GAME.candidate_value("Samos", BLOC)
    # a frame once set stays when the material threat moves
    moved = framed.at(threat=0.2)
    assert (moved.threat, moved.reference_point) == (0.2, 0.9)
    assert moved.prospect(BLOC) == GAME.at(0.2).prospect(BLOC)


def test_references() -> None:
    assert GAME.reference == ThreatReference()
    assert GAME.with_reference(ThreatReference(base=0.1, slope=0.5)).reference_point == 0.35
    assert GAME.with_reference(ConstantReference(0.3)).at(0.9).reference_point == 0.3
    expects = GAME.with_reference(ExpectationReference(HUB))
    assert expects.reference_point == GAME.prospect(HUB).mean
    assert expects.appraise(HUB).domain is Domain.NEUTRAL
    assert expects.at(frame=0.9).reference_point == GAME.at(0.9).prospect(HUB).mean


def test_with_preference() -> None:
    game = GAME.with_preference(ExpectedUtility())
    assert game.value(BLOC) == pytest.approx(GAME.prospect(BLOC).mean - 0.5)
    assert game.candidate_value("Samos", BLOC) == GAME.candidate_value("Samos", BLOC)


def test_candidates_may_have_another_preference() -> None:
    loss_averse = CumulativeProspectTheory(1, 1, 2, Linear(), Linear())
    game = replace(GAME, candidate_preference=loss_averse, candidate_reference=0.5)
    assert game.value(BLOC) == GAME.value(BLOC)
    # derived: both outcomes of Samos lie below 0.5, so their distance counts twice
    expected = 2 * (GAME.candidate_value("Samos", BLOC) - 0.5)
    assert game.candidate_value("Samos", BLOC) == pytest.approx(expected)


def test_with_parameters() -> None:
    game = GAME.with_parameters(cohesion=1, k_bloc=0)
    assert (game.parameters.cohesion, game.parameters.basing) == (1.0, 0.1)
    assert_prospect(game.prospect(BLOC), {1.2 / 2.2 - 0.04: 1})
    assert GAME.with_parameters() == GAME


def test_without_channels() -> None:
    everything = GAME.without("curvature", "loss_aversion", "weighting", "reference")
    assert everything.reference_point == 0
    for structure in (NONE, ONE, HUB, BLOC):
        assert everything.value(structure) == pytest.approx(GAME.prospect(structure).mean)
    for channel in ("curvature", "loss_aversion", "weighting"):
        expected = GAME.with_preference(CumulativeProspectTheory().without(channel))
        assert GAME.without(channel) == expected
    assert GAME.without("reference") == GAME.with_reference(ConstantReference(0.0))
    assert GAME.without() == GAME


def test_expected_utility_has_no_channels_to_switch_off() -> None:
    game = GAME.with_preference(ExpectedUtility())
    assert game.without("curvature", "loss_aversion", "weighting") == game


def test_restricted_to() -> None:
    game = WIDE.restricted_to(["Naxos", "Samos", "Melos"])
    assert game.candidates == ("Naxos", "Samos", "Melos")
    assert dict(game.exposures) == {"Naxos": 2.0, "Samos": 1.5}
    assert dict(game.reliabilities) == {"Naxos": 0.5}
    assert dict(game.basings) == {"Melos": 0.2}
    assert dict(game.affinity) == {("Melos", "Naxos"): 0.7}
    structure = AllianceStructure("Athens", bloc=["Naxos", "Melos"], spokes=["Samos"])
    assert game.value(structure) == WIDE.value(structure)
    assert game.values(structure)["Naxos"] == WIDE.values(structure)["Naxos"]
    with pytest.raises(UnknownNameError, match="unknown candidate 'Thasos'"):
        WIDE.restricted_to(["Thasos"])


def test_strongest() -> None:
    assert WIDE.strongest(2).candidates == ("Chios", "Melos")
    # of Chios and Melos, equally strong, the one named first
    assert WIDE.strongest(1).candidates == ("Chios",)
    assert WIDE.strongest(3).candidates == ("Samos", "Chios", "Melos")
    assert WIDE.strongest(9) == WIDE


@pytest.mark.parametrize("number", [0, -1])
def test_strongest_of_none(number: int) -> None:
    with pytest.raises(InvalidGameError):
        WIDE.strongest(number)


# affinity


def test_affinity_by_mapping_and_by_matrix() -> None:
    by_name = replace(GAME, affinity={("Samos", "Chios"): 0.2})
    assert by_name == replace(GAME, affinity={("Chios", "Samos"): 0.2})
    assert by_name == replace(GAME, affinity={("Chios", "Samos"): 0.2, ("Samos", "Chios"): 0.2})
    matrix = np.array([[np.nan, 0.2], [0.2, 9.0]])  # the diagonal is not read
    assert by_name == replace(GAME, affinity=matrix) == replace(GAME, affinity=matrix.tolist())
    # friction of 0.1 * 0.8, and help of 0.2 * 0.4 that comes with 0.6
    expected = 0.6 * 0.58 / 1.08 + 0.4 * 0.5 / 1.0 - 0.03 - 0.08
    assert by_name.candidate_value("Chios", BLOC) == pytest.approx(expected)


def test_affinity_of_pairs_not_named_is_shared() -> None:
    alike = replace(GAME, affinity={("Samos", "Chios"): 0.5})
    assert alike.values(BLOC) == GAME.values(BLOC)


# equality, hash, pickling


def test_equal_games() -> None:
    again = replace(GAME, capabilities={"Samos": 0.4, "Chios": 0.1})
    assert again == GAME
    assert len({again, GAME}) == 1
    assert GAME.at(0.6) != GAME
    assert GAME.with_parameters(cohesion=0.61) != GAME
    assert replace(GAME, ratification="unanimous") != GAME
    assert replace(GAME, capabilities={"Samos": 0.4, "Chios": 0.2}) != GAME


def test_whole_numbers_are_as_good_as_decimal_ones() -> None:
    ints, floats = (
        AllianceGame(hegemon="H", capabilities={"A": one}, threat=one, exposures={"A": one})
        for one in (1, 1.0)
    )
    assert ints == floats
    assert hash(ints) == hash(floats)
    assert type(ints.threat) is float
    numpy = AllianceGame(
        hegemon="H", capabilities={"A": np.float64(1)}, threat=np.int64(1), exposures={"A": 1}
    )
    assert numpy == floats


@pytest.mark.parametrize("game", [GAME, WIDE.with_reference(ExpectationReference(NONE))])
def test_pickling(game: AllianceGame) -> None:
    again = pickle.loads(pickle.dumps(game))
    assert again == game
    assert hash(again) == hash(game)
    assert again.candidates == game.candidates
    structure = game.structure(bloc=game.candidates)
    assert again.values(structure) == game.values(structure)


def test_rules_of_the_protocol() -> None:
    for family, ratification in product(("bloc_and_spokes", "blocs"), ("open", "unanimous")):
        game = replace(GAME, family=family, ratification=ratification)
        assert (game.family, game.ratification) == (family, ratification)
        assert game.values(BLOC) == GAME.values(BLOC)
