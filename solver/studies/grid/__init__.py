"""Studies: the preferred equilibrium over a grid or a design of parameters, kept as it is found."""

from __future__ import annotations

from solver.studies.grid.run import Stopped, study
from solver.studies.grid.study import Study

__all__ = ["Stopped", "Study", "study"]
