"""What the whole run shares: the order of the tests and their examples.

Nothing of the project is imported here: coverage starts later, and would miss those lines.
"""

from functools import cache

from hypothesis import HealthCheck, settings

# files about games that the alliance kernel has no part in
OTHER_GAMES = ("solver.finite", "solver.bargaining", "solver.cooperative", "solver.values")

# folders of the package whose examples take seconds to compile
LONG_TO_COMPILE = ("bounded",)

# every run sees the same examples, and none is late on a busy machine; `fixed` in the strategies
# scales its own examples by the profile: `--hypothesis-profile long` asks for all of them
for profile, examples in (("short", 12), ("long", 60)):
    settings.register_profile(
        profile,
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("short")


@cache
def about_other_games(path):
    text = path.read_text(encoding="utf-8")
    return any(name in text for name in OTHER_GAMES)


def pytest_collection_modifyitems(items):
    """Start the second half with other games: of two workers, only one compiles the kernel."""
    for item in items:
        if item.path.parent.name in LONG_TO_COMPILE:
            item.add_marker("long")  # a doctest cannot bear a mark of its own
    other = [item for item in items if about_other_games(item.path)]
    ours = [item for item in items if not about_other_games(item.path)]
    middle = len(items) // 2
    items[:] = ours[:middle] + other + ours[middle:]
