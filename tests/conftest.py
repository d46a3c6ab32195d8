"""What the whole run shares: the order of the tests and their examples.

Nothing of the project is imported here: coverage starts later, and would miss those lines.
"""

from functools import cache

from hypothesis import HealthCheck, settings

# files about games that the alliance kernel has no part in
OTHER_GAMES = ("solver.finite", "solver.bargaining", "solver.cooperative", "solver.values")

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


@cache
def about_other_games(path):
    text = path.read_text(encoding="utf-8")
    return any(name in text for name in OTHER_GAMES)


def pytest_collection_modifyitems(items):
    """Start the second half with other games: of two workers, only one compiles the kernel."""
    other = [item for item in items if about_other_games(item.path)]
    ours = [item for item in items if not about_other_games(item.path)]
    middle = len(items) // 2
    items[:] = ours[:middle] + other + ours[middle:]
