"""Small extracts and builders for the tests of data files."""

from collections.abc import Mapping
from pathlib import Path

from games.measures.records import (
    Alliances,
    Disputes,
    NationalCapabilities,
    Pledges,
    Quarrel,
    StateYear,
    frozen,
)

NMC_HEADER = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
# National Material Capabilities 6.0 (Singer, Bremer & Stuckey 1972): a few states of 1949
NMC = f"""{NMC_HEADER}
USA,2,1949,13503000,1615,70740,1199344,149767.0,43216.0,0.27316636,2021
UKG,200,1949,3137333,770,15803,237129,50324.0,18907.0,0.070787571,2021
RUS,365,1949,13964622,3600,23291,264543,175000.0,31982.0,0.16791792,2021
ICE,395,1949,0,0,0,19,140.0,0.0,1.2436592e-05,2021
JPN,740,1952,289212,119,6988,48877,85503.0,23003.0,0.029540982,2021
"""
CINC_1949 = {  # the eleven that signed the North Atlantic Treaty, and the Soviet Union
    "UKG": 0.070787571,
    "FRN": 0.035492346,
    "ITA": 0.01856897,
    "CAN": 0.012812718,
    "NTH": 0.0080646118,
    "BEL": 0.0094229029,
    "LUX": 0.0027704274,
    "DEN": 0.0020820156,
    "NOR": 0.0016089934,
    "POR": 0.0024620506,
    "ICE": 1.2436592e-05,
    "RUS": 0.16791792,
    "USA": 0.27316636,
}
SIGNATORIES = tuple(name for name in CINC_1949 if name not in ("RUS", "USA"))


def write(folder: Path, text: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def capabilities(
    cincs: Mapping[str, float | None], year: int = 1949, military: float | None = 1.0
) -> NationalCapabilities:
    """Return a table in which military spending and personnel are as CINC is, times `military`."""
    records = {}
    for name, cinc in cincs.items():
        force = None if military is None or cinc is None else military * cinc
        records[name] = StateYear(name, year, force, force, None, None, 1.0, 1.0, cinc)
    return NationalCapabilities("nmc.csv", frozen({year: records}))


def treaties(
    pledged: Mapping[tuple[str, str], Pledges], year: int = 1949, source: str = "treaties.csv"
) -> Alliances:
    return Alliances(source, frozen({year: {frozenset(k): v for k, v in pledged.items()}}))


def quarrels(counts: Mapping[tuple[str, str], int], year: int = 1949) -> Disputes:
    table = {frozenset(pair): Quarrel(count) for pair, count in counts.items()}
    return Disputes("disputes.csv", frozen({year: table}))
