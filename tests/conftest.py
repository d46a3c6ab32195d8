"""What the whole run shares: the order of the tests, their examples, where coverage need not look.

Nothing of the project is imported here: coverage starts later, and would miss those lines.
"""

import sys
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

# files about games that the alliance kernel has no part in
OTHER_GAMES = ("solver.finite", "solver.bargaining", "solver.cooperative", "solver.values")

# slow files that run next to no line which no other file runs
UNTRACED = (
    *("test_choices", "test_cases", "test_cli", "test_cli_history", "test_comparison"),
    *("test_concepts", "test_critical", "test_docs", "test_grid", "test_historical"),
    *("test_layers", "test_nucleolus", "test_plot", "test_priors", "test_reductions"),
    *("test_rivals", "test_scenario_results", "test_solving", "test_support_search"),
    *("test_sweep", "test_theory"),
)


# tests that set nothing see the same examples in each run, too, and are not late on a busy machine
settings.register_profile(
    "same",
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "untraced: run without coverage's tracing; other tests run the same lines"
    )


@cache
def about_other_games(path):
    text = path.read_text(encoding="utf-8")
    return any(name in text for name in OTHER_GAMES)


def pytest_collection_modifyitems(items):
    """Start the second half with other games: of two workers, only one compiles the kernel."""
    other = [item for item in items if about_other_games(item.path)]
    ours = [item for item in items if not about_other_games(item.path)]
    for item in items:
        if item.path.stem in UNTRACED:
            item.add_marker("untraced")
    middle = len(items) // 2
    items[:] = ours[:middle] + other + ours[middle:]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Let slow tests whose lines others run, too, go without tracing, which doubles their time."""
    tracer = sys.gettrace()
    if tracer is None or item.get_closest_marker("untraced") is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
