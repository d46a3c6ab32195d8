"""Compiled code is kept on disk as long as it is right, and does without a disk."""

import ast
import os
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from numba.core import event
from numba.core.registry import CPUDispatcher

import games
import solver
from solver.numerics import jit as door
from solver.numerics.jit import jit

SOURCE = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return what compiles the same function anew, as another process would."""
    path = tmp_path / "doubled.py"
    path.write_text(SOURCE)

    def compiled() -> CPUDispatcher:
        space: dict[str, object] = {"__name__": "doubled", "__file__": str(path)}
        exec(compile(SOURCE, str(path), "exec"), space)
        return jit(space["double"])

    return compiled


def hits(function) -> int:
    assert function(21) == 42
    return sum(function.stats.cache_hits.values())


def kept(tmp_path: Path, pattern: str) -> list[Path]:
    return sorted((tmp_path / "__pycache__").glob(pattern))


def test_what_was_compiled_is_found_again(module) -> None:
    assert hits(module()) == 0
    assert hits(module()) == 1


def test_a_constant_that_is_written_out_is_no_reason_to_compile_again(monkeypatch) -> None:
    # kept nowhere: what an earlier run compiled would not be compiled in this one
    monkeypatch.setattr(door._KeptCode._impl_class, "_locator_classes", [])
    monkeypatch.setattr(door, "_say_once", lambda: None)

    @jit
    def plus(number: int, more: bool) -> int:
        return number + 1 if more else number

    @jit
    def both(number: int) -> int:
        return plus(3, True) + 10 * plus(number, False) + 100 * plus(number, number > 0)

    with event.install_recorder("numba:compile") as seen:
        assert both(5) == 4 + 50 + 600
        assert compiled(seen) == ["both", "plus"]
        # what Python calls has a wrapper, which what compiled code calls is spared
        assert both(-5) == 4 - 50 - 500
        assert plus(5, True) == plus(6, False) == 6
        assert compiled(seen) == ["both", "plus", "plus"]


def compiled(seen: event.RecordingListener) -> list[str]:
    """Return what was compiled, in the order in which it was begun."""
    return [one.data["dispatcher"].__name__ for _, one in seen.buffer if one.is_start]


def test_another_text_of_any_compiled_file_renews_it(module, monkeypatch) -> None:
    assert hits(module()) == 0
    monkeypatch.setattr(door, "sources", lambda: "another digest")
    assert hits(module()) == 0
    assert hits(module()) == 1


def test_the_digest_is_of_all_files_with_compiled_functions(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "solver"
    folder.mkdir()
    one, other = folder / "kernel.py", folder / "plain.py"
    one.write_text("from solver.numerics.jit import jit\n")
    other.write_text("pass\n")
    monkeypatch.setattr(door, "_ROOT", folder)
    digest = door.sources.__wrapped__
    before = digest()
    other.write_text("nothing compiled\n")
    assert digest() == before
    one.write_text("from solver.numerics.jit import jit\n# another text\n")
    assert digest() != before


@pytest.mark.parametrize("pattern", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize("damage", [b"", b"\x80\x04K\x01", "half", "bit"])
def test_damaged_files_are_thrown_away(module, tmp_path, pattern, damage) -> None:
    assert hits(module()) == 0
    [path] = kept(tmp_path, pattern)
    whole = path.read_bytes()
    if damage == "half":
        damage = whole[: len(whole) // 2]
    elif damage == "bit":
        middle = len(whole) // 2
        damage = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    path.write_bytes(damage)
    assert hits(module()) in (0, 1)
    assert hits(module()) == 1


def test_nowhere_to_keep_it(module, tmp_path, monkeypatch) -> None:
    door._say_once.cache_clear()
    monkeypatch.setattr(door._KeptCode._impl_class, "_locator_classes", [])
    with pytest.warns(RuntimeWarning, match="NUMBA_CACHE_DIR"):
        assert hits(module()) == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is said once
        assert hits(module()) == 0


def test_a_disk_that_is_full(module, tmp_path, monkeypatch) -> None:
    door._say_once.cache_clear()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(door._Files, "_save_data", full)
    with pytest.warns(RuntimeWarning, match="cannot be kept"):
        assert hits(module()) == 0


def test_compiled_code_takes_constants_from_compiled_files_only() -> None:
    """A number from another file would stay as it was when that file changes."""
    root = Path(solver.__file__).parent
    strays = []
    for path in root.rglob("*.py"):
        text = path.read_text("utf-8")
        if "numerics.jit import jit" not in text:
            continue
        own = {
            target.id
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in ast.walk(node)
            if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
        }
        name = "solver." + ".".join(path.relative_to(root).with_suffix("").parts)
        for function in vars(import_module(name)).values():
            if isinstance(function, CPUDispatcher) and function.py_func.__module__ == name:
                words = function.py_func.__code__.co_names
                space = function.py_func.__globals__
                numbers = {word for word in words if isinstance(space.get(word), int | float)}
                strays += sorted(numbers - own)
    assert strays == []


def test_the_library_runs_where_numba_is_switched_off() -> None:
    lines = (
        "import games, solver\n"
        "found = solver.solve(games.load('classic-athens').strongest(3).at(0.4))\n"
        "print([(str(one.structure), dict(one.values), one.regret) for one in found.equilibria])"
    )
    found = solver.solve(games.load("classic-athens").strongest(3).at(0.4)).equilibria
    wanted = [(str(one.structure), dict(one.values), one.regret) for one in found]
    said = subprocess.run(
        [sys.executable, "-c", lines],
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert len(wanted) > 1
    assert ast.literal_eval(said) == [
        (structure, pytest.approx(values, abs=1e-12), pytest.approx(regret, abs=1e-12))
        for structure, values, regret in wanted
    ]
