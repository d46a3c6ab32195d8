"""Questions as texts: what an address may say, what is left of it, and what is wrong with it."""

import pytest

import games
import solver
from solver.explorer.asked import CONCEPTS, preference_name, preference_text, read
from solver.explorer.dials import GROUPS, RANGES, dials_of
from solver.explorer.words import alliance, level, record_of, sentence

ATHENS = {"classic-athens": games.load("classic-athens")}


def test_the_concepts_are_the_solver_s() -> None:
    assert tuple(solver.CONCEPTS) == CONCEPTS


def test_an_empty_query_asks_about_the_first_theatre() -> None:
    asked = read(ATHENS, {})
    assert asked.game == ATHENS["classic-athens"]
    assert asked.changes == ()
    assert asked.concept == "subgame_perfect"


def test_what_changes_nothing_is_left_out() -> None:
    game = ATHENS["classic-athens"]
    same = {"threat": repr(game.threat), "cohesion": "0.70", "preference": "prospect-theory"}
    assert read(ATHENS, same).changes == ()
    asked = read(ATHENS, same | {"k_bloc": "3e-2", "client": "x", "turn": "7"})
    assert asked.changes == (("k_bloc", "0.03"),)
    assert asked.game == game.with_parameters(k_bloc=0.03)


def test_rules_and_their_parts_go_together_in_any_order() -> None:
    asked = read(ATHENS, {"loss_aversion": "3", "preference": "booij-2010", "level": "0.4"})
    assert asked.game.preference.loss_aversion == 3
    assert asked.game.preference.alpha == games.preset("booij-2010").alpha
    assert asked.game.reference == games.ConstantReference(0.4)
    assert asked.preference == "booij-2010"
    assert preference_name(asked.game) is None
    assert preference_text(asked.game) == "prospect theory"


def test_the_rival_keeps_all_but_the_preference() -> None:
    asked = read(ATHENS, {"loss_aversion": "3", "cohesion": "0.6"})
    rival = asked.rival()
    assert rival.game.preference == games.ExpectedUtility()
    assert rival.game.parameters.cohesion == 0.6
    # back again: with the preference that the theatre came with
    assert rival.rival().changes == (("cohesion", "0.6"),)
    plain = ATHENS["classic-athens"].with_preference(games.ExpectedUtility())
    assert read({"x": plain}, {}).rival().game.preference == games.CumulativeProspectTheory()


def test_everywhere_is_whatever_the_threat() -> None:
    asked = read(ATHENS, {"threat": "0.2", "cohesion": "0.6"})
    assert asked.everywhere().key == read(ATHENS, {"cohesion": "0.6"}).key


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"threat": "2"}, r"`threat` must lie in \[0, 1\]; got 2"),
        ({"threat": "high"}, "`threat` must be a number; got 'high'"),
        ({"cohesion": "nan"}, "cohesion"),
        ({"loss_aversion": "1e400"}, "loss_aversion"),
        ({"scenario": "sparta"}, "sparta"),
        ({"concept": "core"}, "core"),
        ({"morale": "1"}, "morale"),
        ({"preference": "hope"}, "hope"),
        ({"preference": "expected-utility", "loss_aversion": "3"}, "loss_aversion"),
        ({"reference": "threat"}, "by its parts"),
        ({"capabilities.Sparta": "0.2"}, "Sparta"),
        ({"reliability": "0.9", "common_reliability": "0.5"}, "common_reliability"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(query: dict[str, str], message: str) -> None:
    with pytest.raises(games.AllianceError, match=message) as caught:
        read(ATHENS, query)
    assert "\n" not in str(caught.value)


# dials


@pytest.mark.parametrize("name", ["classic-athens", "europe-1949", "franco-russian-1891"])
def test_dials_set_what_they_show(name: str) -> None:
    base = games.load(name)
    for dial in dials_of(base, base):
        assert dial.low <= dial.value <= dial.high
        assert dial.value == dial.default
        assert games.settings.current(base, dial.name) == dial.value
        for end in (dial.low, dial.high):
            if dial.name != "common_reliability":
                games.settings.with_value(base, dial.name, end)


def test_every_quantity_with_numbers_has_a_dial_or_a_reason() -> None:
    base = games.load("classic-athens")
    shown = {dial.name for dial in dials_of(base, base)}
    known = {name for names in GROUPS.values() for name in names} | set(RANGES)
    for name in games.settings.names(base):
        single = "." in name
        try:
            games.settings.current(base, name)
        except (games.InvalidGameError, games.NotApplicableError):
            assert name not in shown
            continue
        # `curvature` stands for both exponents; single overrides are set in a file
        if name in ("alpha", "beta") or (single and not name.startswith("capabilities.")):
            continue
        assert name in shown
        assert single or name in known or name == "threat"


def test_exponents_that_differ_have_a_dial_each() -> None:
    base = games.load("classic-athens")
    bent = base.with_preference(games.preset("abdellaoui-2000"))
    names = [dial.name for dial in dials_of(bent, base)]
    assert "curvature" not in names
    assert {"alpha", "beta"} <= set(names)


def test_dials_of_prospect_theory_are_off_under_expected_utility() -> None:
    base = games.load("classic-athens")
    plain = dials_of(base.with_preference(games.ExpectedUtility()), base)
    off = {dial.name for dial in plain if dial.off}
    assert off == {"loss_aversion", "curvature", "gamma", "delta"}
    assert {dial.name for dial in dials_of(base, base) if dial.off} == set()


def test_a_dial_reaches_whatever_value_there_is() -> None:
    base = games.load("classic-athens")
    far = base.with_parameters(adversary=7.5).with_preference(
        games.CumulativeProspectTheory(loss_aversion=0.4)
    )
    dials = {dial.name: dial for dial in dials_of(far, base)}
    assert dials["adversary"].high >= 7.5
    assert dials["loss_aversion"].low <= 0.4


# words


def test_threats_have_two_digits_or_more() -> None:
    assert [level(t) for t in (0.0, 0.5, 0.07, 0.4837, 1.0)] == [
        *("0.00", "0.50", "0.07", "0.4837", "1.00")
    ]


@pytest.mark.parametrize(
    ("treaties", "words"),
    [
        ({}, "no alliance"),
        ({"spokes": ["Samos"]}, "one bilateral treaty, with Samos"),
        ({"spokes": ["Samos", "Chios"]}, "a hub-and-spoke alliance, with two spokes"),
        ({"bloc": ["Samos", "Chios"]}, "a multilateral alliance, with a bloc of two allies"),
        (
            {"blocs": [["Samos", "Chios"], ["Naxos", "Lesbos"]]},
            "an alliance of blocs, with blocs of two allies and two allies",
        ),
        (
            {"blocs": [["Samos", "Chios"], ["Naxos", "Lesbos"]], "spokes": ["Thera"]},
            "a mixed alliance, with blocs of two allies and two allies and one spoke",
        ),
    ],
)
def test_alliances_in_words(treaties: dict[str, list[str]], words: str) -> None:
    game = games.load("classic-athens")
    names = dict(zip(("Samos", "Chios", "Naxos", "Lesbos", "Thera"), game.candidates, strict=True))

    def told(item: object) -> object:
        return [told(one) for one in item] if isinstance(item, list) else names[item]

    structure = games.AllianceStructure(
        game.hegemon, **{kind: told(group) for kind, group in treaties.items()}
    )
    expected = words.replace("Samos", names["Samos"])
    assert alliance(game, structure) == expected


def test_the_sentence_says_form_domain_and_reference() -> None:
    game = games.load("classic-athens").at(0.3)
    best = solver.solve(game).preferred
    assert sentence(game, best.structure, best.appraisal) == (
        f"At threat 0.30 Athens prefers a hub-and-spoke alliance, with all candidates as spokes;"
        f" it sees gains (mean outcome {best.appraisal.mean:.3f}, reference point 0.300)."
    )


def test_a_game_without_a_scenario_has_no_record() -> None:
    game = games.AllianceGame(hegemon="A", capabilities={"B": 0.2}, threat=0.5)
    assert record_of(game) is None
    assert record_of(games.load("rok-1953"))["standing"] is not None
