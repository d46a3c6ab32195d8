"""The tables of public names: from `__all__` of `games` and `solver`, by subject."""

from __future__ import annotations

import ast
import inspect
from enum import Enum
from importlib import import_module
from types import ModuleType

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

import games
import solver

# a subject, and what names come from under `games` and `solver`
SUBJECTS = {
    "Any game": ("dispatch", "results", "citation"),
    "The alliance game": ("alliance",),
    "Prospects and preferences": ("prospects",),
    "Scenarios and coded cases": ("scenarios",),
    "Studies": ("studies",),
    "History": ("accounts", "great_powers", "measures"),
    "Any finite game": ("finite",),
    "Bargains and coalitions": ("bargaining", "cooperative", "values"),
    "Pictures": ("figures",),
    "Errors": ("errors",),
}
TABLE = """
## {title}

```{{eval-rst}}
.. autosummary::
   :toctree: api
   :template: name.rst
   :nosignatures:

{names}
```
"""
# modules that pages name, beside those among the names
MODULES = (
    "games.measures.threat",
    "solver.bargaining.alternating_offers",
    "solver.bargaining.axiomatic",
    "solver.bargaining.coalitions",
    "solver.bargaining.contributions",
    "solver.bargaining.legislative",
    "solver.bargaining.loss_aversion",
)


def public(module: ModuleType) -> list[str]:
    """Return the public names of a module: those it lists, else the classes and functions in it."""
    listed: list[str] | None = getattr(module, "__all__", None)
    return listed or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
    ]


def origins(module: ModuleType) -> dict[str, str]:
    """Return the module that each name comes from which a module imports."""
    return {
        alias.asname or alias.name: str(node.module)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def kind(value: object) -> str:
    """Return the kind of a name, as autodoc calls it."""
    if inspect.isclass(value):
        return "class"
    return "function" if callable(value) else "data"


def subject(name: str) -> str:
    """Return the subject of a name, by the folder that it comes from."""
    value, home = NAMES[name], HOMES[name]
    folder = (value.__name__ if inspect.ismodule(value) else home).split(".")[1]
    return next(one for one, folders in SUBJECTS.items() if folder in folders)


NAMES = {
    f"{package.__name__}.{name}": getattr(package, name)
    for package in (games, solver)
    for name in package.__all__
} | {name: import_module(name) for name in MODULES}
ENUMERATIONS = [
    name for name, value in NAMES.items() if inspect.isclass(value) and issubclass(value, Enum)
]
# what stands on the page of a module
PAGES = {
    name: {
        "text": inspect.getdoc(module),
        "members": [(kind(getattr(module, own)), f"{name}.{own}") for own in public(module)],
    }
    for name, module in NAMES.items()
    if inspect.ismodule(module)
}
# the module that a name comes from
HOMES = {name: name for name in MODULES} | {
    f"{called}.{name}": origins(module).get(name, module.__name__)
    for called, module in {"games": games, "solver": solver, **{k: NAMES[k] for k in PAGES}}.items()
    for name in public(module)
}


def tables() -> str:
    """Return a table of names for each subject, from which autosummary makes a page for each."""
    parts = []
    for title in SUBJECTS:
        own = "\n".join(f"   {name}" for name in NAMES if subject(name) == title)
        parts.append(TABLE.format(title=title, names=own))
    return "".join(parts)


def files() -> dict[str, str]:
    """Return other names of files for classes that a function is called like, but for its case."""
    lower = [name.lower() for name in NAMES]
    return {
        name: f"{name}-class"
        for name in NAMES
        if lower.count(name.lower()) > 1 and name.lower() != name
    }


def describe(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Give a constant the text below it in its file: what it has by itself is that of its type."""
    if name in HOMES and kind(value) == "data" and not inspect.ismodule(value):
        texts = ModuleAnalyzer.for_module(HOMES[name]).find_attr_docs()
        lines[:] = texts.get(("", name.rpartition(".")[2]), [])


def skip(
    app: Sphinx, what: str, name: str, member: object, skipped: bool, options: object
) -> bool | None:
    """Leave out what a class inherits from outside the packages, as `count` of a tuple.

    And `__init__`, whose parameters stand with the class.
    """
    own = getattr(member, "fget", None) or getattr(member, "func", None) or member
    home = getattr(getattr(own, "__objclass__", own), "__module__", None)
    outside = str(home).split(".")[0] not in ("games", "solver")
    return True if name == "__init__" or (callable(own) and outside) else None
