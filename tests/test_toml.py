"""What is written as TOML reads back the same; lines stay short."""

import datetime
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fixed

from games import toml

TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.lists(TEXTS, max_size=4),
    st.lists(st.lists(TEXTS, max_size=2), max_size=2),
)
NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
TABLES = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=4),
    lambda inner: st.dictionaries(
        NAMES, st.one_of(VALUES, inner, st.lists(inner, min_size=1, max_size=3)), max_size=4
    ),
    max_leaves=6,
)


@fixed(150)
@given(TABLES)
def test_documents_read_back_the_same(content) -> None:
    assert tomllib.loads(toml.document(content)) == content


WORDS = "a long text of many words, " * 20


@pytest.mark.parametrize("text", [WORDS.strip(), WORDS, f" {WORDS}", "\\" + WORDS, f'"{WORDS}"""'])
def test_long_texts_read_back_the_same(text: str) -> None:
    written = toml.document({"text": text, "listed": [text, "short"]})
    assert tomllib.loads(written) == {"text": text, "listed": [text, "short"]}
    if not text.startswith(" "):
        assert max(map(len, written.splitlines())) <= toml.WIDTH


def test_values_stand_before_the_tables_and_read_like_the_files_of_the_package() -> None:
    day = datetime.date(1949, 4, 4)
    content = {"case": {"readings": [{"form": "none"}], "sample": "held-out"}, "signed": day}
    assert toml.document(content) == (
        'signed = 1949-04-04\n\n[case]\nsample = "held-out"\n\n[[case.readings]]\nform = "none"\n'
    )
    assert toml.document({"capability": 200.0, "share": 1e-05, "big": 1e300}) == (
        "capability = 200\nshare = 1e-05\nbig = 1e+300\n"
    )
