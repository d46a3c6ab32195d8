"""The hegemon's value of every structure of a game, at many threat levels at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame
from games.errors import NotApplicableError
from solver import kernel
from solver.lattice import Lattice, lattice, subset_sums

Array = NDArray[np.float64]

EXACT_LIMIT = 12


def all_values(
    game: AllianceGame,
    threats: Sequence[float],
    wanted: NDArray[np.bool_] | None = None,
) -> Array:
    power = np.array([t * game.parameters.adversary for t in threats])
    reference = np.array([game.at(float(t)).reference_point for t in threats])
    return values_at(game, power, reference, wanted)


def values_at(game, power, reference, wanted=None):
    n = len(game.candidates)
    grid = lattice(n)
    shared = game.parameters
    worth = np.array([c + game.basings.get(k, shared.basing) for k, c in game.capabilities.items()])
    odds = np.array([game.reliabilities.get(k, shared.reliability) for k in game.candidates])
    sums = subset_sums(shared.pledge_bilateral * worth)
    ranked = np.argsort(sums, kind="stable")
    aid = sums[ranked]
    starts, ranks, chances = kernel.list_subsets(ranked, odds)
    bloc_sums = shared.pledge_multilateral * subset_sums(worth)
    if wanted is None:
        wanted = np.ones(grid.size, bool)
    values = np.full((power.size, grid.size), np.nan)
    p = game.preference
    gw, lw = p.weighting_gains, p.weighting_losses
    shape=(p.alpha,p.beta,p.loss_aversion)
    gains=(gw.code,*gw.constants)
    losses=(lw.code,*lw.constants)
    jobs=[]
    sizes=np.bitwise_count(grid.blocs)
    for size in range(n+1):
        if size==1: continue
        idx=np.flatnonzero(sizes==size)
        parts = 2 if 2<=size<=5 else 1
        for part in np.array_split(idx,parts):
            if part.size: jobs.append((size,part))
    def run(job):
        size,part=job
        members=grid.blocs[part].astype(np.int64)
        lost=shared.k_bilateral*np.arange(n+1)+(shared.k_bloc+shared.k_multilateral*size if size else 0.0)
        kernel.bloc_values(members,size,n,wanted,ranked,aid,starts,ranks,chances,bloc_sums[members],grid.starts[part].astype(np.int64),lost,shared.cohesion,shared.deployment,power,reference,shape,gains,losses,values)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run,jobs))
    return values
