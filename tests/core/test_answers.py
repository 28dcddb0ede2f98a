"""One answer at a time: what fits each kind of component, in which words the rest is refused, and which are asked at all."""

import msgspec
import pytest

from monogram.core.features import parse
from monogram.core.features.answers import Refused, accept, accept_all, check_photo, count_characters
from tests.forms import component, form, option


def one(kind, **more):
    return next(parse(form(component(kind, "it", **more))).components())


def refused(kind, raw, **more) -> str:
    with pytest.raises(Refused) as refusal:
        accept(one(kind, **more), raw)
    return str(refusal.value)


FAMILY = "👨‍👩‍👧‍👦"
SIZES = {"options": [option("s"), option("l")]}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Anna", 4),
        ("e\u0301", 1),
        (FAMILY, 1),
        ("🇩🇪🇫🇷", 2),
        ("กำ", 1),
        ("นี้", 1),
        ("한국", 2),
        ("👍🏽", 1),
        ("فاطمة", 5),
        ("क्षि", 1),
    ],
)
def test_characters_are_counted_as_people_count_them(text, count):
    assert count_characters(text) == count


@pytest.mark.parametrize(
    ("kind", "limits", "raw", "kept"),
    [
        ("text", {}, "  Anna Maria ", "Anna Maria"),
        ("text", {}, "", None),
        ("text", {}, None, None),
        ("text", {}, " \t ", None),
        ("text", {"maxLength": 1}, FAMILY, FAMILY),
        ("text", {"maxLength": 3}, "محم", "محم"),
        ("text", {"minLength": 3}, "", None),
        ("text", {"minLength": 3}, "Ann", "Ann"),
        ("text", {"characters": "letters"}, "Zoë王李نیم‌روز", "Zoë王李نیم‌روز"),
        ("text", {"characters": "letters"}, "น้ำ", "น้ำ"),
        ("text", {"characters": "letters", "also": " '-"}, "Anne-Marie O'Neil", "Anne-Marie O'Neil"),
        ("text", {"characters": "digits"}, "0412", "0412"),
        ("text", {"characters": "letters_digits"}, "R2D2", "R2D2"),
        ("long_text", {}, "To Anna\r\nwith love\u2028Ben\n", "To Anna\nwith love\nBen"),
        ("long_text", {"maxLines": 2}, "a\nb", "a\nb"),
        ("dropdown", SIZES, "l", "l"),
        ("dropdown", SIZES, None, None),
        ("dropdown", SIZES, "", None),
        ("checkbox", {}, True, True),
        ("checkbox", {}, False, False),
        ("checkbox", {}, None, False),
        ("number", {}, 7, 7),
        ("number", {}, 7.0, 7),
        ("number", {}, 0, 0),
        ("number", {"min": -2, "max": 2}, -2, -2),
        ("number", {"step": 0.1}, 0.3, 0.3),
        ("number", {"min": 0.5, "step": 0.5}, 1.5, 1.5),
        ("number", {"step": None}, 0.123, 0.123),
        ("date", {}, "2028-02-29", "2028-02-29"),
        ("date", {"earliest": "2026-01-01"}, "2026-01-01", "2026-01-01"),
        ("photo", {}, {"file": "12"}, {"file": "12"}),
        (
            "photo",
            {},
            {"file": "12", "crop": {"x": 0, "y": 0.25, "width": 1, "height": 0.75}, "rotation": 90, "flipX": True, "more": 1},
            {"file": "12", "crop": {"x": 0, "y": 0.25, "width": 1, "height": 0.75}, "rotation": 90, "flipX": True},
        ),
    ],
)
def test_what_fits_is_kept(kind, limits, raw, kept):
    accepted = accept(one(kind, **limits), raw)
    assert accepted == kept and type(accepted) is type(kept)


@pytest.mark.parametrize(
    ("kind", "limits", "raw", "words"),
    [
        ("text", {"maxLength": 12}, "Bartholomew II", "Up to 12 characters. Now 14."),
        ("text", {"maxLength": 1}, FAMILY * 2, "Up to 1 characters. Now 2."),
        ("text", {"minLength": 3}, "Al", "At least 3 characters. Now 2."),
        ("text", {}, 7, "Enter text."),
        ("text", {}, ["Anna"], "Enter text."),
        ("text", {}, "two\nlines", "one line"),
        ("text", {}, "bell\x07", "cannot be printed"),
        ("text", {}, "nul\0", "cannot be printed"),
        ("text", {}, "half\ud83d", "cannot be printed"),
        ("text", {}, "Z" + "\u0301" * 400, "too many accents"),
        ("text", {"characters": "letters"}, "R2-D2", "Only letters are possible here. Please remove: 2-"),
        ("text", {"characters": "digits"}, "12a", "Only digits are possible here. Please remove: a"),
        ("text", {"characters": "letters_digits"}, "a b", "Only letters and digits"),
        ("long_text", {"maxLines": 2}, "a\nb\nc", "Up to 2 lines. Now 3."),
        ("long_text", {"maxLength": 3}, "a\nbc", "Up to 3"),
        ("dropdown", SIZES, "xl", "Choose one of the options"),
        ("dropdown", SIZES, 1, "Choose one of the options"),
        ("dropdown", SIZES, ["s"], "Choose one of the options"),
        ("checkbox", {}, "true", "yes or no"),
        ("checkbox", {}, 1, "yes or no"),
        ("number", {}, "7", "Enter a number."),
        ("number", {}, True, "Enter a number."),
        ("number", {}, 1e300, "Enter a number."),
        ("number", {}, float("nan"), "Enter a number."),
        ("number", {"min": 1}, 0, "At least 1."),
        ("number", {"max": 1.5}, 2, "At most 1.5."),
        ("number", {}, 1.5, "steps of 1."),
        ("number", {"min": 1, "step": 2}, 2, "steps of 2."),
        ("date", {}, "2026-02-29", "Pick a date."),
        ("date", {}, "20260101", "Pick a date."),
        ("date", {}, "2026-W01-1", "Pick a date."),
        ("date", {}, "2026-01-01\n", "Pick a date."),
        ("date", {}, 20260101, "Pick a date."),
        ("date", {"earliest": "2026-01-02"}, "2026-01-01", "Not before 2026-01-02."),
        ("date", {"latest": "2026-01-02"}, "2026-01-03", "Not after 2026-01-02."),
        ("photo", {}, "12", "Add the photo again"),
        ("photo", {}, {}, "Add the photo again"),
        ("photo", {}, {"file": 12}, "Add the photo again"),
        ("photo", {}, {"file": "12", "crop": {"x": 0, "y": 0, "width": 0, "height": 1}}, "Add the photo again"),
        ("photo", {}, {"file": "12", "crop": {"x": 0.5, "y": 0, "width": 0.6, "height": 1}}, "Crop within the photo."),
        ("photo", {}, {"file": "12", "rotation": 45}, "by quarters"),
    ],
)
def test_what_does_not_fit_is_refused_in_plain_words(kind, limits, raw, words):
    assert words in refused(kind, raw, **limits)


HALF = {"x": 0, "y": 0, "width": 0.5, "height": 1}


@pytest.mark.parametrize(
    ("limits", "answer", "size", "words"),
    [
        ({}, {}, (1, 1), None),
        ({"minWidth": 600}, {}, (600, 400), None),
        ({"minWidth": 601}, {}, (600, 400), "600 × 400 pixels, at least 601 × 0"),
        ({"minWidth": 301}, {"crop": HALF}, (600, 400), "Too small to print well: 300 × 400"),
        ({"minWidth": 500}, {"rotation": 90}, (600, 400), "400 × 600"),
        ({"minHeight": 500}, {"rotation": 270}, (600, 400), None),
        ({"aspect": {"width": 3, "height": 4}}, {"crop": HALF}, (600, 400), None),
        ({"aspect": {"width": 4, "height": 3}}, {"crop": HALF}, (600, 400), "its shape is not the shape"),
        ({"aspect": {"width": 4, "height": 3}}, {}, (600, 400), None),  # without a crop the layer cuts it
        ({"aspect": {"width": 1, "height": 3}}, {"crop": HALF, "rotation": 90}, (1200, 400), "its shape"),
        ({"aspect": {"width": 1, "height": 6}}, {"crop": HALF, "rotation": 90}, (1200, 400), None),
        ({"accept": ["image/png", "image/webp"]}, {}, (600, 400), "Use a PNG or WEBP photo."),
    ],
)
def test_photos_are_judged_as_they_were_placed(limits, answer, size, words):
    component = one("photo", **limits)
    if words is None:
        return check_photo(component, answer, "image/jpeg", *size)
    with pytest.raises(Refused) as refusal:
        check_photo(component, answer, "image/jpeg", *size)
    assert words in str(refusal.value)


def asked(raw, *components):
    return accept_all(parse(form(*components)), raw)


def test_the_required_are_asked_for_by_kind():
    needed = [
        component("text", "a", required=True),
        component("dropdown", "b", required=True, **SIZES),
        component("checkbox", "c", required=True),
        component("photo", "d", required=True),
        component("number", "e", required=True),
        component("date", "f", required=True),
    ]
    accepted, faults = asked({"a": " ", "c": False, "unknown": 1}, *needed)
    assert accepted == {}
    assert faults == {
        "answers.a": "Fill this in.",
        "answers.b": "Choose one of the options.",
        "answers.c": "Tick this to go on.",
        "answers.d": "Add a photo.",
        "answers.e": "Enter a number.",
        "answers.f": "Pick a date.",
    }


PEOPLE = component("list", "people", minEntries=2, maxEntries=3, components=[
    component("text", "name", required=True, maxLength=5), component("checkbox", "hat"),
    component("dropdown", "color", options=[option("red")], required=True, showWhen={"op": "answered", "component": "hat"}),
])


def test_each_entry_of_a_list_answers_the_same():
    people = [{"name": " Ada ", "hat": True, "color": "red", "age": 3}, {"name": "Ben", "color": "red"}, {"name": "Cy"}]
    accepted, faults = accept_all(parse(form(PEOPLE)), {"people": people})
    assert not faults and accepted == {"people": [
        {"name": "Ada", "hat": True, "color": "red"}, {"name": "Ben", "hat": False}, {"name": "Cy", "hat": False}]}


def test_what_is_wrong_in_an_entry_is_told_with_its_number():
    people = [{"name": "Adalbert"}, {"hat": True, "color": "blue"}]
    assert accept_all(parse(form(PEOPLE)), {"people": people})[1] == {
        "answers.people[0].name": "Up to 5 characters. Now 8.", "answers.people[1].name": "Fill this in.",
        "answers.people[1].color": "Choose one of the options offered."}


@pytest.mark.parametrize(("raw", "words"), [
    ("Ada", "did not arrive"), ([1], "did not arrive"), ({"0": {}}, "did not arrive"), ([{}] * 4, "Up to 3. Now 4."),
    ([{}], "At least 2. Now 1."),
])
def test_lists_that_are_refused_whole(raw, words):
    accepted, faults = accept_all(parse(form(PEOPLE)), {"people": raw})
    assert accepted == {} and list(faults) == ["answers.people"] and words in faults["answers.people"]


def test_a_list_may_be_left_open_unless_it_is_required():
    asked = component("checkbox", "sure", showWhen={"op": "answered", "component": "people"})
    for raw in ({}, {"people": []}, {"people": None}):
        assert accept_all(parse(form(PEOPLE, asked)), raw) == ({}, {})
        assert accept_all(parse(form(PEOPLE | {"required": True})), raw)[1] == {"answers.people": "Add at least one."}
    named = {"people": [{"name": "A"}, {"name": "B"}]}
    assert accept_all(parse(form(PEOPLE, asked)), named)[0]["sure"] is False


def test_zero_is_an_answer():
    assert asked({"n": 0}, component("number", "n", required=True)) == ({"n": 0}, {})


def test_defaults_count_only_for_what_was_not_said():
    fields = [
        component("text", "a", default="Anna"),
        component("date", "b", default="2026-05-05"),
        component("checkbox", "c", default=True),
        component("number", "d", default=2),
    ]
    assert asked({}, *fields)[0] == {"a": "Anna", "b": "2026-05-05", "c": True, "d": 2}
    assert asked({"a": "", "b": None, "c": False, "d": 3}, *fields)[0] == {"c": False, "d": 3}


GIFT = component("checkbox", "gift")
WORDS = component("text", "words", required=True, showWhen={"op": "equals", "component": "gift", "value": True})
PAPER = component("dropdown", "paper", required=True, showWhen={"op": "answered", "component": "words"}, **SIZES)


def test_hidden_components_are_not_asked_and_their_answers_dropped():
    assert asked({"gift": False, "words": 12, "paper": "nonsense"}, GIFT, WORDS, PAPER) == ({"gift": False}, {})
    assert asked({"gift": True}, GIFT, WORDS, PAPER)[1] == {"answers.words": "Fill this in."}
    assert asked({"gift": True, "words": "Hi"}, GIFT, WORDS, PAPER)[1] == {"answers.paper": "Choose one of the options."}
    assert asked({"gift": True, "words": "Hi", "paper": "s"}, GIFT, WORDS, PAPER) == (
        {"gift": True, "words": "Hi", "paper": "s"},
        {},
    )


@pytest.mark.parametrize(
    ("condition", "answers", "shown"),
    [
        ({"op": "equals", "component": "size", "value": "s"}, {"size": "s"}, True),
        ({"op": "equals", "component": "size", "value": "s"}, {}, False),
        ({"op": "not", "condition": {"op": "equals", "component": "size", "value": "s"}}, {}, True),
        ({"op": "in", "component": "size", "values": ["s", "l"]}, {"size": "l"}, True),
        ({"op": "in", "component": "age", "values": [1, 2]}, {"age": 2.0}, True),
        ({"op": "equals", "component": "age", "value": 1}, {"age": 2}, False),
        ({"op": "equals", "component": "gift", "value": False}, {}, True),
        ({"op": "answered", "component": "gift"}, {"gift": False}, False),
        ({"op": "answered", "component": "age"}, {"age": 0}, True),
        (
            {"op": "all", "conditions": [{"op": "answered", "component": "age"}, {"op": "answered", "component": "gift"}]},
            {"age": 1, "gift": True},
            True,
        ),
        (
            {"op": "all", "conditions": [{"op": "answered", "component": "age"}, {"op": "answered", "component": "gift"}]},
            {"age": 1},
            False,
        ),
        (
            {"op": "any", "conditions": [{"op": "answered", "component": "age"}, {"op": "answered", "component": "gift"}]},
            {"age": 1},
            True,
        ),
        (
            {"op": "any", "conditions": [{"op": "answered", "component": "age"}, {"op": "answered", "component": "size"}]},
            {},
            False,
        ),
    ],
)
def test_conditions(condition, answers, shown):
    fields = [
        component("dropdown", "size", **SIZES),
        component("number", "age"),
        GIFT,
        component("text", "extra", default="here", showWhen=condition),
    ]
    assert ("extra" in asked(answers, *fields)[0]) is shown


def test_a_yes_is_no_one():
    definition = parse(
        form(GIFT, component("text", "x", default="here", showWhen={"op": "equals", "component": "gift", "value": 1}))
    )
    assert "x" not in accept_all(definition, {"gift": True})[0]


def test_answers_are_plain_json():
    accepted, _ = asked({"p": {"file": "1", "rotation": 90}}, component("photo", "p"))
    assert msgspec.json.decode(msgspec.json.encode(accepted)) == accepted
