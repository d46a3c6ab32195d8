"""The version of the model in stores: results that change ask for a new one."""

import hashlib

import games
from solver.studies.grid import study
from solver.studies.grid.keys import MODEL

# digest of what cells of the invented scenario come to, by version of the model
DIGESTS = {1: "30fc512f4acecc29", 2: "3cf3d3fc717c82de"}


def digest() -> str:
    """Return a digest of results, numbers to nine places."""
    found = study(
        games.load("classic-athens"),
        concept=["subgame_perfect", "nash"],
        burden_sharing=["none", "split"],
        preference=["prospect-theory", "expected-utility"],
        threat=[0.52, 0.9],
        workers=1,
    )
    lines = [
        " ".join(
            f"{round(item, 9) + 0.0:.9f}" if isinstance(item, float) else str(item) for item in row
        )
        for row in found.to_dataframe().itertuples(index=False)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def test_results_are_those_of_this_version_of_the_model():
    assert digest() == DIGESTS[MODEL], (
        "results changed: raise MODEL in solver/studies/grid/keys.py, so that stores of the old"
        " ones are refused, and note the digest of the new ones here"
    )
