"""CINC, the Composite Index of National Capability, computed from its six components."""

from __future__ import annotations

from games.errors import InvalidGameError
from games.records import COMPONENTS, NationalCapabilities


def shares(nmc: NationalCapabilities, year: int) -> dict[str, dict[str, float]]:
    """Return each state's share of the world total of each component, by state and component.

    A component that is missing for a state is left out of that state's shares and of the total; so
    is one whose total is 0.

    Raises
    ------
    InvalidGameError
        If no state has data in `year`.
    """
    system = nmc.system(year)
    if not system:
        span = f"{min(nmc.years)} to {max(nmc.years)}" if nmc.years else "no year at all"
        raise InvalidGameError(f"{nmc.source} must cover the year {year}; got {span}")
    parts: dict[str, dict[str, float]] = {name: {} for name in system}
    for component in COMPONENTS:
        amounts = {name: getattr(record, component) for name, record in system.items()}
        total = sum(amount for amount in amounts.values() if amount is not None)
        for name, amount in amounts.items():
            if amount is not None and total > 0:
                parts[name][component] = amount / total
    return parts


def cinc(nmc: NationalCapabilities, year: int) -> dict[str, float]:
    """Return each state's CINC, computed from its six components.

    Steps: (1) sum each component over the states of the system; (2) divide each state's amount by
    that sum; (3) average the shares of a state over the components that are not missing for it. A
    state without any component is left out.

    References
    ----------
    Singer, Bremer & Stuckey 1972, in Russett (ed.), Peace, War, and Numbers. Singer 1987,
    International Interactions 14.

    Examples
    --------
    >>> from games.records import NationalCapabilities, StateYear, frozen
    >>> big = StateYear("USA", 1949, 3.0, 30.0, 3.0, 3.0, 3.0, 3.0, None)
    >>> small = StateYear("UKG", 1949, None, 10.0, 1.0, 1.0, 1.0, 1.0, None)
    >>> nmc = NationalCapabilities("example", frozen({1949: {"USA": big, "UKG": small}}))
    >>> {name: round(value, 6) for name, value in cinc(nmc, 1949).items()}
    {'USA': 0.791667, 'UKG': 0.25}
    """
    found = shares(nmc, year)
    return {name: sum(part.values()) / len(part) for name, part in found.items() if part}
