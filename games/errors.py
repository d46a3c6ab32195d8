"""Errors of the package, each of which is also the built-in error that it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# characters of a message; the middle of a longer one is left out
LONGEST = 600


class AllianceError(Exception):
    """Base of every error that this package raises on purpose. Its message is one short line."""

    def __init__(self, message: str) -> None:
        # the text of what was given, an array for instance, can run over several lines or megabytes
        super().__init__(_cut(" ".join(_cut(message, 100 * LONGEST).split()), LONGEST))


class InvalidGameError(AllianceError, ValueError):
    """A value lies outside its range, or parts of a game contradict each other."""


def _cut(text: str, most: int) -> str:
    """Return a text without its middle if it is longer than `most`."""
    return text if len(text) <= most else f"{text[: most * 2 // 3]} ... {text[-most // 3 :]}"


class UnknownNameError(AllianceError, LookupError):
    """A name (player, scenario, concept, ...) is not one of those known."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = [str(item) for item in known]
        text = str(name) if isinstance(name, str) else ""
        close = difflib.get_close_matches(text, names, n=1) if 0 < len(text) < LONGEST else []
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        super().__init__(f"unknown {kind} {name!r}{hint}; known: {', '.join(names)}")
        self.kind, self.name, self.known = kind, name, names

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, object, list[str]]]:
        return type(self), (self.kind, self.name, self.known)


class NotApplicableError(AllianceError, NotImplementedError):
    """The question is well posed, but this method does not answer it at this size or kind."""


class ConvergenceError(AllianceError, RuntimeError):
    """A numerical search stopped before it reached its tolerance."""


class MissingDependencyError(AllianceError, ImportError):
    """An optional library is needed and not installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(
            f"`{library}` is needed for this and is not installed;"
            f" install it with: pip install 'alliance-solver[{extra}]'"
        )
        self.library, self.extra = library, extra

    def __reduce__(self) -> tuple[type[MissingDependencyError], tuple[str, str]]:
        return type(self), (self.library, self.extra)


class OutputError(AllianceError, OSError):
    """A result could not be written."""
