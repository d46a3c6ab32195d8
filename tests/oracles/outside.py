"""Outside programs that only the long run installs, and how a test asks for one."""

import pytest

try:
    from quantecon import game_theory
except ImportError:
    game_theory = None

NEEDS_QUANTECON = (
    pytest.mark.long,
    pytest.mark.skipif(game_theory is None, reason="needs quantecon (extra `long`)"),
)


def needs_quantecon(test):
    """Let a test run in the long run only, if QuantEcon is there."""
    for mark in NEEDS_QUANTECON:
        test = mark(test)
    return test
