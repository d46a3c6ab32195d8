"""The page in a real browser: what it shows is the library's, and anybody can use it."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import browsing
import pytest
from browsing import ROOT, settle

import games
import solver
from solver.explorer.standalone import standalone
from solver.explorer.words import level, sentence

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        browsing.chromium() is None and not browsing.is_required(), reason="needs chromium"
    ),
]
NAMES = ("classic-athens", "southeast-asia-1954", "asia-1951", "europe-1949")
ATHENS = games.load("classic-athens")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with browsing.serving(NAMES) as (found, _):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing.browsing() as found:
        yield found


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """Return what opens a page; no page may ask elsewhere, nor complain."""
    contexts, faults = [], []

    def opened(where: str = "", *, waits: bool = True, **options: Any) -> Any:
        context = browser.new_context(
            viewport=options.pop("viewport", {"width": 1280, "height": 900}), **options
        )
        contexts.append(context)
        page = context.new_page()

        def asked(request: Any) -> None:
            if not request.url.startswith((address, "data:", "blob:", "file:")):
                faults.append(f"asked {request.url}")

        def said(message: Any) -> None:
            # a refused question is an answer, which the browser reports as a failed request
            if message.type in ("error", "warning") and "400 (Bad Request)" not in message.text:
                faults.append(f"said {message.text}")

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: faults.append(f"broke: {error}"))
        page.goto(where if "://" in where else address + where)
        if waits:
            settle(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def said(page: Any, part: str = "sentence") -> str:
    return page.inner_text(f"[data-part={part}]")


def sentence_of(game: games.AllianceGame) -> str:
    best = solver.solve(game).preferred
    return sentence(game, best.structure, best.appraisal)


def threat(page: Any) -> Any:
    return page.get_by_role("slider", name="Threat", exact=True)


def expect(locator: Any) -> Any:
    from playwright.sync_api import expect as expecting

    return expecting(locator)


# what it says


def test_the_first_sentence_is_the_library_s(opened: Any) -> None:
    page = opened("?scenario=europe-1949")
    game = games.load("europe-1949")
    assert said(page) == sentence_of(game)
    solution = solver.solve(game)
    counts = said(page, "counts")
    assert counts.startswith(f"{len(solution.equilibria):,} equilibria")
    assert f"among {solution.searched:,} structures" in counts


@pytest.mark.parametrize("scenario", ["classic-athens", "europe-1949"])
def test_arrow_keys_change_the_form_where_critical_says(opened: Any, scenario: str) -> None:
    page = opened(f"?scenario={scenario}")
    changes = solver.critical_threats(games.load(scenario), resolution=0.01)
    below = int(changes[-1].threat * 100) / 100
    above = round(below + 0.01, 2)
    # several may lie between two levels
    within = [change for change in changes if below < change.threat < above]
    before, after = within[0].below, within[-1].above
    exact = page.get_by_role("spinbutton", name="Threat, exactly")
    exact.fill(repr(below))
    exact.press("Tab")
    threat(page).focus()
    expect(threat(page)).to_have_attribute("aria-valuetext", f"{level(below)}: {before}")
    page.keyboard.press("ArrowRight")
    expect(threat(page)).to_have_attribute("aria-valuetext", f"{level(above)}: {after}")
    assert said(page) == sentence_of(games.load(scenario).at(above))
    page.keyboard.press("ArrowLeft")
    expect(threat(page)).to_have_attribute("aria-valuetext", f"{level(below)}: {before}")


def test_other_keys_turn_further(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.4")
    threat(page).focus()
    for key, value in (("PageUp", "0.50"), ("End", "1.00"), ("Home", "0.00")):
        page.keyboard.press(key)
        expect(threat(page)).to_have_attribute("aria-valuetext", re.compile(f"^{value}"))


def test_critical_threats_are_drawn(opened: Any) -> None:
    page = opened("?scenario=southeast-asia-1954")
    drawn = page.locator("[data-part=axis] svg").text_content()
    game = games.load("southeast-asia-1954")
    for one in (game, game.with_preference(games.ExpectedUtility())):
        last = solver.critical_threats(one, resolution=0.01)[-1]
        assert f"{last.threat:.3f}" in drawn


def test_regrets_are_the_solver_s(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.5")
    cells = page.locator("[data-part=regret]").all_inner_texts()
    solution = solver.solve(ATHENS.at(0.5))
    expected = [f"{one.regret:.0e}".replace("e-0", "e-") for one in solution.equilibria[:25]]
    assert cells == [text if float(text) else "0" for text in expected]


def test_any_equilibrium_can_be_drawn(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.5")
    second = solver.solve(ATHENS.at(0.5)).equilibria[1]
    page.locator("[data-part=table] button").nth(1).click()
    expect(page.locator("[data-part=structure]")).to_have_text(
        str(second.structure).removeprefix("Athens: ")
    )
    payoffs = page.locator("[data-part=payoffs] svg").get_attribute("aria-label")
    assert f"Athens {second.values['Athens']:.3f}" in payoffs
    page.get_by_role("button", name="Back to the preferred").click()
    first = solver.solve(ATHENS.at(0.5)).preferred
    expect(page.locator("[data-part=structure]")).to_have_text(
        str(first.structure).removeprefix("Athens: ")
    )


def test_the_equilibria_of_one_form(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.5")
    found = solver.solve(ATHENS.at(0.5)).equilibria
    form = page.get_by_role("combobox", name="Form", exact=True)
    form.select_option("multilateral")
    rows, regrets = page.locator("[data-part=table] tbody tr"), page.locator("[data-part=regret]")
    expect(rows).to_have_count(found.forms[games.Form.MULTILATERAL])
    expect(regrets.filter(has_text="…")).to_have_count(0)
    expected = [f"{one.regret:.0e}".replace("e-0", "e-") for one in found.of("multilateral")]
    assert regrets.all_inner_texts() == [text if float(text) else "0" for text in expected]
    expect(page.locator("[data-part=table] tr.shown")).to_have_count(0)
    rows.first.get_by_role("button").click()
    drawn = str(found.of("multilateral")[0].structure).removeprefix("Athens: ")
    expect(page.locator("[data-part=structure]")).to_have_text(drawn)
    threat(page).press("ArrowRight")
    after = solver.solve(ATHENS.at(0.51)).equilibria
    expect(rows).to_have_count(after.forms[games.Form.MULTILATERAL])
    expect(rows.first).to_contain_text(
        str(after.of("multilateral")[0].structure).removeprefix("Athens: ")
    )
    form.select_option("bilateral")
    expect(page.locator("[data-part=table]")).to_have_text("None.")
    form.select_option("all")
    expect(rows).to_have_count(min(25, len(after)))
    expect(rows.first).to_have_class("shown")


# state


def test_the_address_restores_the_state(opened: Any) -> None:
    page = opened("?scenario=classic-athens")
    exact = page.get_by_role("spinbutton", name="loss aversion, exactly")
    exact.fill("3.5")
    exact.press("Tab")
    expect(page).to_have_url(re.compile("loss_aversion=3.5"), timeout=1000)
    taste = games.CumulativeProspectTheory(loss_aversion=3.5)
    expected = sentence_of(ATHENS.with_preference(taste))
    expect(page.locator("[data-part=sentence]")).to_have_text(expected)
    page.reload()
    expect(page.locator("[data-part=sentence]")).to_have_text(expected)
    page.get_by_role("button", name="Reset loss aversion").click()
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS))
    expect(page).not_to_have_url(re.compile("loss_aversion"))


def test_choices_change_the_game(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.25&loss_aversion=3")
    page.get_by_role("combobox", name="Preference").select_option("expected-utility")
    plain = ATHENS.at(0.25).with_preference(games.ExpectedUtility())
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(plain))
    dial = page.locator("[data-dial=loss_aversion] input[type=range]")
    expect(dial).to_be_disabled()
    page.get_by_role("combobox", name="Preference").select_option("prospect-theory")
    page.get_by_role("combobox", name="Reference", exact=True).select_option("ConstantReference")
    constant = ATHENS.at(0.25).with_reference(games.ConstantReference(0.25))
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(constant))
    page.get_by_role("combobox", name="Theatre").select_option("asia-1951")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(games.load("asia-1951")))
    expect(page).to_have_url(re.compile(r"\?scenario=asia-1951$"))


def test_a_turn_that_gave_way_is_no_failure_and_loses_nothing(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.25")
    ask = "turn => fetch(`api/meta?client=x&turn=${turn}`).then(answer => answer.status)"
    # were it one, the browser would say so on the console, which `opened` reads
    assert [page.evaluate(ask, turn) for turn in (3, 2)] == [200, 204]
    page.route("**/api/meta?*", lambda route: route.fulfill(status=204), times=1)
    page.get_by_role("combobox", name="Preference").select_option("expected-utility")
    plain = ATHENS.at(0.25).with_preference(games.ExpectedUtility())
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(plain))
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_bad_address_says_why(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=2", waits=False)
    expect(page.get_by_role("alert")).to_have_text("`threat` must lie in [0, 1]; got 2")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS))


def test_a_bad_address_keeps_the_theatre(opened: Any) -> None:
    page = opened("?scenario=asia-1951&morale=3", waits=False)
    expect(page.get_by_role("alert")).to_contain_text("morale")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(games.load("asia-1951")))
    page = opened("?scenario=sparta", waits=False)
    expect(page.get_by_role("alert")).to_contain_text("sparta")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS))


def test_a_bad_value_says_why_and_loses_nothing(opened: Any) -> None:
    page = opened("?scenario=classic-athens")
    exact = page.get_by_role("spinbutton", name="cohesion, exactly")
    exact.fill("1.5")
    exact.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("`cohesion` must lie in [0, 1]")
    assert said(page) == sentence_of(ATHENS)
    exact.fill("0.9")
    exact.press("Tab")
    expect(page.get_by_role("alert")).to_be_hidden()
    changed = ATHENS.with_parameters(cohesion=0.9)
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(changed))


def test_answers_to_a_setting_before_are_not_shown(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.5")
    exact = page.get_by_role("spinbutton", name="cohesion, exactly")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append((route, route.fetch()))  # on the way, before anything newer was asked

    def turn(value: float) -> None:
        exact.fill(repr(value))
        exact.press("Tab")

    def expect_drawn(value: float) -> None:
        best = solver.solve(ATHENS.at(0.5).with_parameters(cohesion=value)).preferred
        expect(page).to_have_url(re.compile(f"cohesion={value}"))
        expect(page.locator("[data-part=structure]")).to_have_text(
            str(best.structure).removeprefix("Athens: ")
        )

    page.route(re.compile("/api/bands.*cohesion=1.5"), hold)
    page.route(re.compile("/api/structure"), hold)
    with page.expect_request(re.compile("/api/bands.*cohesion=1.5")):
        turn(1.5)
    turn(0.9)
    expect_drawn(0.9)
    with page.expect_request(re.compile("/api/structure")):
        page.locator("[data-part=table] button").nth(1).click()
    turn(0.8)
    expect_drawn(0.8)
    for route, answer in held:
        with page.expect_response(route.request.url):
            route.fulfill(response=answer)
    page.wait_for_timeout(200)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect_drawn(0.8)


def test_pinned_it_is_compared(opened: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.3")
    page.get_by_role("button", name="Pin for comparison").click()
    threat(page).focus()
    page.keyboard.press("End")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS.at(1.0)))
    a, b = (solver.solve(ATHENS.at(t)).preferred for t in (1.0, 0.3))
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in page.locator("[data-part=difference] tbody tr").all()
    }
    assert rows["form"][:2] == [str(a.form), str(b.form)]
    value = [one.appraisal.value for one in (a, b)]
    assert rows["value V"] == [f"{x:.4f}" for x in (*value, value[0] - value[1])]
    assert page.locator("[data-part=alliance] svg").count() == 2
    assert "pinned" in page.locator("[data-part=axis] svg").text_content()
    page.reload()
    settle(page)
    expect(page.locator("[data-part=difference] tbody tr").first).to_contain_text(str(b.form))
    page.get_by_role("button", name="Unpin B").click()
    expect(page.locator("[data-part=alliance] svg")).to_have_count(1)


# what it saves


def saved(page: Any, kind: str) -> Any:
    with page.expect_download() as found:
        page.get_by_role("button", name=f"Save as {kind}").click()
    return found.value


def test_what_is_saved_is_right(opened: Any, tmp_path: Path, capsys: Any) -> None:
    page = opened("?scenario=classic-athens&threat=0.3&cohesion=0.8")
    game = ATHENS.at(0.3).with_parameters(cohesion=0.8)
    best = solver.solve(game).preferred
    for kind in ("Python", "CSV", "TOML", "SVG", "PNG"):
        saved(page, kind).save_as(tmp_path / kind)
    exec((tmp_path / "Python").read_text(encoding="utf-8"), {})
    assert str(best.structure) in capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "CSV").read_text(encoding="utf-8"))))
    path = solver.sweep(game).to_dataframe()
    assert len(rows) == 2 * 101
    own = [row for row in rows if row["preference"] == "prospect theory"]
    assert [row["form"] for row in own] == path["form"].tolist()
    values = [float(row["value"]) for row in own]
    assert values == pytest.approx(path["value"].tolist(), abs=1e-12)
    (tmp_path / "game.toml").write_bytes((tmp_path / "TOML").read_bytes())
    assert games.load(tmp_path / "game.toml") == game
    drawn = (tmp_path / "SVG").read_text(encoding="utf-8")
    ElementTree.fromstring(drawn)
    for name in (*game.candidates, "Athens", "hub-and-spoke", "reference"):
        assert name in drawn
    assert (tmp_path / "PNG").read_bytes().startswith(b"\x89PNG")


# for anybody


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_runs_over_the_side(opened: Any, width: int) -> None:
    for query in ("scenario=europe-1949", "scenario=classic-athens&threat=0.9&pin=threat%3D0.2"):
        page = opened(f"?{query}", viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
def test_axe_finds_nothing(opened: Any, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    query = "?scenario=southeast-asia-1954&threat=0.3&pin=threat%3D0.9&cohesion=0.8"
    page = opened(query, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.get_by_label("show meanings and sources").check()
    for group in page.locator("details").all():
        group.evaluate("one => one.open = true")
    found = Axe().run(page).response
    assert [(one["id"], len(one["nodes"])) for one in found["violations"]] == []
    assert len(found["passes"]) > 20


def test_every_control_is_reached_by_keyboard_and_has_a_name(opened: Any) -> None:
    page = opened("?scenario=classic-athens")
    order = []
    for _ in range(60):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate(
                "() => { const e = document.activeElement; return e.getAttribute('aria-label')"
                " || (e.labels && e.labels[0] && e.labels[0].innerText.trim())"
                " || e.innerText.trim(); }"
            )
        )
    assert all(order)
    first = [order.index(name) for name in ("Theatre", "Concept", "Pin for comparison")]
    assert first == sorted(first)
    assert {"Threat", "loss aversion", "Preference"} <= set(order)


def test_the_sentence_is_announced(opened: Any) -> None:
    page = opened("?scenario=classic-athens")
    assert page.get_attribute("[data-part=sentence]", "aria-live") == "polite"


# speed: what is measured stands in docs/performance.md; here is what no machine may exceed


def test_the_last_of_many_turns_is_what_is_shown(opened: Any) -> None:
    page = opened("?scenario=southeast-asia-1954")
    values = [round(1 + 0.05 * step, 2) for step in range(1, 31)]
    assert browsing.burst_time(page, "loss_aversion", values) < 2000
    taste = games.CumulativeProspectTheory(loss_aversion=values[-1])
    game = games.load("southeast-asia-1954").with_preference(taste)
    assert said(page) == sentence_of(game)


@pytest.mark.parametrize(
    ("scenario", "dial", "values", "most"),
    [
        ("europe-1949", "threat", [round(0.2 + 0.01 * k, 2) for k in range(60)], 100),
        ("southeast-asia-1954", "loss_aversion", [1.5 + 0.05 * k for k in range(25)], 150),
        ("southeast-asia-1954", "cohesion", [0.3 + 0.01 * k for k in range(25)], 150),
        ("europe-1949", "loss_aversion", [1.5 + 0.05 * k for k in range(25)], 300),
    ],
)
def test_turns_are_quick(
    opened: Any, scenario: str, dial: str, values: list[float], most: float
) -> None:
    page = opened(f"?scenario={scenario}")
    times = browsing.turn_times(page, dial, [round(value, 2) for value in values])
    assert browsing.p95(times) < 3 * most  # other work may run beside the tests


# other hosts


def test_one_file_works_without_a_server(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(standalone({"classic-athens": ATHENS}, ["classic-athens"]), encoding="utf-8")
    page = opened(path.as_uri())
    assert said(page) == sentence_of(ATHENS)
    threat(page).focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS.at(0.0)))
    page.get_by_role("combobox", name="Preference").select_option("expected-utility")
    plain = ATHENS.at(0.0).with_preference(games.ExpectedUtility())
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(plain))
    expect(page.locator("[data-dial=cohesion] input[type=range]")).to_be_disabled()
    text = saved(page, "Python").path().read_text(encoding="utf-8")
    assert "'threat': 0.0" in text
    assert "games.ExpectedUtility()" in text


NOTEBOOK = """
async () => {
  const explorer = (await import("./explorer.js")).default;
  document.body.innerHTML = '<main><div id="cell"></div></main>';
  const heard = [], state = {}, outside = [];
  const model = {
    get: (name) => state[name] || {}, set: (name, value) => { state[name] = value; },
    save_changes: () => {}, on: (name, what) => heard.push(what), off: () => {},
    send: async ({ number, what, query }) => {
      const answer = await fetch(`api/${what}?${new URLSearchParams(query)}`);
      const found = await answer.json();
      const told = answer.ok ? { number, answer: found } : { number, error: found.error };
      heard.forEach((one) => one({ text: JSON.stringify(told) }));
    },
  };
  window.kept = state;
  window.outside = outside;
  document.addEventListener("keydown", (event) => outside.push(event.key));
  explorer.render({ model, el: document.getElementById("cell") });
}
"""


def test_a_notebook_s_cell_draws_the_same(opened: Any) -> None:
    page = opened("?scenario=classic-athens")
    page.evaluate(NOTEBOOK)
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS))
    threat(page).focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-part=sentence]")).to_have_text(sentence_of(ATHENS.at(0.0)))
    assert page.evaluate("window.kept.state") == {"threat": "0"}
    # keys turn the dial and do not move on to the notebook
    assert page.evaluate("window.outside") == []
    assert page.locator("[data-lm-suppress-shortcuts]").count() == 1
    assert page.get_by_role("main").count() == 1
    assert ROOT == "#alliance-explorer"
