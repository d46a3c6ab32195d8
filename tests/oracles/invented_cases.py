"""Small invented cases: games with a scenario that says what was sought and what stood before."""

from dataclasses import replace

from games import AllianceGame, Form
from games.alliance.scenario import CodedCase, CodedForm, CodedThreat, Scenario


def case(
    capabilities,
    threat,
    sought,
    *,
    name="invented",
    sample="held-out",
    status_quo=(),
    readings=(),
    **fields,
):
    """Return a game with a coded case; more fields of the game may be given by name."""
    game = AllianceGame(hegemon="Athens", capabilities=capabilities, threat=threat, **fields)
    coded = CodedCase(
        sample,
        CodedForm(Form(sought), "invented", "Made up."),
        family=game.family,
        status_quo=tuple(map(tuple, status_quo)),
        readings=tuple(CodedForm(Form(form), "invented", "Made up.") for form in readings),
    )
    scenario = Scenario(
        name=name,
        title="A case",
        theatre="Nowhere",
        year=1900,
        kind="invented",
        summary="Made up.",
        hegemon="Athens",
        adversaries=("Sparta",),
        threat=CodedThreat(threat, "invented", "Made up."),
        case=coded,
    )
    return replace(game, scenario=scenario)


def best_beside(game, before):
    """Return the best structure that extends the status quo and that its new members accept.

    Slow and literal: each new treaty is worth to each member no less than what the status quo is.
    """
    accepted = [
        structure
        for structure in game.structures()
        if structure.extends(before)
        and all(
            game.candidate_value(name, structure) >= game.candidate_value(name, before)
            for treaty in set(structure.treaties) - set(before.treaties)
            for name in treaty - {game.hegemon}
        )
    ]
    return max(accepted, key=game.value)
