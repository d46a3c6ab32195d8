"""Maximal bicliques against their definition."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from solver.finite.two_player.solve import maximal_bicliques

PAIRS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1)


def by_definition(pairs):
    """Return every pair of sets, all tied, to which no node can be added."""
    sides = [sorted({pair[side] for pair in pairs}) for side in (0, 1)]
    chosen = [
        [set(own) for size in range(1, len(side) + 1) for own in combinations(side, size)]
        for side in sides
    ]
    tied = [
        (left, right)
        for left in chosen[0]
        for right in chosen[1]
        if all((a, b) in pairs for a in left for b in right)
    ]
    return {
        (tuple(sorted(left)), tuple(sorted(right)))
        for left, right in tied
        if not any(
            left <= more and right <= other and (left, right) != (more, other)
            for more, other in tied
        )
    }


@fixed(60)
@given(PAIRS)
def test_maximal_bicliques_are_those_of_the_definition(pairs):
    found = maximal_bicliques(sorted(pairs), 1000)
    assert {(tuple(left), tuple(right)) for left, right in found} == by_definition(pairs)
    assert len(found) == len(by_definition(pairs))


def test_a_crown_has_exponentially_many_and_the_limit_is_kept():
    crown = [(i, j) for i in range(6) for j in range(6) if i != j]
    assert len(maximal_bicliques(crown, 62)) == 2**6 - 2
    assert maximal_bicliques(crown, 61) is None


def test_equal_nodes_and_no_nodes():
    assert maximal_bicliques([(i, j) for i in range(3) for j in range(2)], 1) == [
        ([0, 1, 2], [0, 1])
    ]
    assert maximal_bicliques([], 1) == []
