"""Print the equilibria of a normal form with their certificates."""

from __future__ import annotations

from itertools import islice

from solver.command import plain_profiles as plain
from solver.command.report import emit, lines, table
from solver.finite.solution import ProfileSolution


def profiles(found: ProfileSolution, most: int, *, as_json: bool) -> None:
    """Print a solution with its first `most` equilibria, each with its certificate."""
    listed = list(islice(found.equilibria, most))
    if as_json:
        emit(plain.solution_facts(found, listed))
        return
    game, count = found.game, len(found.equilibria)
    shape = " x ".join(map(str, game.shape))
    lines(
        f"{game.title or 'Game'}: {shape} actions; {found.concept},"
        f" {count} equilibri{'um' if count == 1 else 'a'}",
        *plain.coverage_lines(found),
    )
    if listed:
        rows = [plain.profile_row(place, one) for place, one in enumerate(listed, start=1)]
        table(f"The first {len(listed)} of {count}" if len(listed) < count else "Equilibria", rows)
    for place, one in enumerate(listed, start=1):
        table(f"Certificate of number {place}", plain.certificate_rows(one.certificate))
        lines(*plain.certificate_lines(one.certificate))
