"""Print a study of burdens."""

from __future__ import annotations

from solver.command import plain_burdens
from solver.command.report import emit, lines, table
from solver.command.studies import Targets
from solver.studies.burden_study import BurdenStudy


def burdens(study: BurdenStudy, left_out: int, targets: Targets, *, as_json: bool) -> None:
    """Print which alliance forms under each rule and who pays what.

    `left_out` is how many of the scenario's weakest candidates were not in the game.
    """
    if as_json:
        emit(plain_burdens.facts(study))
        return
    rows = plain_burdens.form_rows(study)
    table(f"{study.game.title}: form (in bloc + spokes, burdens in all)", rows)
    for threat in study.threats:
        paid = plain_burdens.ally_rows(study, threat)
        if paid:
            table(f"Threat {threat:g}: burden in units of security (share of what is paid)", paid)
    lines(
        "A burden is what an ally pays the hegemon for its treaty; negative ones are subsidies."
        " Capability shares are among all candidates of the game."
    )
    if left_out:
        lines(
            f"Among the {len(study.game.candidates)} strongest candidates; {left_out} weaker ones"
            " are left out, as bargains over whole structures are for few (--strongest)."
        )
    lines(*(f"Wrote {path}." for path in targets.paths), whole=True)
