"""Make the generated pages and the README's picture: `python docs/build.py`."""

from __future__ import annotations

from pathlib import Path

import games
import solver
from solver.studies.critical import CriticalThreats

HERE = Path(__file__).parent
THEATRES = ("europe-1949", "southeast-asia-1954", "asia-1951")
HEAD = """\
# Critical threats of the scenarios

Made by `python docs/build.py`. For each preference: every threat on [0, 1] at which the form of the
hegemon's preferred alliance changes, proved complete down to the stated resolution (see
[the model](model.md#critical-threats)). "No curvature" and so on switch off one channel of the
hegemon's psychology alone; "no reference" puts the reference point at 0 at every threat.

The default parameters were chosen in hindsight so that these three theatres come out under prospect
theory (the first row of each table): calibration, not a test. What the other rows say was not aimed
at.
"""
COLUMNS = """\
| preference | forms and critical threats | multilateral to the end from | none missed wider than |
|---|---|---|---|"""
READING = """\
## Reading the tables

- Prospect theory turns later than expected utility in Europe and Southeast Asia: under a *low*
  threat it holds back from a bloc that expected utility forms already. Under a high threat both
  form it.
- Without loss aversion both theatres turn *earlier*: much of the holding back is fear of a loss
  that a bloc's quarrels bring. Without curvature they turn a little later.
- Without weighting the form turns to and fro: multilateral or mixed around threat 0.2, where
  expected utility turns, hub-and-spoke again while outcomes cross the reference point,
  multilateral from 0.38 or 0.51 on.
- With the reference at 0 all outcomes are gains, and hub-and-spoke is preferred throughout: the
  moving reference is what lets the bloc form at all.
- In Asia 1951 no preference turns: the candidates are too weak for a bloc to pay.
"""


def main() -> None:
    """Write the pages and the picture."""
    pages = [HEAD]
    for name in THEATRES:
        game = games.load(name)
        assert game.scenario is not None
        pages.append(f"## {game.scenario.title}, {len(game.candidates)} candidates\n")
        pages.append(COLUMNS)
        for label, variant in solver.variants(game).items():
            found = solver.critical_threats(variant)
            print(name, label, found)
            pages.append(f"| {label} | {trail(found)} | {turn(found)} | {found.resolution:.1e} |")
        pages.append("")
    pages.append(READING)
    (HERE / "critical_threats.md").write_text("\n".join(pages), encoding="utf-8")
    europe = games.load("europe-1949")
    pair = {"prospect": europe, "expected": europe.with_preference(games.ExpectedUtility())}
    picture = solver.plot.figure(solver.compare(europe, pair))
    solver.plot.save(picture, HERE / "europe-1949.png", dpi=100)


def trail(found: CriticalThreats) -> str:
    """Return the forms in turn, with the critical threats between them."""
    steps = [f" **{change.threat:.6f}** {change.above}" for change in found]
    return f"{found.first}" + "".join(steps)


def turn(found: CriticalThreats) -> str:
    """Return the threat from which on the form is multilateral."""
    start = found.multilateral_from
    return "never" if start is None else f"{start:.6f}"


if __name__ == "__main__":
    main()
