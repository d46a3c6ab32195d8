"""What the explorer says of a game in words: one sentence, the record, the lines that reproduce."""

from __future__ import annotations

from typing import Any

from games import AllianceGame, AllianceStructure, Appraisal, Domain, Form
from solver.explorer.asked import Asked, value

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def level(threat: float) -> str:
    """Return a threat as text: two digits, more where it needs them.

    Examples
    --------
    >>> level(0.5), level(0.4837)
    ('0.50', '0.4837')
    """
    return f"{threat:.2f}" if round(threat, 2) == threat else f"{threat:.4g}"


def alliance(game: AllianceGame, structure: AllianceStructure) -> str:
    """Return what kind of alliance a structure is, with how many are in it.

    Examples
    --------
    >>> import games
    >>> game = games.load("classic-athens")
    >>> alliance(game, game.structure(bloc=["Samos", "Chios"], spokes=["Naxos"]))
    'a mixed alliance, with a bloc of two allies and one spoke'
    >>> alliance(game, game.structure(bloc=game.candidates))
    'a multilateral alliance, with all five candidates in one bloc'
    """
    spokes = len(structure.spokes)
    beside = f"{counted(spokes, 'spoke')}" if spokes else ""
    if structure.form is Form.NONE:
        return "no alliance"
    if structure.form is Form.BILATERAL:
        return f"one bilateral treaty, with {called(game, structure.spokes[0])}"
    if structure.form is Form.HUB_AND_SPOKE:
        who = "all candidates as spokes" if spokes == len(game.candidates) else beside
        return f"a hub-and-spoke alliance, with {who}"
    if structure.form is Form.MULTILATERAL:
        members = len(structure.bloc)
        if members == len(game.candidates):
            return f"a multilateral alliance, with all {number(members)} candidates in one bloc"
        return f"a multilateral alliance, with a bloc of {counted(members, 'ally', 'allies')}"
    sizes = [counted(len(bloc), "ally", "allies") for bloc in structure.blocs]
    kind = "an alliance of blocs" if structure.form is Form.BLOCS else "a mixed alliance"
    what = "a bloc of" if len(sizes) == 1 else "blocs of"
    return f"{kind}, with {what} {' and '.join(sizes)}{f' and {beside}' if beside else ''}"


def sentence(
    game: AllianceGame, structure: AllianceStructure | None, seen: Appraisal | None
) -> str:
    """Return in one sentence what a hegemon prefers, and in which domain it stands."""
    begin = f"At threat {level(game.threat)} "
    if structure is None or seen is None:
        return f"{begin}no structure is an equilibrium."
    domain = {
        Domain.GAINS: "it sees gains",
        Domain.LOSSES: "it sees losses",
        Domain.NEUTRAL: "it sees neither gains nor losses",
    }[seen.domain]
    return (
        f"{begin}{game.hegemon} prefers {alliance(game, structure)}; {domain}"
        f" (mean outcome {seen.mean:.3f}, reference point {seen.reference:.3f})."
    )


def called(game: AllianceGame, name: str) -> str:
    """Return a player's full name, or its name where the scenario has no fuller one."""
    return game.scenario.labels.get(name, name) if game.scenario else name


def number(count: int) -> str:
    """Return a small number as a word."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with what it counts."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def record_of(game: AllianceGame) -> dict[str, Any] | None:
    """Return what was coded and signed in the theatre of a game; None if nothing is on record."""
    info = game.scenario
    if info is None:
        return None
    signed = info.recorded(game.candidates)
    case = info.case
    if signed is None and case is None:
        return None
    standing = case.standing(game.hegemon, game.candidates) if case else None
    return {
        "year": info.year,
        "threat": {
            "value": info.threat.value,
            "coding": str(info.threat.coding),
            "reason": info.threat.reason,
        },
        "sample": case.sample if case else None,
        "sought": {
            "form": str(case.preferred.form),
            "coding": str(case.preferred.coding),
            "reason": case.preferred.reason,
        }
        if case
        else None,
        "signed": None if signed is None else {"form": str(signed.form), "text": str(signed)},
        "standing": str(standing) if standing is not None and standing.allies else None,
        "treaties": [
            {"name": treaty.name, "signed": treaty.signed, "form": treaty.form}
            for treaty in info.treaties
        ],
    }


def python(asked: Asked, *, embedded: bool) -> str:
    """Return lines of Python that ask the same and print the answer.

    Parameters
    ----------
    embedded : bool
        Whether `games.load` knows the theatre by its name; else the lines read the game from a
        file, which the page saves beside them.
    """
    lines = ["import games, solver", ""]
    changes = dict(asked.changes)
    if embedded:
        lines.append(f"game = games.load({asked.scenario!r})")
        if changes:
            parts = ", ".join(f"{name!r}: {_literal(name, text)}" for name, text in changes.items())
            lines.append(f"game = games.settings.with_values(game, {{{parts}}})")
    else:
        lines.append(f'game = games.load("{file_name(asked)}")')
    lines += [
        f"solution = solver.solve(game, {asked.concept!r})",
        "best = solution.preferred",
        "print(best.structure, best.form, best.regret)",
        "print(best.appraisal.domain, best.values[game.hegemon], len(solution.equilibria))",
    ]
    return "\n".join(lines) + "\n"


def file_name(asked: Asked) -> str:
    """Return the name of the file of a game."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in asked.scenario)
    return f"{kept}-explored.toml"


def _literal(name: str, text: str) -> str:
    if name in ("preference", "candidate_preference"):
        if text == "expected-utility":
            return "games.ExpectedUtility()"
        if text == "prospect-theory":
            return "games.CumulativeProspectTheory()"
        return f"games.preset({text!r})"
    return repr(value(name, text))
