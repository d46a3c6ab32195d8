"""Studies of how the preferred alliance depends on the figures of a game.

Phase diagrams, critical surfaces, sensitivity indices, robustness, and maps of the framing effect.
"""
