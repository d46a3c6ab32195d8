"""Errors of the package, each of which is also the built-in error that it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import accumulate

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
    """A name (player, scenario, concept, ...) is not one of those known.

    Parameters
    ----------
    kind : str
        Of what it is to be a name.
    name : object
        What was given.
    known : iterable of str
        The names there are.
    meant : mapping of str to str, optional
        Other words that may be given, each with what stands for it: "Japan" with "JPN".

    Examples
    --------
    >>> print(UnknownNameError("candidate", "japan", ["PHI", "JPN"]))
    unknown candidate 'japan' (did you mean 'JPN'?); known: PHI, JPN
    """

    def __init__(
        self, kind: str, name: object, known: Iterable[str], meant: Mapping[str, str] | None = None
    ) -> None:
        names = [str(item) for item in known]
        text = str(name) if isinstance(name, str) else ""
        near = _nearest(text, names, meant or {}) if 0 < len(text) < LONGEST else None
        hint = f" (did you mean {near!r}?)" if near else ""
        said = f"unknown {kind} {_cut(repr(name), LONGEST // 2)}{hint}; known: "
        super().__init__(said + _first(names, LONGEST - len(said)))
        self.kind, self.name, self.known, self.meant = kind, name, names, dict(meant or {})

    def __reduce__(
        self,
    ) -> tuple[type[UnknownNameError], tuple[str, object, list[str], dict[str, str]]]:
        return type(self), (self.kind, self.name, self.known, self.meant)


def _nearest(text: str, names: Iterable[str], meant: Mapping[str, str]) -> str | None:
    """Return the name that is closest to a text, whatever the case of its letters."""
    words = {word.casefold(): name for word, name in meant.items()}
    words |= {name.casefold(): name for name in names}
    close = difflib.get_close_matches(text.casefold(), words, n=1)
    return words[close[0]] if close else None


def _first(names: list[str], most: int) -> str:
    """Return names with commas, as many as `most` characters hold, and how many are left out."""
    text = ", ".join(names)
    if len(text) <= most:
        return text
    ends = accumulate(len(name) + len(", ") for name in names)
    kept = sum(end <= most - len("... (1000000 more)") for end in ends)
    return ", ".join([*names[:kept], f"... ({len(names) - kept} more)"])


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
