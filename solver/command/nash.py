"""The command `alliance nash`: equilibria of a game file, each with its certificate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

import solver
from games import ExtensiveForm, InvalidGameError, NormalForm, Preference
from games.prospects.preferences import preference_named
from solver.command.asked import AsJson, Most, Wide
from solver.command.show import Row, emit, lines, table
from solver.results import counted


def nash(
    file: Annotated[
        Path, typer.Argument(help="A game in Gambit's .nfg format, or a tree in .efg.")
    ],
    concept: Annotated[
        str | None,
        typer.Option(
            help="pure_nash, nash, cpt_nash, loss_aversion_equilibrium or logit; nash by default,"
            " cpt_nash if somebody weights probabilities; subgame_perfect for a tree."
        ),
    ] = None,
    preference: Annotated[
        list[str] | None,
        typer.Option(
            help="expected-utility, prospect-theory or a published set such as"
            " tversky-kahneman-1992, for all players; or player=name for one. Repeatable."
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(help="Reference point of all players, or player=number. Repeatable."),
    ] = None,
    precision: Annotated[
        float | None, typer.Option(help="Precision of choice, for logit.", min=0)
    ] = None,
    budget: Annotated[
        int | None, typer.Option(help="How much work a search may do.", min=1)
    ] = None,
    seconds: Annotated[
        float | None, typer.Option(help="How long a search of three players or more may take.")
    ] = None,
    most: Most = 10,
    json: AsJson = False,
    wide: Wide = False,
) -> None:
    """Find the equilibria of a game file, each with its certificate; of a tree, backwards."""
    game = read_game(file, preference or (), reference or ())
    given = {"precision": precision, "budget": budget, "seconds": seconds}
    options = {name: value for name, value in given.items() if value is not None}
    if isinstance(game, ExtensiveForm):
        for option in options:
            raise _not_for_trees(file, f"--{option}")
        if concept in solver.NOTIONS:
            raise _not_for_trees(file, f"--concept {concept}")
        show_tree(game, concept, most, json, wide)
        return
    found = solver.solve(game, concept, **options)
    listed = list(islice(found.equilibria, most))
    if json:
        emit(solution_facts(found, listed))
        return
    count = len(found.equilibria)
    shape = " x ".join(map(str, game.shape))
    lines(
        f"{game.title or 'Game'}: {shape} actions; {found.concept}, {counted(count)}",
        *coverage_lines(found),
    )
    if listed:
        rows = [profile_row(place, one) for place, one in enumerate(listed, start=1)]
        table(
            f"The first {len(listed)} of {count}" if len(listed) < count else "Equilibria",
            rows,
            wide,
        )
    for place, one in enumerate(listed, start=1):
        table(f"Certificate of number {place}", certificate_rows(one.certificate), wide)
        lines(*certificate_lines(one.certificate))


def read_game(
    path: Path, preferences: Sequence[str] = (), references: Sequence[str] = ()
) -> NormalForm | ExtensiveForm:
    """Return the game in a file, its players given preferences and reference points.

    Parameters
    ----------
    path : Path
        Of a Gambit file: a tree if it ends in .efg, else a normal form.
    preferences : sequence of str
        Each a name in `PREFERENCES` for all players, or "player=name" for one.
    references : sequence of str
        Each a number for all players, or "player=number" for one.

    Raises
    ------
    InvalidGameError
        If the file is malformed, or a reference is no number.
    UnknownNameError
        If there is no such player or preference.
    """
    kind = ExtensiveForm if path.suffix.lower() == ".efg" else NormalForm
    game = kind.read(path)
    tastes: list[Preference] = list(game.preferences)
    for place, name in _assigned(game, preferences):
        tastes[place] = preference_named(name)
    points = list(game.references)
    for place, text in _assigned(game, references):
        points[place] = _number(text)
    return game.replace(preferences=tastes, references=points)


def _assigned(game: NormalForm | ExtensiveForm, given: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield, for each text "value" or "player=value", every player it is for with the value."""
    for text in given:
        name, equals, value = text.rpartition("=")
        for place in (game.player(name),) if equals else range(len(game.players)):
            yield place, value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidGameError(f"`--reference` must be a number; got {text!r}") from None


def _not_for_trees(file: Path, option: str) -> InvalidGameError:
    return InvalidGameError(
        f"`{option}` is for games in normal form, and {file.name} is a tree, which is solved"
        " backwards; games.ExtensiveForm.read(file).normal_form().write('game.nfg') gives its"
        " normal form"
    )


def show_tree(game: ExtensiveForm, concept: str | None, most: int, json: bool, wide: bool) -> None:
    """Print the subgame-perfect equilibria of a tree."""
    found = solver.solve(game, concept or "subgame_perfect")
    listed = list(islice(found.equilibria, most))
    rows = [tree_row(place, one) for place, one in enumerate(listed, start=1)]
    if json:
        emit(
            {
                "concept": "subgame_perfect",
                "status": str(found.status),
                "meaning": found.status.value,
                "players": list(game.players),
                "count": found.number,
                "counted": found.is_counted,
                "equilibria": rows,
            }
        )
        return
    least = "" if found.is_counted else "at least "
    lines(
        f"{game.title or 'Tree'}: {len(game.nodes)} nodes; subgame_perfect,"
        f" {least}{counted(found.number)}",
        f"{found.status}: {found.status.value}.",
    )
    heading = "Equilibria" if len(rows) == found.number else f"The first {len(rows)}"
    table(heading, rows, wide)


def tree_row(place: int, found: solver.TreeEquilibrium) -> Row:
    """Return one equilibrium of a tree as a row: where it leads, what that is worth, its regret."""
    values: Row = {f"value of {name}": value for name, value in found.values.items()}
    return {"number": place, "leads to": str(found.lottery), **values, "regret": found.regret}


def profile_row(place: int, found: solver.ProfileEquilibrium) -> Row:
    """Return one equilibrium as a row: each player's mixing and value."""
    game = found.certificate.game
    row: Row = {"number": place}
    for name, actions, own in zip(game.players, game.actions, found.profile, strict=True):
        row[name] = mixing(actions, own.tolist())
    row |= {f"value of {name}": value for name, value in found.values.items()}
    return row


def mixing(actions: Sequence[str], chances: Sequence[float]) -> str:
    """Return a strategy as text: the actions used, each with its probability."""
    used = [(action, p) for action, p in zip(actions, chances, strict=True) if p > 0]
    if len(used) == 1:
        return used[0][0]
    return ", ".join(f"{action} {p:.4g}" for action, p in used)


def certificate_rows(evidence: solver.Certificate) -> list[Row]:
    """Return what is proved about an equilibrium, a row for each player."""
    return [
        {
            "player": name,
            "support": ", ".join(evidence.support[name]),
            "regret": evidence.regrets[name],
            "proved at most": evidence.bounds[name],
            "slack of the best unused": "-"
            if math.isinf(evidence.slack[name])
            else evidence.slack[name],
        }
        for name in evidence.game.players
    ]


def certificate_lines(evidence: solver.Certificate) -> list[str]:
    """Return what a certificate says beyond its numbers, in sentences."""
    said = [f"Notion: {evidence.notion}; {evidence.reference_rule}."]
    if evidence.box is not None:
        said.append(
            "A box of probabilities around it, of width"
            f" {evidence.box.width:.2g}, is proved to hold exactly one equilibrium."
        )
    if evidence.response is not None:
        said.append(
            f"At precision {evidence.response.precision:g} each probability is within"
            f" {evidence.response.residual_bound:.2g} of that of the logit reply, as is proved;"
            " regrets are those of Nash's concept."
        )
    if evidence.exact is not None:
        profile = "; ".join(" ".join(map(str, own)) for own in evidence.exact)
        if len(profile) <= 200:
            said.append(f"Exactly: {profile}.")
    reduced = "as it must" if evidence.reduces_to_expected_utility else "IT DOES NOT: distrust this"
    said.append(f"With linear weights and exponents the values are expected utilities: {reduced}.")
    said.append(f"Checked again from the game alone: {'holds' if evidence.verify() else 'FAILS'}.")
    return said


def coverage_lines(found: solver.ProfileSolution) -> list[str]:
    """Return what the search covered, in sentences."""
    covered = found.coverage
    said = [f"{found.status}: {found.status.value}.", f"Searched: {covered.method}."]
    if covered.unresolved:
        widest = max(box.width for box in covered.unresolved)
        said.append(
            f"{len(covered.unresolved)} boxes are not settled, the widest {widest:.2g} wide:"
            " a continuum of equilibria, or ties, or too little work allowed."
        )
    sets = [one for one in found.components if not one.is_point]
    said.extend(
        "Every mixture of the strategies of a set is an equilibrium: "
        + ", ".join(
            f"{len(own)} of {name}"
            for name, own in zip(found.game.players, one.strategies, strict=True)
        )
        + "."
        for one in sets[:10]
    )
    return said


def solution_facts(
    found: solver.ProfileSolution, listed: Sequence[solver.ProfileEquilibrium]
) -> Row:
    """Return a solution as one dictionary."""
    game, covered = found.game, found.coverage
    return {
        "concept": found.concept,
        "status": str(found.status),
        "meaning": found.status.value,
        "players": list(game.players),
        "actions": [list(own) for own in game.actions],
        "count": len(found.equilibria),
        "searched": covered.method,
        "share_empty": covered.share_empty,
        "unresolved": len(covered.unresolved),
        "equilibria": [equilibrium_facts(one) for one in listed],
        "components": [
            {
                name: [mixing.tolist() for mixing in own]
                for name, own in zip(game.players, one.strategies, strict=True)
            }
            for one in found.components
        ],
    }


def equilibrium_facts(found: solver.ProfileEquilibrium) -> Row:
    """Return one equilibrium with its certificate."""
    evidence = found.certificate
    box = evidence.box
    return {
        "profile": [own.tolist() for own in found.profile],
        "values": found.values,
        "regret": found.regret,
        "certificate": {
            "reference_rule": evidence.reference_rule,
            "regrets": evidence.regrets,
            "bounds": evidence.bounds,
            "support": {name: list(used) for name, used in evidence.support.items()},
            "slack": {
                name: None if math.isinf(slack) else slack for name, slack in evidence.slack.items()
            },
            "exact": None
            if evidence.exact is None
            else [list(map(str, own)) for own in evidence.exact],
            "box": None
            if box is None
            else {end: [own.tolist() for own in getattr(box, end)] for end in ("low", "high")},
            "precision": evidence.response and evidence.response.precision,
            "residual_bound": evidence.response and evidence.response.residual_bound,
            "reduces_to_expected_utility": evidence.reduces_to_expected_utility,
            "verified": evidence.verify(),
        },
    }
