"""Make `docs/gallery.md` and its pictures: `python docs/build_gallery.py`.

Each picture is made by the lines of code that stand below it on the page.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import solver

HERE = Path(__file__).parent
FOLDER = HERE / "gallery"
HEAD = """\
# Gallery

Made by `python docs/build_gallery.py`. Each picture comes from the lines below it. Every result
with a picture has `.plot(ax=None, **options)`, which returns a matplotlib figure, and
`solver.plot.save(figure, "name.pdf")` writes it (.png with 300 dots to the inch, .svg, .pdf). With
`ax` it is drawn on axes of your own, of several panels the main one.

All lines begin with

```python
import games, solver
athens = games.load("classic-athens")
```
"""
SETUP = """
import games, solver
athens = games.load("classic-athens")
"""
# name, question, and the code that ends in `figure`
PICTURES: tuple[tuple[str, str, str], ...] = (
    (
        "solution",
        "Which alliance does the hegemon prefer?",
        "figure = solver.solve(athens).plot()",
    ),
    (
        "structure",
        "Any alliance structure",
        """
        pact = athens.structure(bloc=["Samos", "Chios"], spokes=["Naxos"])
        figure = pact.plot(candidates=athens.candidates, capabilities=athens.capabilities)
        """,
    ),
    (
        "comparison",
        "What does prospect theory change, across threat?",
        "figure = solver.compare(athens).plot(threats=[0.05, 0.2, 0.34, 0.5, 0.8])",
    ),
    (
        "critical",
        "At which threats does the form change?",
        "figure = solver.critical_threats(athens).plot()",
    ),
    (
        "sweep",
        "Which form at which threat?",
        "figure = solver.sweep(athens).plot()",
    ),
    (
        "payoffs",
        "Who gains and who loses by it?",
        'figure = solver.sweep(athens).plot(kind="payoffs")',
    ),
    (
        "study",
        "The same over two quantities, from a grid that a store may keep",
        """
        study = solver.sweep(athens, threat=[i / 20 for i in range(21)],
                             cohesion=[0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
        figure = study.plot(x="threat", y="cohesion")
        """,
    ),
    (
        "phase",
        "The same with located boundaries",
        'figure = solver.phase_diagram(athens, "threat", "cohesion").plot()',
    ),
    (
        "surface",
        "How does the critical threat move with another quantity?",
        """
        found = solver.critical_surface(athens, {"cohesion": [i / 20 for i in range(8, 20)]})
        figure = found.plot()
        """,
    ),
    (
        "framing",
        "Where does the frame choose another form, and at what gain?",
        "figure = solver.framing_map(athens, y_range=(1, 3), resolution=41).plot()",
    ),
    (
        "premium",
        "What does the frame add to a risky alliance?",
        "figure = solver.framing_premium(athens).plot()",
    ),
    (
        "pattern",
        "Where are its signs as the article claims?",
        "figure = solver.sign_pattern(athens).plot()",
    ),
    (
        "robustness",
        "Do uncertain figures keep the prediction?",
        "figure = solver.robustness(athens, draws=300, threats=[0.2, 0.5, 0.8]).plot()",
    ),
    (
        "sensitivity",
        "Which figures matter most?",
        """
        ranges = {"cohesion": (0.4, 0.9), "reliability": (0.7, 1), "loss_aversion": (1, 3)}
        figure = solver.sensitivity(athens.strongest(3), ranges, size=64).plot()
        """,
    ),
    (
        "prior",
        "How much of a prior meets a condition?",
        """
        wanted = [solver.Condition(athens, 0.7, games.Form.MULTILATERAL)]
        figure = solver.prior_predictive(wanted, draws=300).plot()
        """,
    ),
    (
        "estimate",
        "Which parameters fit choices best?",
        """
        cases = [athens.strongest(2).at(threat) for threat in (0.2, 0.3, 0.4, 0.6, 0.8)]
        chosen = [solver.solve(case).preferred.structure for case in cases]
        figure = solver.estimate(cases, ["cohesion"], chosen).plot()
        """,
    ),
    (
        "burdens",
        "Who pays what?",
        """
        found = solver.burdens(athens, threat=[i / 10 for i in range(11)],
                               rules=["split", "nash_in_nash"])
        figure = found.plot()
        """,
    ),
    (
        "history",
        "Does any account foretell the coded cases?",
        "figure = solver.history(draws=0).plot()",
    ),
    (
        "profile",
        "An equilibrium of any finite game",
        """
        battle = games.NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
        figure = solver.solve(battle).plot(equilibrium=1)
        """,
    ),
    (
        "branch",
        "Its logit equilibria",
        """
        battle = games.NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
        figure = solver.branch(battle, to=20).plot()
        """,
    ),
    (
        "fit",
        "The precision that fits observed play",
        """
        battle = games.NormalForm([[[2, 0], [0, 1]], [[1, 0], [0, 2]]])
        figure = solver.fit_precision(battle, [[30, 20], [25, 25]]).plot()
        """,
    ),
)
TAIL = """\
The pictures of `solver.powers` are on [its page](powers.md): it needs data files of your own.
"""


def main() -> None:
    """Write the page and its pictures."""
    FOLDER.mkdir(exist_ok=True)
    parts = [HEAD]
    for name, question, code in PICTURES:
        lines = dedent(code).strip()
        known: dict[str, object] = {}
        exec(SETUP + lines, known)  # what stands on the page is what is run
        solver.plot.save(known["figure"], FOLDER / f"{name}.png", dpi=100)
        parts.append(
            f"## {question}\n\n![{question}](gallery/{name}.png)\n\n```python\n{lines}\n```\n"
        )
    (HERE / "gallery.md").write_text("\n".join([*parts, TAIL]), encoding="utf-8")


if __name__ == "__main__":
    main()
