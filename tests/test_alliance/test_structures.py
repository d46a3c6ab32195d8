"""Alliance structures: one canonical form, and a form decided by allies, P and mu."""

import pickle
from dataclasses import FrozenInstanceError
from itertools import combinations, permutations

import pytest

from games import AllianceStructure, Form, InvalidGameError
from games.alliance.structures import parse, structures

ISLES = ("Chios", "Melos", "Naxos", "Samos")
MIXED = AllianceStructure("Athens", bloc=("Samos", "Chios"), spokes=("Naxos",))
NONE = AllianceStructure("Athens")
HUB = AllianceStructure("Athens", spokes=ISLES)
ALL = AllianceStructure("Athens", bloc=ISLES)
TWO = AllianceStructure("Athens", blocs=[("Chios", "Melos"), ("Samos", "Naxos")])
EVERY = [s for n in range(5) for s in structures("Athens", ISLES[:n], "blocs")]

ALONE = "one alone goes in brackets: ['Samos']"


def test_order_does_not_matter() -> None:
    found = {
        AllianceStructure("Athens", bloc=order[:2], spokes=order[2:])
        for order in permutations(ISLES)
    }
    assert len(found) == 6
    reordered = AllianceStructure("Athens", blocs=[("Naxos", "Samos"), ("Melos", "Chios")])
    assert reordered == TWO
    assert hash(reordered) == hash(TWO)


def test_members_are_kept_sorted() -> None:
    assert MIXED.bloc == ("Chios", "Samos")
    assert TWO.blocs == (("Chios", "Melos"), ("Naxos", "Samos"))
    assert AllianceStructure("Athens", spokes=["Samos", "Chios"]).spokes == ("Chios", "Samos")
    assert MIXED.allies == ("Chios", "Naxos", "Samos")


def test_a_bloc_of_one_is_a_spoke() -> None:
    spoke = AllianceStructure("Athens", spokes=["Samos"])
    assert AllianceStructure("Athens", bloc=["Samos"]) == spoke
    assert AllianceStructure("Athens", blocs=[["Samos"], []]) == spoke
    assert spoke.blocs == ()


def test_bloc_and_blocs_may_be_given_together() -> None:
    both = AllianceStructure("Athens", ["Chios", "Melos"], blocs=[["Samos", "Naxos"]])
    assert both == TWO


def test_names_may_come_from_any_iterable() -> None:
    assert AllianceStructure("Athens", (name for name in ["Samos", "Chios"]), {"Naxos"}) == MIXED


def test_structures_differ_by_hegemon_and_treaties() -> None:
    assert AllianceStructure("Sparta") != NONE
    assert HUB != ALL
    assert AllianceStructure("Athens", spokes=["Samos"]) != "Athens: spokes Samos"


def test_bloc_of_several_blocs_cannot_be_read() -> None:
    assert NONE.bloc == ()
    with pytest.raises(InvalidGameError) as caught:
        _ = TWO.bloc
    assert str(caught.value) == "`bloc` must be read of a structure with one bloc; read `blocs`"


@pytest.mark.parametrize(
    ("structure", "text"),
    [
        (NONE, "Athens: no alliance"),
        (MIXED, "Athens: bloc {Chios, Samos}; spokes Naxos"),
        (HUB, "Athens: spokes Chios, Melos, Naxos, Samos"),
        (ALL, "Athens: bloc {Chios, Melos, Naxos, Samos}"),
        (TWO, "Athens: bloc {Chios, Melos}; bloc {Naxos, Samos}"),
    ],
)
def test_text(structure: AllianceStructure, text: str) -> None:
    assert str(structure) == text


def test_repr_names_the_parts() -> None:
    assert repr(MIXED) == (
        "AllianceStructure(hegemon='Athens', blocs=(('Chios', 'Samos'),), spokes=('Naxos',))"
    )


def test_is_a_value() -> None:
    _ = MIXED.allies
    again = pickle.loads(pickle.dumps(MIXED))
    assert again == MIXED
    assert hash(again) == hash(MIXED)
    assert again.allies == MIXED.allies
    with pytest.raises(FrozenInstanceError):
        MIXED.spokes = ()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"bloc": ["Samos", "Athens"]},
            "the hegemon must not be named as a candidate; got 'Athens'",
        ),
        ({"spokes": ["Athens"]}, "the hegemon must not be named as a candidate; got 'Athens'"),
        (
            {"bloc": ["Samos", "Samos"]},
            "a candidate must be in one treaty at most; got ['Samos'] twice",
        ),
        (
            {"bloc": ["Samos", "Chios"], "spokes": ["Samos"]},
            "a candidate must be in one treaty at most; got ['Samos'] twice",
        ),
        (
            {"blocs": [["Samos", "Chios"], ["Chios", "Samos"]]},
            "a candidate must be in one treaty at most; got ['Chios', 'Samos'] twice",
        ),
        ({"bloc": "Samos"}, f"`bloc` must be a list; got 'Samos' ({ALONE})"),
        ({"spokes": "Samos"}, f"`spokes` must be a list; got 'Samos' ({ALONE})"),
        ({"blocs": ["Samos"]}, f"`bloc` must be a list; got 'Samos' ({ALONE})"),
    ],
)
def test_errors(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidGameError) as caught:
        AllianceStructure("Athens", **arguments)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["", " Samos", "Samos ", 5, None, "Sa\nmos"])
def test_names_must_be_names(name: object) -> None:
    with pytest.raises(InvalidGameError, match="`candidate` must be a non-empty name"):
        AllianceStructure("Athens", spokes=[name])
    with pytest.raises(InvalidGameError, match="`hegemon` must be a non-empty name"):
        AllianceStructure(name)


def test_treaties_hold_the_hegemon() -> None:
    assert MIXED.treaties == (
        frozenset({"Athens", "Chios", "Samos"}),
        frozenset({"Athens", "Naxos"}),
    )
    assert NONE.treaties == ()


def test_partners() -> None:
    assert MIXED.partners("Samos") == ("Chios",)
    assert MIXED.partners("Naxos") == ()
    assert MIXED.partners("Melos") == ()
    assert ALL.partners("Melos") == ("Chios", "Naxos", "Samos")
    assert TWO.partners("Naxos") == ("Samos",)


def test_without() -> None:
    assert ALL.without("Samos") == AllianceStructure("Athens", bloc=ISLES[:3])
    assert ALL.without("Samos", "Naxos") == AllianceStructure("Athens", bloc=ISLES[:2])
    assert MIXED.without("Naxos") == AllianceStructure("Athens", bloc=["Chios", "Samos"])
    assert MIXED.without() == MIXED.without("Melos") == MIXED


def test_a_bloc_left_with_one_lapses() -> None:
    assert MIXED.without("Samos") == AllianceStructure("Athens", spokes=["Naxos"])
    assert ALL.without("Samos", "Naxos", "Melos") == NONE
    assert TWO.without("Samos") == AllianceStructure("Athens", bloc=["Chios", "Melos"])


@pytest.mark.parametrize("structure", EVERY, ids=str)
def test_restricted_to(structure: AllianceStructure) -> None:
    assert structure.restricted_to(structure.treaties) == structure
    assert structure.restricted_to([]) == AllianceStructure("Athens")
    for treaty in structure.treaties:
        assert structure.restricted_to([treaty]).treaties == (treaty,)


def test_restricted_to_passes_over_treaties_not_in_force() -> None:
    kept = MIXED.restricted_to([frozenset({"Athens", "Naxos"}), frozenset({"Athens", "Samos"})])
    assert kept == AllianceStructure("Athens", spokes=["Naxos"])


def test_with_treaty() -> None:
    assert NONE.with_treaty(["Samos"]) == AllianceStructure("Athens", spokes=["Samos"])
    assert NONE.with_treaty(["Samos", "Chios"]).bloc == ("Chios", "Samos")
    assert MIXED.with_treaty(["Melos"]).spokes == ("Melos", "Naxos")
    # the new treaty ends those that its candidates had, for their partners too
    assert MIXED.with_treaty(["Naxos", "Samos"]) == AllianceStructure(
        "Athens", bloc=["Naxos", "Samos"]
    )
    assert HUB.with_treaty(ISLES) == ALL
    assert MIXED.with_treaty([]) == MIXED


def test_with_treaty_checks_its_names() -> None:
    with pytest.raises(InvalidGameError, match="the hegemon must not be named"):
        MIXED.with_treaty(["Athens"])
    with pytest.raises(InvalidGameError, match="got \\['Melos'\\] twice"):
        MIXED.with_treaty(["Melos", "Melos"])


def test_with_treaty_refuses_a_string() -> None:
    with pytest.raises(InvalidGameError, match="must be a list; got 'Samos'"):
        NONE.with_treaty("Samos")


def shares(structure: AllianceStructure) -> tuple[int, float, float]:
    """Return k, P and mu, counted pair by pair and treaty by treaty."""
    allies = sorted({name for treaty in structure.treaties for name in treaty} - {"Athens"})
    pairs = list(combinations(allies, 2))
    tied = [pair for pair in pairs if any(set(pair) <= treaty for treaty in structure.treaties)]
    ties = [(name, treaty) for treaty in structure.treaties for name in treaty - {"Athens"}]
    large = [tie for tie in ties if len(tie[1]) >= 3]
    return (
        len(allies),
        len(tied) / len(pairs) if pairs else 0.0,
        len(large) / len(ties) if ties else 0.0,
    )


def form_by_table(structure: AllianceStructure) -> Form:
    k, p, mu = shares(structure)
    if k < 2:
        return [Form.NONE, Form.BILATERAL][k]
    if p == mu == 0:
        return Form.HUB_AND_SPOKE
    if p == mu == 1 and len(structure.treaties) == 1:
        return Form.MULTILATERAL
    return Form.BLOCS if p < 1 and mu == 1 else Form.MIXED


@pytest.mark.parametrize("structure", EVERY, ids=str)
def test_form_by_the_table(structure: AllianceStructure) -> None:
    _, p, mu = shares(structure)
    assert structure.tied_pairs == pytest.approx(p)
    assert structure.multilateral_share == pytest.approx(mu)
    assert structure.form is form_by_table(structure)


@pytest.mark.parametrize(
    ("structure", "form", "text"),
    [
        (NONE, Form.NONE, "none"),
        (AllianceStructure("Athens", spokes=["Samos"]), Form.BILATERAL, "bilateral"),
        (HUB, Form.HUB_AND_SPOKE, "hub-and-spoke"),
        (MIXED, Form.MIXED, "mixed"),
        (TWO, Form.BLOCS, "blocs"),
        (ALL, Form.MULTILATERAL, "multilateral"),
    ],
)
def test_each_form(structure: AllianceStructure, form: Form, text: str) -> None:
    assert structure.form is form
    assert str(form) == text


@pytest.mark.parametrize("before", EVERY[-52:], ids=str)
def test_extends_keeps_everybody_beside_former_partners(before: AllianceStructure) -> None:
    for now in EVERY:
        kept = all(
            name in now.allies and set(before.partners(name)) <= set(now.partners(name))
            for name in before.allies
        )
        assert now.extends(before) is kept, str(now)


def test_treaties_of_another_hegemon_are_not_kept() -> None:
    assert not HUB.extends(AllianceStructure("Sparta", spokes=["Samos"]))
    assert HUB.extends(AllianceStructure("Sparta"))


def new_form(now: AllianceStructure, before: AllianceStructure) -> Form:
    """Return the form of the kinds of treaty in which something is new, by the table of forms."""
    new = {treaty for treaty in now.treaties if treaty not in before.treaties}
    kinds = {len(treaty) > 2 for treaty in new}
    return form_by_table(now.restricted_to(t for t in now.treaties if (len(t) > 2) in kinds))


@pytest.mark.parametrize("before", EVERY[-52:], ids=str)
def test_the_form_beside_a_status_quo_is_that_of_what_is_new(before: AllianceStructure) -> None:
    extensions = [now for now in EVERY[-52:] if now.extends(before)]
    assert before in extensions
    for now in extensions:
        assert now.form_beside(before) is new_form(now, before), str(now)
        assert (now.form_beside(before) is Form.NONE) is (now == before)


@pytest.mark.parametrize("structure", EVERY, ids=str)
def test_beside_nothing_the_form_is_the_form(structure: AllianceStructure) -> None:
    assert structure.form_beside(NONE) is structure.form
    assert structure.extends(NONE)


@pytest.mark.parametrize(
    ("bloc", "spokes", "old_bloc", "old_spokes", "form"),
    [
        ("AB", "CD", "AB", "C", Form.HUB_AND_SPOKE),  # one more spoke, the bloc is old
        ("AB", "C", "AB", "", Form.BILATERAL),
        ("ABC", "D", "AB", "D", Form.MULTILATERAL),  # an accession
        ("AC", "B", "", "AB", Form.MULTILATERAL),  # one spoke in a wider pact, one kept
        ("CD", "AB", "", "A", Form.MIXED),  # both kinds are new
        ("ABC", "D", "AB", "", Form.MIXED),
        ("AB", "CD", "AB", "CD", Form.NONE),
    ],
)
def test_the_form_beside_a_status_quo_by_hand(
    bloc: str, spokes: str, old_bloc: str, old_spokes: str, form: Form
) -> None:
    before = AllianceStructure("Athens", [*old_bloc], [*old_spokes])
    now = AllianceStructure("Athens", [*bloc], [*spokes])
    assert now.extends(before)
    assert now.form_beside(before) is form


def test_a_structure_is_read_back_from_its_text() -> None:
    names = [*ISLES, "Sam", "Samos, the isle"]
    odd = AllianceStructure("Athens", bloc=["Sam", "Samos"], spokes=["Samos, the isle", "Chios"])
    for structure in (*EVERY, odd):
        assert parse(str(structure), "Athens", names) == structure


@pytest.mark.parametrize(
    "text",
    ["", "Athens", "Athens: spokes", "Athens: spokes Melos", "Sparta: no alliance", "Athens: bloc"],
)
def test_a_text_that_tells_of_no_structure(text: str) -> None:
    with pytest.raises(InvalidGameError, match="`text` must tell of a structure"):
        parse(text, "Athens", ["Samos", "Chios"])
