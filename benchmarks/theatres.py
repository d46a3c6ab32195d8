"""Games for benchmarks."""

from __future__ import annotations

from dataclasses import replace

import games


def europe_of(candidates: int) -> games.AllianceGame:
    """Return Europe 1949 with its strongest candidates, or one more like the weakest for 12."""
    game = games.load("europe-1949")
    if candidates <= len(game.candidates):
        return game.strongest(candidates)
    more = {f"X{i}": 0.01 for i in range(candidates - len(game.candidates))}
    return replace(game, capabilities=dict(game.capabilities) | more)
