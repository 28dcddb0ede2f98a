"""What strangers may not send as JSON, and what they may."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monogram import strict_json
from monogram.core.errors import Invalid

BAD = {
    "empty": b"", "blank": b"  \n", "not json": b"{", "two values": b"{} {}", "bad utf-8": b'{"a": "\xff"}',
    "nul": b'"\\u0000"',
    "raw nul": b'"\x00"', "lone surrogate": b'"\\ud800"', "surrogate in a key": b'{"\\udfff": 1}', "nan": b"NaN",
    "infinity": b"[-Infinity]", "huge float": b"1e400", "huge integer": b"9223372036854775808", "digits": b"1" * 6000,
    "key twice": b'{"a": 1, "a": 2}', "too deep": b"[" * 65 + b"]" * 65, "far too deep": b'{"a":' * 100_000,
    "bom": b"\xef\xbb\xbf{}",
}


@pytest.mark.parametrize("name", BAD)
def test_refused(name):
    with pytest.raises(Invalid) as refused:
        strict_json.loads(BAD[name])
    assert refused.value.fields[""]


GOOD = ["[" * 64 + "]" * 64, '"' + "[{" * 500 + '"', '"\\ud83d\\ude00"', "9223372036854775807", "1.5e300"]


@pytest.mark.parametrize("text", GOOD)
def test_accepted(text):
    assert strict_json.loads(text.encode()) == json.loads(text)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
PLAIN = st.none() | st.booleans() | st.integers(-2**63, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXT


@given(st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_clean_json_is_read_as_it_stands(value):
    assert strict_json.loads(json.dumps(value).encode()) == value
    assert strict_json.loads(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_no_bytes_crash_it(data):
    try:
        strict_json.loads(data)
    except Invalid:
        pass
