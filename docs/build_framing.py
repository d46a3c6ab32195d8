"""Make the page on the framing premium and its pictures: `python docs/build_framing.py`."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import numpy as np

import games
import solver
from solver.figures import premium
from solver.figures.look import save

HERE = Path(__file__).parent
THEATRES = ("europe-1949", "southeast-asia-1954")
STRONGEST = 6
DRAWS = 6000
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
HEAD = """\
# What the frame adds

Made by `python docs/build_framing.py`. He & Feng (2012) say that under a low threat leaders shun
the risk of a multilateral alliance and under a high one take it. What the structures are worth on
average should not decide that, so take it out: with CE(X) the certainty equivalent of a prospect
against the reference point, the **framing premium** of one bloc of all beside spokes to all is

    [CE(bloc) - E(bloc)] - [CE(spokes) - E(spokes)]

in units of security. Below 0 the frame holds the hegemon back from the bloc, above 0 it pushes it
there; for expected utility it is 0. `solver.framing_premium` computes it for any two structures.
The claim is that it is below 0 at low threats and above 0 at high ones.

![The framing premium across threat, by channel](premium.png)
"""
READING = """\
## Reading it

- **Below 0 at low threats** it is in every row: the first half of the claim holds here. It is
  large, some .06 of security, and probability weighting does it: without weighting it is a tenth
  of that.
- **Above 0 at high threats** it is in a window alone, from {first} to {last} in Europe, and
  small, at most {most}. Risk is sought there as every outcome is a loss; but a bloc's worst
  outcome, a small chance of a large loss, is shunned in losses too (the fourfold pattern: Tversky
  & Kahneman 1992), and under the highest threats that wins.
- Without curvature it is above 0 almost nowhere: curvature is what seeks the risk. Without
  weighting the window has no end. Loss aversion deepens the valley where outcomes cross the
  reference point, and does nothing where all are losses. With a fixed reference it is below 0
  throughout.

## Where the signs hold

Over the chance that a bloc acts (`cohesion`) and that it entraps (`entrapment`), at threats 0.2
and 0.6 (`solver.sign_pattern`):

![Where the premium is below 0 at threat 0.2 and above 0 at 0.6](premium-signs.png)

The claim holds where a bloc acts with probability of about .7 or less, {share} of the points
drawn, whatever it entraps: with a bloc that is likely to act, its failure is the small chance of
a large loss that is shunned in losses too. Entrapment widens the region a little. The defaults
(cohesion .7, entrapment .7) lie just inside its edge, and were chosen so: this is calibration,
not a test.
"""


DRAW = """\
Chosen parameters can meet conditions by being chosen. So draw them: nine structural parameters,
uniform and independent ({prior}), {draws} draws, the same for both preferences. The conditions are
those that the defaults were chosen to meet: {each} (`solver.prior_predictive`).
"""
PREDICTIVE = """\
## How much of a prior tells the theatres apart

{draw}

| | share of the prior | standard error |
|---|---|---|
{rows}

The ratio is {ratio:.1f}, with a standard error of {error:.1f}. So prospect theory meets the
conditions in more of the prior than expected utility with the same freedom, and both in little of
it. Each condition alone:

| condition | prospect theory | expected utility |
|---|---|---|
{each}
"""


def predictive() -> str:
    """Return the part of the page on the prior."""
    europe, southeast, asia = (
        games.load(name).strongest(STRONGEST) for name in (*THEATRES, "asia-1951")
    )
    found = solver.prior_predictive(
        [
            *((europe, 0.2, "hub-and-spoke"), (europe, 0.7, "multilateral")),
            *((southeast, 0.2, "hub-and-spoke"), (southeast, 0.6, "multilateral")),
            *((asia, 0.4, "hub-and-spoke"), (asia, 0.6, "hub-and-spoke")),
        ],
        draws=DRAWS,
    )
    names = {"prospect": "prospect theory", "expected": "expected utility"}
    shares = [(names[item.preference], item.share, item.standard_error) for item in found.shares]
    rows = [f"| {n} | {p:.1%} | {e:.1%} |" for n, p, e in (*shares, ("both", *found.joint()))]
    one, other = (item.by_condition for item in found.shares)
    each = [
        f"| {condition} | {a:.0%} | {b:.0%} |"
        for condition, a, b in zip(found.conditions, one, other, strict=True)
    ]
    ratio, error = found.ratio("prospect", "expected")
    prior = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in found.prior.items())
    draw = DRAW.format(prior=prior, draws=f"{DRAWS:,}", each="; ".join(map(str, found.conditions)))
    return PREDICTIVE.format(
        draw=fill(" ".join(draw.split()), 98, break_on_hyphens=False),
        rows="\n".join(rows),
        ratio=ratio,
        error=error,
        each="\n".join(each),
    )


def main() -> None:
    """Write the page and the pictures."""
    pages = [HEAD]
    for name in THEATRES:
        game = games.load(name).strongest(STRONGEST)
        assert game.scenario is not None
        found = solver.framing_premium(game, threat=LEVELS)
        pages.append(f"## {game.scenario.title}, the {STRONGEST} strongest candidates\n")
        pages.append("| preference | " + " | ".join(f"{level:g}" for level in LEVELS) + " |")
        pages.append("|---" * (len(LEVELS) + 1) + "|")
        for channel in found.by_channel:
            cells = " | ".join(f"{value:.4f}" for value in found.premiums(channel))
            pages.append(f"| {channel} | {cells} |")
        pages.append("")
    europe = games.load(THEATRES[0]).strongest(STRONGEST)
    fine = solver.framing_premium(europe)
    first, last = fine.zeros()
    pattern = solver.sign_pattern(europe, x_range=(0.0, 1.0), y_range=(0.4, 1.0))
    pages.append(
        READING.format(
            first=f"{first:.3f}",
            last=f"{last:.3f}",
            most=f"{np.max(fine.premiums()):.4f}",
            share=f"{pattern.share:.0%}",
        )
    )
    pages.append(predictive())
    save(premium.premium_figure(fine), HERE / "premium.png", dpi=100)
    save(premium.pattern_figure(pattern), HERE / "premium-signs.png", dpi=100)
    (HERE / "framing.md").write_text("\n".join(pages), encoding="utf-8")


if __name__ == "__main__":
    main()
