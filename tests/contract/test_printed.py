"""The reader of printed samples: each fault it mends, and what it refuses."""

from __future__ import annotations

import pytest

from tests.contract import printed

MENDED = [
    ('{“title”:”title1″, "x": 1}', {"title": "title1", "x": 1}),
    ("{“topic”: [“can’t be blank”, “is invalid”,],}", {"topic": ["can't be blank", "is invalid"]}),
    ("{\n  “position”:1\n  “title”:”two”\n}", {"position": 1, "title": "two"}),
    ("{\n    errors: [“record not found”]\n}", {"errors": ["record not found"]}),
    ("{“area”: “80”, “area”: “81”}", {"area": "81"}),
    ("{“src”: “<script src=\\”https://a.b/c.js\\“></script>”}", {"src": '<script src="https://a.b/c.js"></script>'}),
    ("{“username”:”…”,\n     …\n“error_message”: “”}", {"username": "…", "error_message": ""}),
    ("{“a”: null, “b”: true, “c”: false, “d”: -75.6868, “e”: {}, “f”: []}",
     {"a": None, "b": True, "c": False, "d": -75.6868, "e": {}, "f": []}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), MENDED, ids=[text for text, _ in MENDED])
def test_a_printed_sample_is_read(text, value):
    assert printed.read(text.split("\n"))[0] == value


def test_every_member_has_the_line_of_its_key():
    lines = ["{", "  “orders”: [", "    {“id”: 1,", "     “tags”: “a”}", "  ]", "}"]
    where = {("orders",): 11, ("orders", 0, "id"): 12, ("orders", 0, "tags"): 13}
    assert printed.read(lines, 10) == ({"orders": [{"id": 1, "tags": "a"}]}, where)


@pytest.mark.parametrize("text", ["", "{", "[1", "{“a”}", "{“a”: b}", "{“a”: }", "{“a”: “b}", "{} {}", "{1: 2}", "{“a”: #}"])
def test_what_is_no_sample_is_refused(text):
    with pytest.raises(printed.NotPrinted):
        printed.read(text.split("\n"))
