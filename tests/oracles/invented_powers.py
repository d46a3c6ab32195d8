"""An invented Concert of Europe as files: two leaders, a dozen states, a handful of treaties.

States have the numbers and abbreviations of the Correlates of War list; nothing else is real.
"""

from pathlib import Path

YEARS = range(1816, 1852)
CINC = {
    "UKG": (200, 0.30),
    "FRN": (220, 0.12),
    "BEL": (211, 0.03),
    "NTH": (210, 0.02),
    "SPN": (230, 0.04),
    "SWD": (380, 0.015),
    "RUS": (365, 0.20),
    "ITA": (325, 0.05),
    "GRC": (350, 0.01),
    "ROM": (360, 0.012),
    "TUR": (640, 0.06),
    "IRN": (630, 0.025),
}
SITES = {
    "UKG": (51.5, -0.1),
    "FRN": (48.9, 2.4),
    "BEL": (50.8, 4.4),
    "NTH": (52.4, 4.9),
    "SPN": (40.4, -3.7),
    "SWD": (59.3, 18.1),
    "RUS": (59.9, 30.3),
    "ITA": (45.1, 7.7),
    "GRC": (38.0, 23.7),
    "ROM": (44.4, 26.1),
    "TUR": (41.0, 29.0),
    "IRN": (35.7, 51.4),
}
# number, signed, ended, pledges, members with the years in which they joined
TREATIES = [
    (10, 1823, 0, "defense", {"UKG": 1823, "FRN": 1823}),
    (20, 1830, 0, "defense", {"UKG": 1830, "BEL": 1830, "NTH": 1830, "SPN": 1838}),
    (30, 1829, 1845, "defense", {"RUS": 1829, "TUR": 1829}),
    (40, 1833, 0, "defense", {"RUS": 1833, "ROM": 1833, "GRC": 1833}),
    (45, 1834, 0, "defense", {"RUS": 1834, "ITA": 1834}),
    (50, 1825, 0, "consul", {"UKG": 1825, "SWD": 1825}),
    (60, 1843, 0, "defense", {"UKG": 1843, "FRN": 1843}),
    (70, 1820, 0, "defense", {"BEL": 1820, "NTH": 1820}),
]
# number, two states, year, hostility
DISPUTES = [
    (1, "UKG", "RUS", 1821, 4),
    (2, "RUS", "TUR", 1827, 5),
    (3, "FRN", "SPN", 1822, 3),
    (4, "BEL", "NTH", 1828, 4),
    (5, "RUS", "IRN", 1826, 5),
]
PLEDGES = ("defense", "offense", "neutral", "nonagg", "consul")


def code(name: str) -> int:
    """Return a state's number."""
    return CINC[name][0]


def texts() -> dict[str, str]:
    """Return the files by name."""
    nmc = ["ccode,year,milex,milper,irst,pec,tpop,upop,cinc"]
    threat, free = ["ccode,year,lsthreat"], ["ccode,year,v2x_polyarchy"]
    for year in YEARS:
        for number, (ccode, cinc) in enumerate(CINC.values()):
            nmc.append(f"{ccode},{year},1,1,1,1,1,1,{cinc + 0.0001 * (year - 1816):.5f}")
            threat.append(f"{ccode},{year},{0.1 + 0.02 * number:.3f}")
            free.append(f"{ccode},{year},{0.05 * number:.3f}")
    alliances = ["atopid,begyr,endyr,wartime," + ",".join(PLEDGES)]
    members = ["atopid,member,yrent,yrexit"]
    for number, signed, ended, pledge, joined in TREATIES:
        flags = ",".join(str(int(pledge == one)) for one in PLEDGES)
        alliances.append(f"{number},{signed},{ended},0,{flags}")
        members += [f"{number},{code(name)},{year},{ended}" for name, year in joined.items()]
    disputes = ["dispnum,ccode1,ccode2,year,hostlev1,hostlev2"]
    for number, one, other, year, level in DISPUTES:
        disputes.append(f"{number},{code(one)},{code(other)},{year},{level},1")
        disputes.append(f"{number},{code(other)},{code(one)},{year},1,{level}")
    rivals = ["ccode1,ccode2,start,end"]
    rivals += [f"{code(a)},{code(b)},1700,1851" for a, b in (("UKG", "RUS"), ("RUS", "TUR"))]
    near = ["ccode1,ccode2,conttype,stdate,enddate"]
    for a, b in (("UKG", "NTH"), ("UKG", "BEL"), ("RUS", "SWD"), ("RUS", "ROM"), ("RUS", "TUR")):
        near.append(f"{code(a)},{code(b)},4,1816-01-01,1851-12-01")
    capitals = ["ccode,stdate,enddate,lat,lng"]
    capitals += [f"{code(n)},1816-01-01,1851-12-31,{a},{b}" for n, (a, b) in SITES.items()]
    return {
        "my_nmc.csv": "\n".join(nmc),
        "leeds_savun.csv": "\n".join(threat),
        "democracy.csv": "\n".join(free),
        "atop_alliances.csv": "\n".join(alliances),
        "atop_members.csv": "\n".join(members),
        "disputes.csv": "\n".join(disputes),
        "rivalries.csv": "\n".join(rivals),
        "contiguity.csv": "\n".join(near),
        "capitals.csv": "\n".join(capitals),
        "majors.csv": "ccode,styear,endyear\n200,1816,1851\n365,1816,1851",
    }


def write(folder: Path, **changed: str) -> Path:
    """Write the files, some of them changed (by the first word of the name); return the folder."""
    for name, text in texts().items():
        (folder / name).write_text(changed.get(name.split(".")[0], text) + "\n", encoding="utf-8")
    return folder
