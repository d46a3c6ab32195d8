"""Studies: the preferred equilibrium over a grid or a design of parameters, kept as it is found."""

from __future__ import annotations

from solver.grid.run import Stopped, study
from solver.grid.study import Study

__all__ = ["Stopped", "Study", "study"]
