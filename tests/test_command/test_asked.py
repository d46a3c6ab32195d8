"""What commands are asked: texts as levels, values, ranges and settings."""

import pytest

import games
from solver.command import analyses, asked


def test_levels_as_text() -> None:
    assert asked.parse_levels("0:1:5") == [0, 0.25, 0.5, 0.75, 1]
    assert asked.parse_levels("1:0:3") == [1, 0.5, 0]
    assert asked.parse_levels("0.4:0.9:1") == [0.4]
    assert asked.parse_levels("0.2, 0.7") == [0.2, 0.7]
    assert asked.parse_levels("0.7") == [0.7]
    assert len(asked.parse_levels("0:1:101")) == 101
    assert len(asked.parse_levels(f"0:1:{asked.MOST_LEVELS}")) == asked.MOST_LEVELS


def test_texts():
    assert asked.parse_values("threat", "0:1:3") == [0.0, 0.5, 1.0]
    assert asked.parse_values("threat", "0.2, 0.7") == [0.2, 0.7]
    assert asked.parse_values("family", "blocs") == ["blocs"]
    assert asked.parse_range("threat", "0:0.5") == (0.0, 0.5)
    assert asked.parse_settings(["a.B=1:2:3", "c=x=y"]) == {"a.B": "1:2:3", "c": "x=y"}
    assert asked.parse_axes({"threat": "0.1"}) == {"threat": [0.1]}
    assert asked.DEFAULT_THREATS == "0:1:101"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: asked.parse_grid("x-range", "0.3"), "`x-range` must read first:last"),
        (lambda: asked.parse_grid("x-range", "a:b"), "`x-range` must read first:last"),
        (lambda: asked.parse_grids("range", ["cohesion"]), "must read name=first:last"),
        (lambda: asked.parse_grids("range", ["a=0:1", "a=0:1"]), "each name once"),
        (
            lambda: analyses.sensitivity("asia-1951", [], 2),
            "`range` must be given, once for each quantity",
        ),
        (
            lambda: analyses.sensitivity("asia-1951", ["a=0:1:9"], 2),
            "name=first:last, such as cohesion=0.4:0.7; got a=0:1:9",
        ),
        (
            lambda: analyses.robust("asia-1951", None, 0.2, ["cohesion=0:1"]),
            "`spread` must not be given beside `range`",
        ),
    ],
)
def test_bad_ranges(call, message) -> None:
    with pytest.raises(games.InvalidGameError, match=message):
        call()
