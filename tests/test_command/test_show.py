"""What commands show: progress as a bar on a terminal, as lines elsewhere."""

import io
from contextlib import redirect_stderr

from solver.command import show


def test_progress_is_drawn_on_a_terminal(terminal) -> None:
    with redirect_stderr(terminal), show.progress(quiet=False) as advance:
        for done in range(3):
            advance("prospect", done, 2)
        advance("expected", 1, 2)
    shown = terminal.getvalue()
    assert "prospect" in shown
    assert "expected" in shown
    assert "50%" in shown
    assert "100%" in shown


def test_lines_for_logs():
    now = iter([0.0, 1.0, 11.0, 12.0, 31.0])
    stream = io.StringIO()
    lines = show.Lines(stream, 10, lambda: next(now))
    for done in (10, 110, 120, 310):
        lines(done, 310)
    assert stream.getvalue().splitlines() == [
        "110 of 310 cells, 10 a second, 20 s left",
        "310 of 310 cells, 10 a second, 0 s left",
    ]


def test_a_short_study_says_nothing():
    stream = io.StringIO()
    lines = show.Lines(stream, 10, lambda: 0.0)
    lines(5, 5)
    assert stream.getvalue() == ""


def test_progress_suits_the_stream(monkeypatch, terminal):
    seen = []
    with show.progress_of_cells(True, terminal) as step:
        step(1, 2)
    with show.progress_of_cells(False, io.StringIO()) as step:
        assert isinstance(step, show.Lines)

    class Bar:
        def __enter__(self):
            return lambda *given: seen.append(given)

        def __exit__(self, *given):
            return None

    monkeypatch.setattr(show, "progress", lambda quiet: Bar())
    with show.progress_of_cells(False, terminal) as step:
        step(1, 2)
    assert seen == [("cells", 1, 2)]
