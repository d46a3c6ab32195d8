"""Who pays what: the study and its picture."""

import numpy as np
import pytest
from known_games import PAIR

import games
import solver
import solver.studies.burden_study
from games import AllianceGame
from solver.figures.burdens import figure

# the cheap rules, which together meet every case of a table
RULES = ("none", "split", "kalai_smorodinsky")


def test_records_and_shares() -> None:
    found = solver.burdens(PAIR, threat=[0.0, 0.7], rules=RULES)
    assert found.rules == RULES
    assert found.threats == (0.0, 0.7)
    table = found.to_dataframe()
    paid = table[(table.burden_sharing == "split") & (table.threat == 0.7)]
    assert paid.burden_share.sum() == pytest.approx(1)
    assert paid.capability_share.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert paid.ally.tolist() == ["Chios", "Samos"]
    nobody = table[(table.burden_sharing == "none") & (table.threat == 0)]
    assert nobody.form.tolist() == ["none"]
    assert nobody.ally.isna().all()
    best = solver.solve(games.AllianceGame(**vars(PAIR) | {"burden_sharing": "split"})).preferred
    level = next(lv for lv in found.levels if lv.rule == "split" and lv.threat == 0.7)
    assert level.burdens == best.burdens


def test_subsidies_count_against_what_is_paid() -> None:
    level = solver.studies.burden_study.BurdenLevel(
        "split",
        0.5,
        solver.Equilibrium(
            PAIR.structure(spokes=PAIR.candidates),
            {},
            0.0,
            PAIR.appraise(PAIR.structure()),
            {"Samos": 0.3, "Chios": -0.1},
        ),
    )
    assert level.shares == pytest.approx({"Samos": 1, "Chios": -1 / 3})
    assert solver.studies.burden_study.BurdenLevel("split", 0.5, None).shares == {}
    powerless = AllianceGame(hegemon="A", capabilities={"B": 0.0, "C": 0.0}, threat=0.5)
    study = solver.BurdenStudy(powerless, ())
    assert study.capability_shares(["B", "C"]) == {"B": 0.5, "C": 0.5}


@pytest.mark.parametrize("rules", ["split", [], ["split", "nonsense"]])
def test_bad_rules(rules: object) -> None:
    with pytest.raises(games.InvalidGameError, match=r"`(rules|burden_sharing)` must"):
        solver.burdens(PAIR, rules=rules)


def test_the_picture() -> None:
    found = solver.burdens(PAIR, threat=np.linspace(0, 1, 5), rules=RULES)
    drawn = figure(found)
    assert [axes.get_title(loc="left") for axes in drawn.axes] == ["split", "kalai smorodinsky"]
    words = [text.get_text() for legend in drawn.legends for text in legend.get_texts()]
    assert words[:2] == ["Samos", "Chios"]
    assert "multilateral" in words
    line = drawn.axes[0].lines[0]
    level = next(lv for lv in found.levels if lv.rule == "split" and lv.threat == 1)
    assert line.get_ydata()[-1] == level.burdens["Samos"]
    many = AllianceGame(hegemon="H", capabilities={f"c{i}": 0.1 for i in range(13)}, threat=0.5)
    crowd = dict.fromkeys(many.candidates, 0.1)
    best = solver.Equilibrium(
        many.structure(spokes=many.candidates), {}, 0.0, many.appraise(many.structure()), crowd
    )
    level = solver.studies.burden_study.BurdenLevel("split", 0.5, best)
    with pytest.raises(games.NotApplicableError, match="12 allies"):
        figure(solver.BurdenStudy(many, (level,)))
