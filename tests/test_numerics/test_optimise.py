"""Roots, and what is raised where there are none."""

import numpy as np
import pytest

from games import ConvergenceError
from solver.numerics import roots


def test_crossing():
    assert roots.crossing(np.cos, 0.0, 3.0) == pytest.approx(np.pi / 2, abs=1e-11)


def test_no_crossing_between_ends_of_one_sign():
    with pytest.raises(ConvergenceError, match="no zero found between 0 and 1: "):
        roots.crossing(lambda x: x + 1, 0.0, 1.0)


@pytest.mark.parametrize(
    "jacobian", [None, lambda z: np.array([[2 * z[0], 2 * z[1]], [1.0, -1.0]])]
)
def test_root(jacobian):
    found = roots.root(lambda z: np.array([z @ z - 2, z[0] - z[1]]), [2.0, 0.5], jacobian=jacobian)
    np.testing.assert_allclose(found, [1, 1], rtol=1e-10)


def test_no_root():
    with pytest.raises(ConvergenceError, match=r"no zero found: .* is left"):
        roots.root(lambda z: z**2 + 1, [1.0])
