"""The house: each outside library has one door, files are one idea, public names can be read.

Which way imports run is stated as contracts in `pyproject.toml`, which `lint-imports` checks.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import games
import solver

ROOTS = {package.__name__: Path(package.__file__).parent for package in (games, solver)}
FILES = {
    f"{package}/{path.relative_to(root).as_posix()}": path
    for package, root in ROOTS.items()
    for path in sorted(root.rglob("*.py"))
}
MAX_LINES = 600

# where each outside library may be imported; numpy may be everywhere
DOORS = {
    "matplotlib": r"solver/figures/\w+\.py",
    "networkx": r"solver/alliance/network\.py",
    "numba": r"solver/numerics/jit\.py",
    "numpy": r"(games|solver)/.*",
    "SALib": r"solver/studies/sensitivity\.py",
    "sqlite3": r"solver/studies/grid/store\.py",
    "statsmodels": r"solver/great_powers/reduced\.py",
    "scipy": r"(games/finite/linear_programme|solver/(studies/robustness|studies/grid/plan"
    r"|great_powers/(reduced|tables|validation)"
    r"|accounts/estimation|numerics/roots))\.py",
    "flint": r"solver/(prospects/balls|numerics/(krawczyk|linear|polynomials))\.py",
    "nashpy": r"games/finite/conversions\.py",
    "pygambit": r"games/finite/conversions\.py",
    "quantecon": r"games/finite/conversions\.py",
    "pandas": r"games/tables\.py",
    "pydantic": r"games/scenarios/schema\.py",
    "anywidget": r"solver/explorer/widget\.py",
    "rich": r"solver/command/show\.py",
    "traitlets": r"solver/explorer/widget\.py",
    "starlette": r"solver/explorer/server\.py",
    "uvicorn": r"solver/explorer/server\.py",
    "typer": r"solver/command/\w+\.py",
    "netCDF4": r"games/tables\.py",
    "pyarrow": r"games/tables\.py",
    "xarray": r"games/tables\.py",
    "xgi": r"solver/alliance/network\.py",
}
# these write and read tables of results together, in one file
TABLES = ("netCDF4", "pyarrow", "xarray")
SLOW = (
    *("matplotlib", "nashpy", "networkx", "numba", "pandas", "pydantic", "quantecon", "rich"),
    *("SALib", "scipy", "starlette", "statsmodels", "typer", "uvicorn", "xarray"),
)


@cache
def tree(file: str) -> ast.Module:
    return ast.parse(FILES[file].read_text(encoding="utf-8"), filename=file)


def is_for_types_only(node: ast.AST) -> bool:
    if not isinstance(node, ast.If):
        return False
    test = node.test
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def imports(node: ast.AST, *, types: bool, inside: bool) -> Iterator[str]:
    """Yield the dotted name of each import below `node`.

    `types` says whether to read imports that only type checkers follow, `inside` whether to read
    those that wait inside functions, among them `import_module("...")`.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, "imports are absolute"
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif is_for_types_only(child):
            if types:
                yield from imports(child, types=types, inside=inside)
        elif inside or not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            yield from called(child)
            yield from imports(child, types=types, inside=inside)


def called(node: ast.AST) -> Iterator[str]:
    """Yield the name in `import_module("...")` or `__import__("...")`, if `node` is such a call."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in ("import_module", "__import__"):
            yield str(node.args[0].value)


def libraries(file: str, *, types: bool) -> set[str]:
    return {name.split(".")[0] for name in imports(tree(file), types=types, inside=True)}


def module_of(name: str) -> str | None:
    """Return the file that an import of ours reads, None for the imports of others."""
    parts = name.split(".")
    if parts[0] not in ROOTS:
        return None
    while parts:
        path = "/".join(parts)
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in FILES:
                return file
        parts.pop()
    return None


def test_both_packages_are_read() -> None:
    assert {"games/alliance/game.py", "games/__init__.py", "solver/numerics/jit.py"} <= set(FILES)
    assert set(imports(tree("games/alliance/reductions.py"), types=True, inside=True)) >= {
        "numpy",
        "games.alliance.structures",
        "games.errors.InvalidGameError",
    }


def test_what_counts_as_an_import() -> None:
    code = ast.parse(
        """
import a.b
if TYPE_CHECKING:
    import only_types
try:
    from c import d
except ImportError:
    pass
def late():
    import e
    return importlib.import_module("f.g")
class Thing:
    def method(self):
        from h import i
"""
    )
    assert set(imports(code, types=False, inside=False)) == {"a.b", "c.d"}
    everything = {"a.b", "c.d", "e", "f.g", "h.i", "only_types"}
    assert set(imports(code, types=True, inside=True)) == everything


@pytest.mark.parametrize("file", FILES)
def test_outside_libraries_come_in_by_their_doors(file: str) -> None:
    outside = libraries(file, types=False) - set(ROOTS) - sys.stdlib_module_names
    unknown = outside - set(DOORS)
    assert not unknown, "a new library needs a door in this test"
    strays = {library for library in outside if not re.fullmatch(DOORS[library], file)}
    assert not strays


def test_tables_have_one_door() -> None:
    files = [file for file in FILES if libraries(file, types=False) & set(TABLES)]
    assert len(files) <= 1


@pytest.mark.parametrize("file", FILES)
def test_files_are_short(file: str) -> None:
    assert len(FILES[file].read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("games/")])
def test_nouns_import_each_other_and_not_their_package(file: str) -> None:
    # `from games import AllianceGame` inside games would depend on the order of its __init__
    found = imports(tree(file), types=False, inside=False)
    assert "games/__init__.py" not in set(map(module_of, found))


@pytest.mark.parametrize(
    ("module", "needed"), [("games", set()), ("solver", set()), ("solver.command.app", {"typer"})]
)
def test_importing_a_package_loads_no_slow_library(module: str, needed: set[str]) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=ROOTS["games"].parent,
    )
    assert set(json.loads(run.stdout)) & set(SLOW) == needed


@pytest.mark.parametrize("package", ROOTS)
def test_every_public_name_can_be_read(package: str) -> None:
    module = {"games": games, "solver": solver}[package]
    names = getattr(module, "__all__", [])
    assert len(names) == len(set(names))
    assert all(hasattr(module, name) for name in names)
    assert set(names) <= set(dir(module))
