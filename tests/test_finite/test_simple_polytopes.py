"""Vertices in floats: what is proved of each corner, and that the list is complete."""

from fractions import Fraction

import numpy as np
import plain_polytopes as plain
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed, uncompiled

from solver.finite.two_player import vertices
from solver.finite.two_player.vertices import INSIDE, OUTSIDE, UNSURE


@st.composite
def matrices(draw, most=4):
    """Draw entries between 1 and 2, some of them equal to another or next to it."""
    n, m = draw(st.integers(1, most)), draw(st.integers(1, most))
    few = st.sampled_from([1.0, 1.25, 1.5, np.nextafter(1.5, 2), 2.0])
    entry = draw(st.sampled_from([few, st.floats(1, 2), st.floats(1, 2)]))
    return np.array(draw(st.lists(entry, min_size=n * m, max_size=n * m))).reshape(n, m)


def exact(matrix):
    return [[Fraction(entry) for entry in row] for row in matrix.tolist()]


def placed(matrix, tight):
    at = vertices.scratch(*matrix.shape)
    mask = np.zeros(sum(matrix.shape), dtype=np.bool_)
    mask[list(tight)] = True
    return vertices.place(matrix, mask, at), at


def tight_sets(rows):
    return {frozenset(np.flatnonzero(row).tolist()) for row in rows}


@fixed(60)
@given(matrices())
def test_a_completed_list_holds_every_vertex(matrix):
    status, tight, unsure = vertices.enumerate_vertices(matrix, 1000, 64)
    expected = set(plain.vertices(exact(matrix)).values())
    simple = all(len(labels) == matrix.shape[1] for labels in expected)
    if status == vertices.COMPLETE and not unsure.size:
        assert simple
        assert tight_sets(tight) == expected
    elif simple:
        # only what is next to a tie may be left open
        assert len(set(matrix.ravel().tolist())) < matrix.size


@fixed(80)
@given(matrices(), st.data())
def test_what_is_proved_of_a_corner_is_true(matrix, data):
    n, m = matrix.shape
    k = data.draw(st.integers(0, min(n, m)))
    free = data.draw(st.permutations(range(m)))[:k]
    rows = data.draw(st.permutations(range(n)))[:k]
    tight = {*range(m), *(m + j for j in rows)} - set(free)
    (verdict, size), at = placed(matrix, tight)
    equations = [[*(matrix[j][i] for i in sorted(free)), 1] for j in sorted(rows)]
    solution = plain.solved(equations) if k else ()
    if verdict == UNSURE:
        return
    assert size == k
    assert solution is not None
    slacks = [
        1 - sum(Fraction(matrix[j][i]) * z for i, z in zip(sorted(free), solution, strict=True))
        for j in range(n)
        if j not in rows
    ]
    assert (verdict == INSIDE) == (min([*solution, *slacks], default=1) > 0)
    if verdict == INSIDE:
        assert at.solution[:k] == pytest.approx([float(z) for z in solution], rel=1e-6)


@fixed(60)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_error_of_a_solution_is_within_its_bound(k, seed):
    block = 1 + np.random.default_rng(seed).random((k, k))
    block[:, -1] = block[:, 0] + 10.0 ** -(seed % 9) * (block[:, -1] - 1) if k > 1 else block[:, 0]
    inverse, swapped, solution = np.empty((k, k)), np.empty(k, dtype=np.int64), np.empty(k)
    assert vertices.invert(block, inverse, swapped, k)
    bound = vertices.solve_block(block, inverse, k, solution)
    true = plain.solved([[*row, 1] for row in block.tolist()])
    error = max(abs(Fraction(z) - t) for z, t in zip(solution.tolist(), true, strict=True))
    assert error <= bound
    assert bound < 1e-3 * max(1.0, abs(solution).max())


@pytest.fixture(params=["compiled", "plain"])
def either_way(request, monkeypatch):
    """Run a test on the compiled functions, and on what they are compiled from."""
    if request.param == "plain":
        uncompiled(monkeypatch)


@pytest.mark.usefixtures("either_way")
def test_a_singular_or_nearly_singular_corner_is_left_unsure():
    (verdict, k), _ = placed(np.ones((2, 2)), {2, 3})
    assert (verdict, k) == (UNSURE, -1)
    near = np.array([[1.0, 1.0 + 2.0**-52], [1.0 + 2.0**-52, 1.0]])
    (verdict, k), _ = placed(near, {2, 3})
    assert (verdict, k) == (UNSURE, 2)


@pytest.mark.usefixtures("either_way")
def test_a_corner_out_of_reach_is_proved_to_be():
    matrix = np.array([[1.0, 2.0], [1.5, 1.0]])
    assert placed(matrix, {1, 2})[0] == (OUTSIDE, 1)  # z = (1, 0) breaks the second row
    assert placed(matrix, {0, 3})[0] == (OUTSIDE, 1)
    assert placed(matrix, {1, 3})[0] == (INSIDE, 1)
    assert placed(np.array([[1.0, 1.5], [1.2, 2.0]]), {2, 3})[0] == (OUTSIDE, 2)


@pytest.mark.usefixtures("either_way")
def test_ties_are_never_taken_for_a_simple_polytope():
    ties = np.ones((2, 2))
    assert vertices.enumerate_vertices(ties, 100, 0)[0] == vertices.UNPROVED
    status, tight, unsure = vertices.enumerate_vertices(ties, 100, 64)
    assert (status, len(tight), len(unsure)) == (vertices.COMPLETE, 3, 2)


@pytest.mark.usefixtures("either_way")
def test_the_limit_is_kept():
    cube = np.eye(4) + 1
    assert vertices.enumerate_vertices(cube, 15, 0)[0] == vertices.OVER_BUDGET
    status, tight, _ = vertices.enumerate_vertices(cube, 16, 0)
    assert (status, len(tight)) == (vertices.COMPLETE, 16)


@pytest.mark.usefixtures("either_way")
def test_an_unbounded_polytope_is_not_proved():
    assert vertices.enumerate_vertices(-np.ones((1, 1)), 9, 0)[0] == (vertices.UNPROVED)


def test_compiled_and_plain_walks_agree(monkeypatch):
    generator = np.random.default_rng(5)
    matrices = [1 + generator.random(shape) for shape in ((5, 4), (2, 16), (1, 70), (1, 1))]
    # ties, and rows that are equal
    matrices += [np.array([[1.0, 2.0, 1.0], [1.0, 1.0, 2.0], [1.0, 2.0, 1.0]])]
    others = [1 + generator.random(matrix.T.shape) for matrix in matrices]

    def results():
        for matrix, other in zip(matrices, others, strict=True):
            status, tight, unsure = vertices.enumerate_vertices(matrix, 10_000, 2)
            found = vertices.partners(other, tight)
            yield status, tight.tolist(), unsure.tolist(), found.tolist()

    fast = list(results())
    assert uncompiled(monkeypatch) > 5
    assert list(results()) == fast
    assert [len(tight) for _, tight, _, _ in fast][1] > vertices.START


@pytest.mark.parametrize("wrong", [4, 5])
def test_a_walk_that_loses_its_way_is_noticed(monkeypatch, wrong):
    """Which corner lies at the other end of an edge is not proved, but that it is a vertex is."""
    uncompiled(monkeypatch)
    matrix = np.array([[1.5, 1.0, 1.2], [1.0, 2.0, 1.1], [1.1, 1.0, 2.0]])
    assert vertices.enumerate_vertices(matrix, 100, 9)[0] == vertices.COMPLETE
    monkeypatch.setattr(vertices, "leaving", lambda *_: wrong)
    assert vertices.enumerate_vertices(matrix, 100, 9)[0] == vertices.UNPROVED
