"""Who pays what: the study and its picture."""

from dataclasses import replace

import numpy as np
import pytest
from known_games import PAIR

import games
import solver
import solver.studies.burden_study
from games import AllianceGame
from solver.command.burdens import form_rows
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


def test_what_did_not_settle_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.alliance.bargained.solve.SETTLED", -1.0)
    found = solver.burdens(PAIR, threat=[0.7], rules=["split", "nash_in_nash"])
    table = found.to_dataframe()
    assert dict(zip(table.burden_sharing, table.status, strict=True)) == {
        "split": "solved",
        "nash_in_nash": "partial",
    }
    shown = {row["burden_sharing"]: row["threat 0.7"] for row in form_rows(found)}
    assert "partial" not in shown["split"]
    assert shown["nash_in_nash"].endswith(", partial)")
    shared = replace(PAIR, burden_sharing="nash_in_nash")
    assert solver.sweep(shared, threat=[0.7]).to_dataframe().status.tolist() == ["partial"]
    study = solver.sweep(shared, threat=[0.7], loss_aversion=[1.0, 2.25], workers=1)
    assert study.to_dataframe().status.tolist() == ["partial", "partial"]


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
    many = AllianceGame(hegemon="H", capabilities={f"c{i}": 0.1 for i in range(19)}, threat=0.5)
    crowd = dict.fromkeys(many.candidates, 0.1)
    best = solver.Equilibrium(
        many.structure(spokes=many.candidates), {}, 0.0, many.appraise(many.structure()), crowd
    )
    level = solver.studies.burden_study.BurdenLevel("split", 0.5, best)
    with pytest.raises(games.NotApplicableError, match="18 allies"):
        figure(solver.BurdenStudy(many, (level,)))
