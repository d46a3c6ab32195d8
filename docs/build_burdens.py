"""Make the page on burdens and its two pictures: `python docs/build_burdens.py`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from build_history import table
from matplotlib.figure import Figure

import games
import solver
from games import AllianceGame, ConstantReference, ExpectedUtility
from solver import plot
from solver.command.burdens import ally_rows, form_rows
from solver.command.show import Row
from solver.figures import burdens
from solver.studies.burden_study import BurdenStudy

HERE = Path(__file__).parent
HEAD = """\
# Bargaining over burdens

Made by `python docs/build_burdens.py`; `alliance burdens SCENARIO` prints such tables. The rules
are stated in [the model](model.md#burdens). A burden is what an ally pays the hegemon for its
treaty, in units of security; a negative one is a subsidy. No figure here is a record of what an
ally paid: they are what the rules imply in the calibrated theatres. A cell says `partial` where
bargains of its game did not all settle.

## What bargaining changes

Two things decide which alliance forms: how much a treaty is worth in all, and what part of it the
hegemon gets. A bloc is worth more to its members than spokes are, so a hegemon that takes all of
their gain (`ultimatum`), or half of it (`split`), prefers the bloc at *every* threat, in Asia too:
the burdens it collects outweigh its lost autonomy, and the switch with threat, which is what the
theory is about, disappears. A true bargain works the other way. In one bargain of all members the
hegemon is one voice of many: it gets about one part in (m + 1) of what m allies and it gain
together, where each of m bilateral bargains would give it a half. So under `nash_in_nash`,
`kalai_smorodinsky` and `rubinstein` the large blocs of Europe and Southeast Asia break up: the
hegemon deals with each of the weak alone, and keeps a bloc, where the threat is not low, with few
whose help is worth the sharing. Of the turn from spokes to a bloc of all, which the game shows with
burdens fixed at none, that little bloc is what is left: bargaining works for divide and rule.
Of allies whose treaties are alike the weak pay more than the strong, in all and for each unit of
capability: what the game gives them for their treaty is worth more to them. (Who is a spoke beside
a bloc of the weak may pay most.) That is the reverse of the exploitation
of the great by the small (Olson & Zeckhauser 1966), which needs a public good that nobody can be
kept from; here an ally without a treaty can be. `solver.bargaining.contributions` has
that rival account. One caution: the unit of security of a small state is taken for as good as one
of the hegemon's, so many small allies can together pay more than the hegemon's own security is
worth. That is a fiction of transferable burdens.

![What each ally pays in Southeast Asia across threat, one panel for each rule](burdens.png)
"""
FRAMING = """\
## The frame of a bargain: the hegemon in gains, and in losses

One hegemon, one ally of a tenth of its capability, threat 0.7, the bilateral Nash bargain.
FACTS
Only the hegemon's reference point moves; material payoffs stay as they are. In brackets stands the
hegemon's share of what both gain together, in units of security.

![The ally's burden as the hegemon's reference point moves](framing.png)

- **In losses throughout the hegemon gets less than in gains throughout**: PLACE.
  Under expected utility the frame does not matter. The sign comes from probability weighting: a
  gain that comes with probability 0.9 counts as less (w+(0.9) = 0.71), while in losses the one
  chance in ten that the ally fails counts for 0.17, which leaves 0.83. So in losses the treaty
  *feels* worth more, the hegemon has more to lose if talks fail, and it gives way. Without
  weighting the order is turned round: what is left is curvature, and a hegemon that is
  risk-acceptant in losses is the tougher bargainer there, though by next to nothing, as outcomes
  differ by so little.
- **Loss aversion alone does nothing as long as all outcomes lie on one side**: it multiplies what
  the hegemon gains by a constant, which the Nash solution does not heed. Where the treaty lifts the
  hegemon out of losses, failure hurts 2.25 times: its burden falls by two fifths, the largest
  effect of framing here. Just above, where success alone reaches the reference point, curvature
  bites: near the reference point small steps are felt most.

So the frame moves the hegemon's share, but a verbal argument that losses make a hard bargainer
holds here for curvature alone, and is outweighed.
"""
THEATRES = ("europe-1949", "southeast-asia-1954", "asia-1951")
FEW = 8
THREATS = (0.3, 0.5, 0.7, 0.9)
# one ally of a tenth of the hegemon's capability, the rest by default
PAIR = AllianceGame(
    hegemon="H", capabilities={"ally": 0.1}, threat=0.7, burden_sharing="nash_in_nash"
)
TREATY = PAIR.structure(spokes=["ally"])
FRAMES = (-0.5, 0.0, 0.15, 0.2, 0.24, 0.26, 0.3, 0.5, 1.0)
TASTES = {
    "prospect theory": lambda game: game,
    "no curvature": lambda game: game.without("curvature"),
    "no loss aversion": lambda game: game.without("loss_aversion"),
    "no weighting": lambda game: game.without("weighting"),
    "expected utility": lambda game: game.with_preference(ExpectedUtility()),
}
LINES = ("#BBBBBB", "#0072B2", "#D55E00", "#009E73", "#CC79A7")


def main() -> None:
    """Write the page and the pictures."""
    pages = [HEAD]
    for name in THEATRES:
        whole = games.load(name)
        game = whole.strongest(FEW)
        found = solver.burdens(game, threat=THREATS, progress=report)
        assert whole.scenario is not None
        left = len(whole.candidates) - len(game.candidates)
        pages.append(f"## {whole.scenario.title}, {len(game.candidates)} candidates\n")
        if left:
            pages.append(f"The {FEW} strongest; {left} weaker ones are left out.\n")
        pages.append("Form of the preferred alliance (in bloc + spokes, sum of burdens):\n")
        pages.append(table(form_rows(found)))
        pages.append("Burdens at threat 0.7 (share of what is paid):\n")
        pages.append(table(ally_rows(found, 0.7)))
    pages.append(framing())
    (HERE / "burdens.md").write_text("\n".join(pages), encoding="utf-8")
    picture()


def framing() -> str:
    """Return the table of one bilateral bargain in different frames."""
    before = games.alliance.payoffs.prospect(PAIR, PAIR.structure(), PAIR.threat)
    after = games.alliance.payoffs.prospect(PAIR, TREATY, PAIR.threat)
    gain = after.mean - before.mean
    willing = games.alliance.negotiation.willingness(PAIR, "ally", TREATY)
    rows: list[Row] = []
    for frame in FRAMES:
        row: Row = {"reference point": f"{frame:g}", "hegemon stands in": domain(frame)}
        for name in TASTES:
            burden = paid(frame, name)
            share = (gain + burden) / (gain + willing)
            row[name] = f"{burden:+.4f} ({share:.0%})"
        rows.append(row)
    low, high = (paid(frame, "prospect theory") for frame in (FRAMES[0], FRAMES[-1]))
    place = f"a burden of {high:.4f} instead of {low:.4f}, {high / low - 1:+.1%}"
    facts = (
        f"Without the treaty the hegemon has {before.outcomes[0]:.4f} for certain, with it"
        f"\n{after.outcomes[1]:.4f} with probability {after.probabilities[1]:g} and"
        f" {after.outcomes[0]:.4f} otherwise; the ally would pay up to {willing:.4f}."
    )
    text = FRAMING.replace("FACTS", facts).replace("PLACE", place)
    return "\n".join([text, table(rows)])


def paid(frame: float, taste: str) -> float:
    """Return the ally's burden when the hegemon's reference point is `frame`."""
    game = TASTES[taste](PAIR).with_reference(ConstantReference(frame))
    return game.burdens(TREATY)["ally"]


def domain(frame: float) -> str:
    """Return where the hegemon's outcomes lie, without the treaty and with it."""
    before = games.alliance.payoffs.prospect(PAIR, PAIR.structure(), PAIR.threat).outcomes
    after = games.alliance.payoffs.prospect(PAIR, TREATY, PAIR.threat).outcomes
    if frame <= min(*before, *after):
        return "gains"
    return "losses" if frame > max(*before, *after) + 0.05 else "losses without, gains with"


def picture() -> None:
    """Write the pictures of burdens across threat and of the framing effect."""
    theatre = games.load("southeast-asia-1954")
    found = solver.burdens(theatre, threat=np.linspace(0.05, 1, 20), progress=report)
    plot.save(burdens.figure(BurdenStudy(theatre, found.levels)), HERE / "burdens.png", dpi=100)
    framing_picture()


def framing_picture() -> None:
    """Write the picture of one bargain in different frames."""
    frames = np.linspace(0, 0.8, 161).tolist()
    result = Figure(figsize=(8, 4), dpi=100, layout="constrained")
    axes = result.subplots()
    for colour, name in zip(LINES, TASTES, strict=True):
        style = "--" if name == "expected utility" else "-"
        burdens = [paid(frame, name) for frame in frames]
        # the first line is covered by those that it agrees with, unless it is wider
        width = 4.0 if name == "prospect theory" else 1.6
        axes.plot(frames, burdens, color=colour, linestyle=style, label=name, linewidth=width)
    axes.set_xlabel("hegemon's reference point (security); outcomes lie near 0.24", fontsize=9)
    axes.set_ylabel("burden of the ally (security)", fontsize=9)
    axes.set_title("One bilateral Nash bargain, the hegemon's frame moved alone", fontsize=10)
    axes.legend(fontsize=8, frameon=False, title="hegemon's preference", title_fontsize=8)
    axes.tick_params(labelsize=8)
    plot.save(result, HERE / "framing.png", dpi=100)


def report(rule: str, done: int, total: int) -> None:
    """Say how far a study has come."""
    print(rule, done, "of", total, flush=True)


if __name__ == "__main__":
    main()
