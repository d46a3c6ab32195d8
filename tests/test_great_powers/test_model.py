"""Tables, inclusive values and likelihoods: against the game itself, slow twins and differences."""

import invented_powers
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games import Form
from solver.accounts.accounts import ACCOUNTS, LEGITIMACY
from solver.accounts.choices import FORMS as ALL_FORMS
from solver.accounts.choices import Choice
from solver.accounts.nested_logit import LAPSE, inclusive
from solver.great_powers.cells import FORMS, cells_of
from solver.great_powers.data import load_powers_data
from solver.great_powers.kernel import PARTS, fill
from solver.great_powers.model import Model, base_rate, outcomes_of
from solver.great_powers.tables import LEVELS, STRUCTURE, game_of, points, table_of

MEASURES = ("leader_hostility", "pool_hostility", "pool_gradient")
NAMES = [account.name for account in ACCOUNTS]


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder = invented_powers.write(tmp_path_factory.mktemp("files"))
    return cells_of(load_powers_data(folder), last=1846, candidates=4).cells


@pytest.fixture(scope="module")
def table(cells):
    return table_of(cells, points(2)[1])


@pytest.fixture(scope="module")
def outcomes(cells):
    return outcomes_of(cells, MEASURES)


def middling(model):
    """Return parameters in the middle of things."""
    given = {"middle": -0.4, "slope": 0.3, "precision": 30.0}
    values = model.start(given, model.outcomes.form, np.ones(model.outcomes.form.size))
    return values | ({} if model.account in NAMES[:2] else {"strength": 12.0})


def test_values_are_those_of_the_game_and_refusals_are_told(cells, table) -> None:
    shared = points(2)[1].parameters
    for number in (0, 7, len(cells) - 1):
        cell, part = cells[number], slice(table.starts[number], table.starts[number + 1])
        game = game_of(cell, shared)
        every = Choice(game, status_quo=cell.standing, asked=False)
        assert part.stop - part.start == len(every)
        for level in (3, 9, 14):
            at = game.at(float(LEVELS[level]))
            accepted = Choice(at, status_quo=cell.standing)
            able = {accepted.structure(row) for row in range(len(accepted))}
            found = table.values["prospect_theory"][level, part]
            for row, value in enumerate(found.tolist()):
                structure = every.structure(row)
                if structure in able:
                    assert value == pytest.approx(at.value(structure), abs=1e-6)
                else:
                    assert value == -np.inf


def test_forms_are_those_of_what_is_new(cells, table) -> None:
    for number, cell in enumerate(cells):
        every = Choice(
            game_of(cell, points(1)[0].parameters), status_quo=cell.standing, asked=False
        )
        found = table.form[table.starts[number] : table.starts[number + 1]]
        wanted = [every.structure(row).form_beside(cell.standing) for row in range(len(every))]
        assert [FORMS[place] for place in found] == wanted


def test_terms_are_those_of_the_accounts(cells, table) -> None:
    shared = points(2)[1].parameters
    cell, part = cells[5], slice(table.starts[5], table.starts[6])
    game = game_of(cell, shared)
    for account in ACCOUNTS[2:]:
        for level in (2, 12):
            at = game.at(float(LEVELS[level]))
            choice = Choice(at, cell.allied, status_quo=cell.standing, asked=False)
            if account.name == "collective_identity":
                continue
            wanted = account.utility.term(choice)
            own = table.terms[account.name]
            assert own[level if len(own) > 1 else 0, part] == pytest.approx(wanted, abs=1e-6)


def test_identity_is_by_likeness_in_democracy(cells, table) -> None:
    cell, part = cells[0], slice(table.starts[0], table.starts[1])
    every = Choice(game_of(cell, points(1)[0].parameters), status_quo=cell.standing, asked=False)
    pairs = len(cell.pool) * (len(cell.pool) - 1) / 2
    for row, value in enumerate(table.terms["collective_identity"][0, part].tolist()):
        bloc = every.structure(row).bloc
        worth = sum(like - 0.5 for pair, like in cell.likeness.items() if set(pair) <= set(bloc))
        assert value == pytest.approx(worth / pairs, abs=1e-6)


def test_points_lie_in_the_prior_and_the_first_is_the_defaults() -> None:
    found = points(6)
    assert [point.number for point in found] == list(range(6))
    assert len({point.parameters for point in found}) == 6
    assert points(2) == found[:2]
    for point in found:
        for name, (low, high) in STRUCTURE.items():
            assert low <= getattr(point.parameters, name) <= high


@st.composite
def stacked(draw):
    """Draw structures of one cell: forms, values at two levels with refusals, and a term."""
    size = draw(st.integers(1, 12))
    numbers = st.floats(-1, 1, width=32)
    form = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    values = draw(st.lists(numbers | st.just(-np.inf), min_size=2 * size, max_size=2 * size))
    term = draw(st.lists(numbers, min_size=size, max_size=size))
    return (
        np.array(form),
        np.array(values, dtype=np.float32).reshape(2, size),
        np.array([term], dtype=np.float32),
    )


@settings(max_examples=60, deadline=None)
@given(
    stacked(),
    st.floats(0, 300),
    st.floats(-50, 50),
    st.floats(0.1, 1),
)
def test_inclusive_values_are_those_of_the_one_choice_rule(cell, precision, strength, nesting):
    form, values, term = cell
    found = np.empty((1, 2, 5, PARTS))
    starts = np.array([0, form.size])
    fill(
        starts, form, values, term, np.array([0]), precision, strength, nesting, 0, 1, found
    )  # fmt: skip
    for side in range(2):
        able = np.isfinite(values[side])
        worth = precision * values[side][able].astype(float)
        worth += strength * term[0][able].astype(float)
        wanted = inclusive(worth, form[able], 5, 1.0, nesting)
        assert found[0, side, :, 0] == pytest.approx(wanted, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_derivatives_are_differences(name, table, outcomes) -> None:
    model = Model(name, table, outcomes)
    weights = np.ones(outcomes.form.size)
    vector = model.vector(middling(model))
    _, gradient, _ = model._slopes(vector, outcomes.form, weights)
    for place in range(vector.size):
        step = np.zeros(vector.size)
        step[place] = 1e-3
        ahead, behind = (
            model._slopes(vector + way * step, outcomes.form, weights)[0] for way in (1, -1)
        )
        assert gradient[place] == pytest.approx((ahead - behind) / 2e-3, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_chances_sum_to_one(name, table, outcomes) -> None:
    model = Model(name, table, outcomes)
    assert model.chances(middling(model)).sum(axis=1) == pytest.approx(1)


def slow_chances(model, cells, place, values):
    """Return the chances of a cell's forms, by the docstring of `Model`."""
    threat = model.threats(values)[place]
    above = int(np.searchsorted(LEVELS, threat, side="right"))
    low, high = LEVELS[above - 1], LEVELS[above]
    share = (threat - low) / (high - low)
    constants = np.array([0.0, *(values[f"constant_{form.value}"] for form in FORMS[1:])])
    base = np.exp(constants) / np.exp(constants).sum()
    part = slice(model.table.starts[place], model.table.starts[place + 1])
    total = np.zeros(len(FORMS))
    for level, weight in ((above - 1, 1 - share), (above, share)):
        own = model.values[level, part].astype(float)
        able = np.isfinite(own)
        extra = model.term[level if len(model.term) > 1 else 0, part].astype(float)
        worth = values["precision"] * own[able] + values.get("strength", 0.0) * extra[able]
        nested = inclusive(worth, model.table.form[part][able], 5, 1.0, values["nesting"])
        odds = base * np.exp(nested)
        total += weight * odds / odds.sum()
    return (1 - LAPSE) * total + LAPSE * base


@pytest.mark.parametrize("name", ["prospect_theory", "minimum_winning", "binding"])
def test_chances_are_those_of_a_slow_twin(name, cells, table, outcomes) -> None:
    model = Model(name, table, outcomes)
    values = middling(model)
    found = model.chances(values)
    for place in range(0, len(cells), 3):
        wanted = slow_chances(model, cells, place, values)
        assert found[place] == pytest.approx(wanted, abs=1e-6)
    logs = model.log_scores(values)
    assert logs == pytest.approx(
        [np.log(found[place, FORMS.index(cell.form)]) for place, cell in enumerate(cells)]
    )


def test_without_precision_and_with_all_forms_accepted_the_base_rate_decides(
    cells, table, outcomes
) -> None:
    everything = table._replace(
        values={name: np.zeros_like(own) for name, own in table.values.items()}
    )
    model = Model("prospect_theory", everything, outcomes)
    values = middling(model) | {"precision": 0.0}
    constants = np.array([0.0, *(values[f"constant_{form.value}"] for form in FORMS[1:])])
    base = np.exp(constants) / np.exp(constants).sum()
    for place in range(len(cells)):
        part = table.form[table.starts[place] : table.starts[place + 1]]
        able = np.isin(np.arange(5), part)
        wanted = (1 - LAPSE) * np.where(able, base, 0) / base[able].sum() + LAPSE * base
        assert model.chances(values)[place] == pytest.approx(wanted)


def test_a_fit_is_no_worse_than_its_start_and_keeps_what_is_fixed(table, outcomes) -> None:
    model = Model("expected_utility", table, outcomes)
    values = middling(model)
    fit = model.fit(starts=[values], fixed={"precision": 30.0})
    assert fit.log_likelihood >= model.log_scores(values).sum()
    assert fit.log_likelihood == pytest.approx(model.log_scores(fit.values).sum())
    assert fit.values["precision"] == pytest.approx(30.0)
    for name, (low, high) in zip(model.names, model.bounds, strict=True):
        assert low - 1e-9 <= fit.values[name] <= high + 1e-9


def test_a_fit_to_some_cells_does_not_see_the_others(table, outcomes) -> None:
    model = Model("expected_utility", table, outcomes)
    among = np.arange(outcomes.form.size) % 2 == 0
    other = np.where(among, outcomes.form, 4)
    start = [middling(model)]
    one = model.fit(among, start)
    assert model.fit(among, start, form=other) == one


def test_base_rates_count_half_more(outcomes) -> None:
    form = np.array([0, 0, 0, 4])
    assert np.exp(base_rate(form)) == pytest.approx(np.array([3.5, 0.5, 0.5, 0.5, 1.5]) / 6.5)
    among = np.array([True, True, True, False])
    assert np.exp(base_rate(form, among)) == pytest.approx(
        np.array([3.5, 0.5, 0.5, 0.5, 0.5]) / 5.5
    )


def test_measures_are_standardised_over_all_cells(cells, outcomes) -> None:
    spread = outcomes.measures.std(axis=0)
    assert outcomes.measures.mean(axis=0) == pytest.approx(0, abs=1e-12)
    varies = [len({cell.measures[name] for cell in cells}) > 1 for name in MEASURES]
    assert spread == pytest.approx(np.array(varies, dtype=float))


def test_all_accounts_are_models_and_all_forms_are_known(table) -> None:
    assert set(table.terms) == set(NAMES[2:])
    assert LEGITIMACY.name not in NAMES
    assert set(ALL_FORMS) - set(FORMS) == {Form.BLOCS}
