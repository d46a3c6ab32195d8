"""`alliance history`, `rivals` and `threat`: the library's answers, and one line for bad input."""

import gzip
import os
from contextlib import redirect_stderr
from functools import cache
from importlib import util
from pathlib import Path
from typing import Any

import data_extracts as extracts
import pandas as pd
import pytest

import games
import solver
from games import tables
from games.measures.threat import OPERATIONALISATIONS
from games.scenarios import cases
from solver import ACCOUNTS
from solver.accounts import priors
from solver.accounts.codings import codings
from solver.accounts.threats import FROM_SHARES, case_threats
from solver.command import history as command
from solver.command.app import main

KOREA = "rok-1953"
NAMES = ("dual-alliance-1879", "soviet-asia-1950", "asia-1951", KOREA, "roc-1954")
COMMANDS: dict[str, tuple[str, ...]] = {
    "history": ("history", "--draws", "1"),
    "rivals": ("rivals",),
    "threat": ("threat", KOREA),
}
# the first weighs prior draws besides
EACH = [pytest.param("history", marks=pytest.mark.long), "rivals", "threat"]
TASKS = {
    "history": ("prior draws", "accounts", "codings"),
    "rivals": ("accounts",),
    "threat": ("threats",),
}
CASE = (
    *("name", "year", "sample", "threat", "predicted", "sought", "recorded", "sought_hit"),
    *("recorded_hit", "jaccard"),
)
MODEL = (
    *("name", "hits", "recorded_hits", "cases", "log_score", "brier", "loo", "difference", "se"),
    *("over_expected_utility", "se_over_it"),
)
FACTS = (
    *("cases", "models", "other_readings", "calibration", "base_rate", "shifted_codings"),
    *("blurred_codings", "caution"),
)
FIGURE_SIGNS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}

# CINC is of National Material Capabilities 6.0 (Singer, Bremer & Stuckey 1972); the other columns
# are round numbers of our own
NMC = f"""{extracts.NMC_HEADER}
USA,2,1952,490,3500,90,1100,160,55,0.31136742,2021
RUS,365,1952,250,4700,38,360,188,40,0.17019856,2021
CHN,710,1952,60,3200,2,60,580,30,0.096398018,2021
PRK,731,1952,1,300,0,2,8,1,0.0031201367,2021
JPN,740,1952,3,110,8,60,87,23,0.029540982,2021
ROK,732,1952,2,600,0,2,21,4,0.0061631282,2021
TAW,713,1952,2,400,0,3,8,2,0.0058161099,2021
PHI,840,1952,1,50,0,2,21,3,0.0031128977,2021
THI,800,1952,1,60,0,1,20,1,0.0029386037,2021
AUL,900,1952,4,60,2,30,9,5,0.0067069177,2021
NEW,920,1952,1,10,0,4,2,1,0.00069283985,2021
"""
ALLIANCES = """ccode1,ccode2,year,defense,neutrality,nonaggression,entente
2,740,1952,1,0,0,1
2,840,1952,1,0,0,1
365,710,1952,1,0,1,1
"""
DISPUTES = """disno,statea,stateb,year,hihost
1,710,713,1952,4
2,731,732,1952,5
3,710,732,1952,5
"""


@pytest.fixture(autouse=True)
def _few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, *NAMES)


@pytest.fixture
def data(tmp_path: Path) -> tuple[str, ...]:
    """Small data files, as options of the command."""
    extracts.write(tmp_path, NMC, "nmc.csv")
    extracts.write(tmp_path, gzip.compress(ALLIANCES.encode()), "alliances.csv.gz")
    extracts.write(tmp_path, DISPUTES, "disputes.csv")
    return (
        *("--nmc", "nmc.csv", "--alliances", "alliances.csv.gz"),
        *("--disputes", "disputes.csv"),
    )


@cache
def loaded(*names: str) -> tuple[games.AllianceGame, ...]:
    """Return the cases as the command gets them; games do not change, so one reading does."""
    return cases.load_cases(names)


@cache
def default_history() -> solver.History:
    return solver.history(loaded(*NAMES), draws=0)


def given(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the command see these cases only."""
    chosen = loaded(*names)
    monkeypatch.setattr(games, "load_cases", lambda: chosen)


def flowing(text: str) -> str:
    """Return `text` without its line breaks: a heading is no wider than its table."""
    return " ".join(text.split())


# --- history


def test_history_json_is_the_librarys(ask) -> None:
    facts = ask("history", "--draws", "0")
    assert facts == command.history_facts(default_history())
    assert [case["name"] for case in facts["cases"]] == list(NAMES)
    assert {case["prior_share"] for case in facts["cases"]} == {None}


def test_history_of_one_case_has_null_for_errors_that_no_one_case_has(ask, monkeypatch) -> None:
    given(monkeypatch, "rok-1953")
    facts = ask("history", "--draws", "0")
    shown = [pair for model in facts["models"] for pair in model.values() if pair is None]
    assert shown
    assert facts != command.history_facts(solver.history(loaded("rok-1953"), draws=0))


def test_history_json_has_the_promised_keys(ask) -> None:
    facts = ask("history", "--draws", "0")
    assert tuple(facts) == FACTS
    for case in facts["cases"]:
        assert tuple(case)[: len(CASE)] == CASE
        assert tuple(case)[len(CASE) :] == (
            *("other_readings", "prior_share", "status_quo", "predicted_structure"),
            *("recorded_structure", "accounts"),
        )
    for model in (*facts["models"], *facts["other_readings"], *facts["calibration"]):
        assert tuple(model) == (*MODEL, "by_precision", "misses")
    assert set(facts["base_rate"]) == {"held-out", "held-out, other readings"}
    for model in facts["base_rate"].values():
        assert tuple(model) == MODEL
    # the game was fitted to the calibration: it has hits and no scores
    assert {(model["loo"], model["difference"]) for model in facts["calibration"]} == {(None, None)}
    assert (facts["shifted_codings"], facts["blurred_codings"]) == ([], [])


def test_every_case_is_in_the_answer(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """All embedded cases, cut to a few candidates each for speed."""
    cut = tuple(game.strongest(min(4, len(game.candidates))) for game in cases.load_cases())
    monkeypatch.setattr(games, "load_cases", lambda: cut)
    facts = ask("history", "--draws", "0")
    assert [case["name"] for case in facts["cases"]] == list(games.case_names())
    held_out = [case for case in facts["cases"] if case["sample"] == "held-out"]
    assert (len(facts["cases"]), len(held_out), len(facts["models"])) == (37, 34, 9)
    assert {model["cases"] for model in facts["models"]} == {len(held_out)}


def test_history_in_tables(run) -> None:
    text = run("history", "--draws", "0")
    found = default_history()
    for heading in (
        "Cases under prospect theory",
        "Accounts on the calibration sample",
        "Accounts on the held-out sample",
        "Accounts on the held-out, other readings sample",
        "Log score by precision, held-out sample",
        "Misses on the held-out sample",
    ):
        assert heading in flowing(text)
    for absent in ("Share of the parameter prior", "all coded threats", "blurred by noise"):
        assert absent not in flowing(text)
    for name in (*NAMES, *(account.name for account in ACCOUNTS)):
        assert name in text
    for score in found.models:
        assert f"{score.log_score:.4g}" in text
        assert f"{score.over_base_rate.se:.4g}" in text
        assert ", ".join(score.misses) in text
    assert "│ base_rate " in text
    assert all(line in text for line in command.reading(found))


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        ((KOREA, "roc-1954"), ["Accounts on the calibration"]),
        (("asia-1951",), ["Accounts on the held-out", "Misses on the held-out"]),
    ],
)
def test_a_sample_without_cases_has_no_table(
    run, ask, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], absent: list[str]
) -> None:
    given(monkeypatch, *names)
    text = run("history", "--draws", "0")
    assert "Cases under prospect theory" in text
    assert not any(heading in flowing(text) for heading in absent)
    assert ask("history", "--draws", "0")["caution"]


def test_draws_and_seed(ask) -> None:
    answers = {seed: ask("history", "--draws", "3", "--seed", str(seed)) for seed in (0, 5)}
    for seed, facts in answers.items():
        shares = [case.pop("prior_share") for case in facts["cases"]]
        assert shares == priors.prior_shares(games.load_cases(), 3, seed)
        assert {round(3 * share, 9) for share in shares} <= {0, 1, 2, 3}
        noise = facts.pop("blurred_codings")
        wanted = codings(games.load_cases(), 3, seed)
        assert noise == [vars(item) for item in wanted.blurred]
        assert facts["shifted_codings"] == [vars(item) for item in wanted.shifted]
        answers[seed] = {"facts": facts, "shares": shares, "noise": noise}
    assert answers[0]["shares"] != answers[5]["shares"]
    assert answers[0]["noise"] != answers[5]["noise"]
    # the draws touch nothing but these shares and the noise
    assert answers[0]["facts"] == answers[5]["facts"]


def test_draws_in_a_table(run) -> None:
    text = run("history", "--draws", "3", "--seed", "5")
    assert "Share of the parameter prior that predicts what was sought" in flowing(text)
    shares = priors.prior_shares(games.load_cases(), 3, 5)
    assert any(0 < share < 1 for share in shares)
    assert all(f"{share:.4g} │" in text for share in shares)
    assert "Hits if all coded threats are moved alike" in flowing(text)
    assert "Hits if coded threats are blurred by noise" in flowing(text)
    found = codings(games.load_cases(), 3, 5)
    for row in command.shift_rows(found):
        cells = (row["shift"], row["prospect_theory"], row["expected_utility"])
        assert any(
            line.strip("│ ").split() == [f"{cells[0]:.4g}", "│", f"{cells[1]}", "│", f"{cells[2]}"]
            for line in text.splitlines()
        ), cells


def test_two_hundred_draws_by_default(run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []
    found = default_history()

    def spy(**options: Any) -> solver.History:
        asked.append(options)
        return found

    monkeypatch.setattr(solver, "history", spy, raising=False)
    run("history", "--json")
    run("rivals", "--json")
    assert [(item["draws"], item.get("seed", 0)) for item in asked] == [(200, 0), (0, 0)]


def test_cases_of_the_users_own(run, ask, refuse, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert refuse("history", "--cases", own).endswith(
        "of .toml files; there is none in '" + f"{own}'"
    )
    folder = Path(games.__file__).parent / "data" / "cases"
    for name in ("roc-1954", KOREA):
        (own / f"my-{name}.toml").write_bytes((folder / f"{name}.toml").read_bytes())
    rows = tmp_path / "rows.csv"
    text = run("history", "--cases", own, "--draws", "0", "--out", rows)
    assert "nato-1952" not in text
    assert "So few cases have little power" in text
    facts = ask("history", "--cases", own, "--draws", "0")["cases"]
    assert [case["name"] for case in facts] == ["my-roc-1954", f"my-{KOREA}"]
    written = pd.read_csv(rows)
    assert written.name.tolist() == ["my-roc-1954", f"my-{KOREA}"]
    assert written.threat.tolist() == [case["threat"] for case in facts]
    assert written["form[power_disparity]"].tolist() == [
        case["accounts"]["power_disparity"] for case in facts
    ]
    assert written.other_readings.tolist() == ["multilateral", "multilateral"]
    assert "got 'nowhere'" in refuse("history", "--cases", "nowhere")
    (own / "other.toml").write_bytes((folder.parent / "classic-athens.toml").read_bytes())
    assert "`case` must be given for a case" in refuse("history", "--cases", own)


@pytest.mark.parametrize(("suffix", "flag"), [(".png", ()), (".svg", ("--json",))])
def test_a_figure_on_disk(run, tmp_path: Path, suffix: str, flag: tuple[str, ...]) -> None:
    target = tmp_path / f"figure{suffix}"
    text = run("history", "--draws", "0", "--plot", str(target), *flag)
    assert text.startswith("{") is bool(flag)
    content = target.read_bytes()
    assert content.startswith(FIGURE_SIGNS[suffix])
    assert os.listdir(tmp_path) == [target.name]
    if suffix == ".png":
        assert int.from_bytes(content[16:20], "big") == 2400


# --- rivals


def test_rivals_json_is_the_librarys(ask) -> None:
    facts = ask("rivals")
    accounts = facts.pop("accounts")
    assert accounts == [command.account_row(account) for account in ACCOUNTS]
    assert facts == command.history_facts(default_history())
    assert len(accounts) == 9


def test_rivals_in_tables(run) -> None:
    text = run("rivals")
    for account in ACCOUNTS:
        for words in (account.name, account.source, account.formula, account.moves):
            assert words in text
    assert "Cases under prospect theory" not in text
    start = text.index("Accounts on the calibration sample")
    history = run("history", "--draws", "0")
    assert text[start:] == history[history.index("Accounts on the calibration sample") :]


# --- threat


def test_threat_without_files(ask) -> None:
    facts = ask("threat")
    assert facts == {"cases": [command.threat_facts(item) for item in case_threats()]}
    assert [case["name"] for case in facts["cases"]] == list(NAMES)
    for case in facts["cases"]:
        assert tuple(case["measures"]) == FROM_SHARES
        assert set(case["forms"]) == {"coded", *FROM_SHARES}


def test_threat_in_a_table(run) -> None:
    text = run("threat", KOREA)
    (found,) = case_threats([games.load(KOREA)])
    assert "Threat by each measure, and the form preferred at it" in flowing(text)
    for row in command.threat_rows(found):
        assert f"{row['measure']} " in text
        assert f"{row['threat']:.4g} " in text
        if row["raw"] is not None:
            assert f"{row['raw']:.4g} " in text
    # the gradient in Korea is above that of Europe in 1949: raw beside what is cut
    (line,) = [line for line in text.splitlines() if "│ gradient " in line]
    assert [cell.strip() for cell in line.strip("│ ").split("│")] == [
        *(KOREA, "gradient", f"{found.measures['gradient'].raw:.4g}", "1", "True"),
        str(found.forms["gradient"]),
    ]
    assert "stake: mean over candidates j, weighted by CINC_j, of M_j" in text
    assert "gradient: mean over candidates" in text
    assert "walt" not in text
    assert "leeds_savun" not in text
    assert "roc-1954" not in text


def test_threat_with_files(run, ask, data: tuple[str, ...]) -> None:
    facts = ask("threat", KOREA, *data)
    (found,) = case_threats(
        [games.load(KOREA)],
        nmc=games.load_nmc("nmc.csv"),
        alliances=games.load_alliances("alliances.csv.gz"),
        disputes=games.load_disputes("disputes.csv"),
        intentions=True,
    )
    assert facts == {"cases": [command.threat_facts(found)]}
    (case,) = facts["cases"]
    assert tuple(case["measures"]) == tuple(OPERATIONALISATIONS)
    assert all(item["intentions"] for item in case["measures"].values())
    text = run("threat", KOREA, *data)
    for name in OPERATIONALISATIONS:
        assert f"│ {name} " in text
        assert f"\n{name}: " in text


def test_without_alliances_three_measures(ask, data: tuple[str, ...]) -> None:
    (case,) = ask("threat", KOREA, *data[:2])["cases"]
    assert set(case["measures"]) == {"stake", "gradient", "walt"}
    assert not any(item["intentions"] for item in case["measures"].values())


def test_no_intentions_takes_the_disputes_out(ask, data: tuple[str, ...]) -> None:
    counted = ask("threat", KOREA, *data)
    off = ask("threat", KOREA, *data, "--no-intentions")
    without = ask("threat", KOREA, *data[:4])
    assert off == without
    before, after = (
        {name: item["raw"] for name, item in facts["cases"][0]["measures"].items()}
        for facts in (off, counted)
    )
    for name in ("stake", "gradient", "walt"):
        assert after[name] > before[name]
    assert counted["cases"][0]["measures"]["walt"]["parts"]["aggressive intentions"] > 0
    assert off["cases"][0]["measures"]["walt"]["parts"]["aggressive intentions"] == 0


def test_disputes_alone(ask, data: tuple[str, ...]) -> None:
    facts = ask("threat", KOREA, *data[4:])["cases"][0]
    plain = ask("threat", KOREA)["cases"][0]
    ratios = {
        name: facts["measures"]["stake"]["parts"][name] / part
        for name, part in plain["measures"]["stake"]["parts"].items()
    }
    candidates = dict.fromkeys(games.load(KOREA).candidates, 1)
    assert ratios == pytest.approx(candidates | {"ROK": 1 + 2 / 3, "TAW": 1 + 1 / 2})


def test_what_is_missing_or_stands_in_is_said(run, tmp_path: Path) -> None:
    lines = [line for line in NMC.splitlines() if not line.startswith("TAW")]
    text = "\n".join(lines).replace("PRK,731,1952", "PRK,731,1955")
    extracts.write(tmp_path, text, "nmc.csv")
    answer = run("threat", KOREA, "--nmc", "nmc.csv")
    for name in ("stake", "gradient", "walt"):
        assert f"{KOREA}, {name}: TAW: no figures for 1952 in nmc.csv." in answer
        note = f"{KOREA}, {name}: PRK: the figure is of 1955, the nearest year to 1952."
        assert note in answer


def test_a_file_of_the_users_own(ask, tmp_path: Path) -> None:
    source = Path(games.__file__).parent / "data" / "cases" / f"{KOREA}.toml"
    mine = extracts.write(tmp_path, source.read_bytes(), "mine.toml")
    (case,) = ask("threat", str(mine))["cases"]
    (known,) = ask("threat", KOREA)["cases"]
    assert case == known | {"name": "mine"}


# --- how the answers look


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_cut_on_a_narrow_terminal(
    run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run(*COMMANDS[command])
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_progress_on_a_terminal(terminal, capsys: pytest.CaptureFixture[str], command: str) -> None:
    with redirect_stderr(terminal):
        assert main(COMMANDS[command]) == 0
    assert all(task in terminal.getvalue() for task in TASKS[command])
    assert "100%" not in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--quiet", "--json"])
@pytest.mark.parametrize("command", EACH)
def test_quiet_on_a_terminal(terminal, command: str, flag: str) -> None:
    with redirect_stderr(terminal):
        assert main((*COMMANDS[command], flag)) == 0
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("command", EACH)
def test_quiet_changes_nothing_in_the_answer(run, command: str) -> None:
    assert run(*COMMANDS[command], "--quiet") == run(*COMMANDS[command])


# --- bad input

PICTURES = "`plot` must end in one of .png, .svg, .pdf; got "
UNKNOWN = "unknown scenario "
OPTIONS = ("--nmc", "--alliances", "--disputes")
ARGUMENTS = {
    "draws negative": (("history", "--draws", "-1"), "Invalid value for '--draws'"),
    "draws a word": (("history", "--draws", "many"), "Invalid value for '--draws'"),
    "draws a fraction": (("history", "--draws", "2.5"), "Invalid value for '--draws'"),
    "draws without end": (("history", "--draws", "100001"), "Invalid value for '--draws'"),
    "seed negative": (("history", "--seed", "-1"), "Invalid value for '--seed'"),
    "seed a word": (("history", "--seed", "now"), "Invalid value for '--seed'"),
    "plot suffix": (("history", "--plot", "a.gif"), PICTURES + "'a.gif'"),
    "plot without suffix": (("history", "--plot", "a"), PICTURES + "'a'"),
    "plot in no directory": (
        ("history", "--plot", "no/a.png"),
        "cannot write 'no/a.png': there is no directory",
    ),
    "history of one case": (("history", KOREA), "Got unexpected extra argument"),
    "rivals take no draws": (("rivals", "--draws", "3"), "No such option: --draws"),
    "rivals take no case": (("rivals", KOREA), "Got unexpected extra argument"),
    "unknown case": (
        ("threat", "rok-1954"),
        "unknown scenario 'rok-1954' (did you mean 'rok-1953'?)",
    ),
    "case without a name": (("threat", ""), UNKNOWN + "''"),
    "two cases": (("threat", KOREA, "roc-1954"), "Got unexpected extra argument"),
    "no such scenario": (("threat", "no.toml"), "no.toml: must be a readable file; got no such"),
    "states of no list": (("threat", "classic-athens"), "`nmc` must be given for 'classic-athens'"),
    "plot of threats": (("threat", "--plot", "a.png"), "No such option: --plot"),
    "option without value": (("threat", "--nmc"), "Option '--nmc' requires an argument"),
}


@pytest.mark.parametrize(("arguments", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_bad_arguments(refuse, arguments: tuple[str, ...], expected: str) -> None:
    assert expected in refuse(*arguments)


@pytest.mark.parametrize("option", OPTIONS)
def test_no_such_data_file(refuse, tmp_path: Path, option: str) -> None:
    reason = "must be a readable file; got "
    found = refuse("threat", KOREA, option, "no.csv")
    assert found == f"no.csv: {reason}no such file or directory"
    (tmp_path / "folder").mkdir()
    assert refuse("threat", KOREA, option, "folder") == f"folder: {reason}a directory"


def without(text: str, column: str) -> str:
    """Return `text` with another name for a column."""
    assert column in text
    return text.replace(column, "other", 1)


WRONG: dict[str, tuple[str, str | bytes, str]] = {
    "nmc without cinc": ("--nmc", without(NMC, "cinc"), "got a header without cinc (National"),
    "nmc of version 4": (
        "--nmc",
        NMC.replace(",2021\n", ",4\n", 1),
        "my.csv: line 2, column `version` must be 6.0 or later (National Material Capabilities)",
    ),
    "nmc with a word": (
        "--nmc",
        NMC.replace("0.31136742", "much"),
        "my.csv: line 2, column `cinc` must be a number, or -9 where it is missing; got 'much'",
    ),
    "nmc of other years": (
        "--nmc",
        NMC.replace(",1952,", ",1900,"),
        "`adversary` must have figures within 4 years of 1952 in my.csv; got none for RUS, CHN",
    ),
    "alliances for nmc": ("--nmc", ALLIANCES, "my.csv: line 1 must have the columns year, milex"),
    "alliances without pledges": (
        "--alliances",
        without(ALLIANCES, "defense"),
        "got a header without defense",
    ),
    "disputes for alliances": ("--alliances", DISPUTES, "my.csv: line 1 must have the columns def"),
    "disputes without states": (
        "--disputes",
        without(DISPUTES, "statea"),
        "my.csv: line 1 must have the columns ccode1, ccode2; got a header without ccode1",
    ),
    "dispute with oneself": (
        "--disputes",
        DISPUTES.replace("710,713", "713,713"),
        "my.csv: line 2, column `stateb` must be another state than `statea`; got '713'",
    ),
    "nmc for disputes": ("--disputes", NMC, "got a header without disputes"),
    **{f"empty {option}": (option, "", "got an empty file") for option in OPTIONS},
    **{f"{option} no text": (option, b"a,b\n\x00,1\n", "must be text") for option in OPTIONS},
}


@pytest.mark.parametrize(("option", "content", "expected"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_a_wrong_data_file(
    refuse,
    tmp_path: Path,
    option: str,
    content: str | bytes,
    expected: str,
    flag: tuple[str, ...],
) -> None:
    extracts.write(tmp_path, content, "my.csv")
    assert expected in refuse("threat", KOREA, option, "my.csv", *flag)


def test_a_wrong_file_of_disputes_is_told_even_where_they_do_not_count(
    refuse, tmp_path: Path
) -> None:
    extracts.write(tmp_path, NMC, "my.csv")
    line = refuse("threat", KOREA, "--disputes", "my.csv", "--no-intentions")
    assert "got a header without disputes" in line


def test_the_target_is_checked_before_the_work(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(**_: Any) -> Any:
        raise AssertionError("the work had begun")

    monkeypatch.setattr(solver, "history", work, raising=False)
    with pytest.raises(AssertionError, match="the work had begun"):
        main(("history", "--plot", "a.png"))
    refuse("history", "--plot", "a.gif")
    refuse("history", "--plot", "no/a.png")


def test_the_library_of_figures_may_be_missing(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    find = util.find_spec
    gone = {"matplotlib"}
    monkeypatch.setattr(tables, "find_spec", lambda name: None if name in gone else find(name))
    line = refuse("history", "--draws", "0", "--plot", "a.png")
    assert line.startswith("`matplotlib` is needed for this and is not installed")


@pytest.mark.parametrize("command", ["history", "rivals"])
def test_no_cases_at_all(refuse, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    given(monkeypatch)
    assert refuse(command) == "`cases` and `accounts` must not be empty; got none"
