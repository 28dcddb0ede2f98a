"""Forms and templates: what may be published, and that it stays as it was."""

import asyncpg
import pytest

from monogram.core import features, skus
from monogram.core.errors import Invalid, NotFound
from monogram.core.features import PREVIEW, PRODUCTION, Template
from tests.forms import (
    NAME,
    NAME_DOCUMENT,
    add_picture,
    binding,
    component,
    document,
    form,
    image_layer,
    new_store,
    option,
    sell,
    shape_layer,
    text_layer,
)

SIZES = component("dropdown", "size", options=[option("s"), option("l")])
COLORS = component("color_swatch", "color", options=[option("red", color="#ff0000"), option("blue", color="#0000ff")])
GIFT = component("checkbox", "gift")
AGE = component("number", "age", min=1, max=99)
DAY = component("date", "day", earliest="2026-01-01", latest="2026-12-31")
PHOTO = component("photo", "photo")
NOTE = component("long_text", "note")


async def faults(db, definition, *documents) -> dict[str, str]:
    """What keeps this form with these templates from being published."""
    store = await new_store(db)
    feature = await features.create(db, store.id, "F")
    try:
        templates = [Template(f"T{i}", PRODUCTION, each) for i, each in enumerate(documents)]
        drafted = await features.draft(db, store.id, feature.id, definition, templates)
        await features.publish(db, store.id, drafted.id)
    except Invalid as error:
        return error.fields
    return {}


async def test_a_form_of_every_kind_is_published_and_read_back(db, storage):
    store = await new_store(db)
    swatch = await add_picture(db, storage, store.id)
    pictures = component("image_swatch", "art", options=[option("cat", image=swatch.sha256)])
    whole = form(NAME, NOTE, SIZES, COLORS, pictures, GIFT, PHOTO, AGE, DAY)
    version = await sell(
        db, store.id, whole, [Template("Print", PRODUCTION, NAME_DOCUMENT), Template("Look", PREVIEW, NAME_DOCUMENT)]
    )
    assert version.number == 1 and version.published_at is not None
    assert features.dump(version.definition) == whole
    assert [(t.title, t.usage) for t in version.templates] == [("Print", 1), ("Look", 2)]
    assert await features.get_published(db, store.id, version.feature_id) == version
    assert (await features.option_images(db, version))[swatch.sha256] == swatch


async def test_a_new_version_leaves_the_old_one_and_keeps_template_ids(db):
    store = await new_store(db)
    first = await sell(db, store.id, form(NAME), [Template("Print", PRODUCTION, NAME_DOCUMENT)])
    again = Template("Print", PRODUCTION, NAME_DOCUMENT, first.templates[0].template_id)
    second = await features.draft(db, store.id, first.feature_id, form(NAME, GIFT), [again])
    assert (second.number, second.published_at) == (2, None)
    assert second.templates[0].template_id == first.templates[0].template_id
    assert second.templates[0].id != first.templates[0].id
    assert await features.get_published(db, store.id, first.feature_id) == first
    await features.publish(db, store.id, second.id)
    assert (await features.get_published(db, store.id, first.feature_id)).id == second.id
    assert await features.version(db, store.id, first.id) == first
    await features.publish(db, store.id, first.id)
    assert (await features.get_published(db, store.id, first.feature_id)) == first


async def test_drafting_again_replaces_the_draft(db):
    store = await new_store(db)
    feature = await features.create(db, store.id, "F")
    first = await features.draft(db, store.id, feature.id, form(NAME), [Template("A", PRODUCTION, NAME_DOCUMENT)])
    second = await features.draft(db, store.id, feature.id, form(GIFT), [])
    assert (second.id, second.number, second.templates) == (first.id, 1, ())
    assert features.dump(second.definition) == form(GIFT)
    with pytest.raises(NotFound):
        await features.get_published(db, store.id, feature.id)


@pytest.mark.parametrize(
    "statement",
    [
        "update feature_versions set definition = '{}' where id = $1",
        "update feature_versions set published_at = now() + interval '1 day' where id = $1",
        "delete from feature_versions where id = $1",
        "update template_versions set document = '{}' where feature_version_id = $1",
        "delete from template_versions where feature_version_id = $1",
        """insert into template_versions (store_id, feature_version_id, position, title, usage, document)
       select store_id, id, 9, 'X', 1, '{}' from feature_versions where id = $1""",
    ],
)
async def test_the_database_itself_refuses_to_change_what_is_published(db, statement):
    store = await new_store(db)
    version = await sell(db, store.id, form(NAME), [Template("Print", PRODUCTION, NAME_DOCUMENT)])
    with pytest.raises(asyncpg.RestrictViolationError):
        async with db.transaction():
            await db.execute(statement, version.id)
    assert await features.version(db, store.id, version.id) == version


async def test_another_stores_versions_are_not_found(db):
    store, other = await new_store(db), await new_store(db, "other")
    version = await sell(db, store.id, form(NAME))
    for verb, key in (
        (features.version, version.id),
        (features.get_published, version.feature_id),
        (features.publish, version.id),
        (features.get, version.feature_id),
    ):
        with pytest.raises(NotFound):
            await verb(db, other.id, key)
    with pytest.raises(NotFound):
        await features.draft(db, other.id, version.feature_id, form(NAME), [])
    theirs = await features.create(db, other.id, "F")
    stolen = Template("Print", PRODUCTION, NAME_DOCUMENT, 1)
    with pytest.raises(Invalid) as refusal:
        await features.draft(db, other.id, theirs.id, form(NAME), [stolen])
    assert list(refusal.value.fields) == ["templates[0].templateId"]


@pytest.mark.parametrize("raw", [None, 3, [], {}, {"steps": []}, {"steps": [{"id": "1"}]}, {"version": 2, "steps": []}, "x"])
async def test_what_is_no_form_is_refused_when_drafted(db, raw):
    assert await faults(db, raw)


async def test_all_badly_shaped_parts_are_told_at_once(db):
    bad = form(
        component("text", "name", maxLength="12"),
        component("riddle", "x"),
        NAME,
        component("text", "1st"),
        component("dropdown", "size", options=[]),
        component("text", "name") | {"key": "name\n"},
        component("text", "far", surprise=1),
    )
    assert set(await faults(db, bad, {"canvas": {}}, [])) == {
        "steps[0].components[0].maxLength",
        "steps[0].components[1].kind",
        "steps[0].components[3].key",
        "steps[0].components[4].options",
        "steps[0].components[5].key",
        "steps[0].components[6]",
        "templates[0].document",
        "templates[1].document",
    }


AT = "steps[0].components[0]"


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        (component("text", "name", label={}), f"{AT}.label.en_US"),
        (component("text", "name", label={"de_DE": "Name"}), f"{AT}.label.en_US"),
        (component("text", "name", label={"en_US": " "}), f"{AT}.label.en_US"),
        (component("text", "name", label={"en_US": "Name", "en_GB": "Name"}), f"{AT}.label.en_GB"),
        (component("text", "name", help={"fr_FR": "Aide"}), f"{AT}.help.en_US"),
        (component("text", "name", minLength=5, maxLength=4), f"{AT}.minLength"),
        (component("text", "name", maxLength=3, default="Anna"), f"{AT}.default"),
        (component("text", "name", characters="letters", default="R2"), f"{AT}.default"),
        (component("number", "age", min=5, max=4), f"{AT}.min"),
        (component("number", "age", step=2, default=3), f"{AT}.default"),
        (component("date", "day", earliest="2026-02-01", latest="2026-01-01"), f"{AT}.earliest"),
        (component("date", "day", earliest="2026-02-01", default="2026-01-01"), f"{AT}.default"),
        (component("dropdown", "size", options=[option("s"), option("s")]), f"{AT}.options[1].value"),
        (component("dropdown", "size", options=[option("s", label={})]), f"{AT}.options[0].label.en_US"),
        (component("dropdown", "size", options=[option("s")], default="l"), f"{AT}.default"),
        (component("image_swatch", "art", options=[option("cat", image="0" * 64)]), f"{AT}.options[0].image"),
    ],
)
async def test_a_component_that_makes_no_sense_is_not_published(db, bad, path):
    assert list(await faults(db, form(bad))) == [path]


async def test_ids_keys_and_steps_are_unique_and_steps_have_titles(db):
    twice = {"steps": [{"id": "a", "components": [NAME, NAME]}, {"id": "a", "title": {"de_DE": "Zwei"}, "components": [GIFT]}]}
    assert set(await faults(db, twice)) == {
        "steps[1].id",
        "steps[0].components[1].id",
        "steps[0].components[1].key",
        "steps[0].title.en_US",
        "steps[1].title.en_US",
    }


def when(op: str, **more):
    return component("text", "extra", showWhen={"op": op, **more})


def nested(depth: int):
    inner = {"op": "equals", "component": "gift", "value": True}
    for _ in range(depth - 1):
        inner = {"op": "not", "condition": inner}
    return component("text", "extra", showWhen=inner)


@pytest.mark.parametrize(
    "extra",
    [
        when("equals", component="gift", value=True),
        when("equals", component="size", value="s"),
        when("in", component="color", values=["red", "blue"]),
        when("equals", component="age", value=18),
        when("equals", component="name", value="Anna"),
        when("equals", component="day", value="2026-05-05"),
        when("answered", component="photo"),
        nested(5),
        when("any", conditions=[{"op": "answered", "component": "photo"}, {"op": "answered", "component": "name"}]),
    ],
)
async def test_conditions_on_earlier_components_are_published(db, extra):
    assert await faults(db, form(NAME, SIZES, COLORS, GIFT, PHOTO, AGE, DAY, extra)) == {}


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        (when("equals", component="gift", value="true"), "value"),
        (when("equals", component="gift", value=1), "value"),
        (when("equals", component="size", value="xl"), "value"),
        (when("in", component="size", values=["s", "xl"]), "values[1]"),
        (when("equals", component="age", value="18"), "value"),
        (when("equals", component="age", value=100), "value"),
        (when("equals", component="name", value=1), "value"),
        (when("equals", component="photo", value="x"), "value"),
        (when("equals", component="nobody", value="x"), "component"),
        (when("answered", component="extra"), "component"),
        (when("answered", component="later"), "component"),
        (
            when("all", conditions=[{"op": "answered", "component": "gift"}, {"op": "answered", "component": "later"}]),
            "conditions[1].component",
        ),
        (nested(6), "condition.condition.condition.condition.condition"),
    ],
)
async def test_a_condition_that_can_never_be_asked_is_not_published(db, extra, path):
    found = await faults(db, form(NAME, SIZES, GIFT, PHOTO, AGE, extra, component("text", "later")))
    assert list(found) == [f"steps[0].components[5].showWhen.{path}"]


LAYERS = (text_layer(), image_layer(), shape_layer())
EVERYTHING = form(NAME, NOTE, SIZES, COLORS, GIFT, PHOTO, AGE, DAY)
SIZE_MAP = {"s": "#111111", "l": "#222222"}


@pytest.mark.parametrize(
    "good",
    [
        *(binding(key, "name", "text") for key in ("name", "note", "size", "age", "day")),
        binding("color", "name", "text", map={"red": "Rot", "blue": "Blau"}),
        binding("color", "ground", "fill"),
        binding("color", "name", "fill"),
        binding("size", "ground", "fill", map=SIZE_MAP),
        binding("gift", "ground", "visible"),
        binding("gift", "ground", "visible", equals=["false"]),
        binding("gift", "ground", "fill", map={"true": "#000000", "false": "#ffffff"}),
        binding("gift", "name", "text", map={"true": "Gift", "false": ""}),
        binding("size", "name", "visible", equals=["s"]),
        binding("color", "name", "visible", equals=["red", "blue"]),
    ],
)
async def test_bindings_that_fit_are_published(db, good):
    assert await faults(db, EVERYTHING, document(*LAYERS, bindings=(binding("photo", "photo", "image"), good))) == {}


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        (binding("nobody", "name", "text"), ".component"),
        (binding("photo", "name", "text"), ""),
        (binding("gift", "name", "text"), ""),
        (binding("color", "name", "text"), ""),
        (binding("name", "photo", "image"), ""),
        (binding("size", "photo", "image"), ""),
        (binding("name", "ground", "fill"), ""),
        (binding("size", "ground", "fill"), ""),
        (binding("name", "name", "visible"), ""),
        (binding("size", "name", "visible"), ""),
        (binding("gift", "name", "visible", equals=["yes"]), ".equals"),
        (binding("gift", "ground", "fill"), ""),
        (binding("gift", "ground", "fill", map={"true": "#000000"}), ".map"),
        (binding("size", "name", "visible", equals=[]), ""),
        (binding("size", "name", "visible", equals=["s", "xl"]), ".equals"),
        (binding("gift", "name", "visible", map={"true": "x"}), ""),
        (binding("name", "name", "text", map={"Anna": "A"}), ".map"),
        (binding("size", "ground", "fill", map={"s": "#111111"}), ".map"),
        (binding("size", "ground", "fill", map=SIZE_MAP | {"xl": "#333333"}), ".map"),
        (binding("size", "ground", "fill", map=SIZE_MAP | {"l": "black"}), ".map.l"),
        (binding("size", "photo", "image", map={"s": "small.png", "l": "small.png"}), ".map.s"),
    ],
)
async def test_bindings_that_do_not_fit_are_not_published(db, bad, path):
    found = await faults(db, EVERYTHING, document(*LAYERS, bindings=(binding("photo", "photo", "image"), bad)))
    assert f"templates[0].document.bindings[1]{path}" in found


@pytest.mark.parametrize("font, says", [
    ({"family": "Lora", "weight": 650}, "no Lora 650"), ({"family": "Lorra"}, "Did you mean 'Lora'?"),
    ({"family": "Source Serif 4", "weight": 650, "axes": {"wdth": 90}}, "has no axis 'wdth'"),
    ({"family": "Source Serif 4", "weight": 650, "axes": {"opsz": 61}}, "goes from 8 to 60"),
    ({"family": "Source Serif 4", "weight": 650, "axes": {"opsz": 60}}, None),
])
async def test_fonts_that_the_book_lacks_are_not_published(db, font, says):
    own, of_a_run = {"font": font}, {"runs": [{"text": "a"}, {"text": "b", "font": font}]}
    found = await faults(db, form(NAME), *(document(text_layer() | more) for more in (own, of_a_run)))
    assert set(found) == ({"templates[0].document", "templates[1].document"} if says else set())
    assert all("layer 'name'" in fault and says in fault for fault in found.values())


PEOPLE = component("list", "people", maxEntries=4, components=[
    component("text", "name"), component("photo", "face"), component("color_swatch", "hat", options=[
        option("red", color="#ff0000")])])
REPEAT = {"type": "repeat", "id": "row", "component": "people", "width": 90, "height": 90, "most": 4,
          "layers": [text_layer(), image_layer("face"), shape_layer()]}
OF_PEOPLE = (binding("people.name", "name", "text"), binding("people.face", "face", "image"),
             binding("people.hat", "ground", "fill"))
COLUMN = {"type": "table", "id": "table", "width": 90, "height": 90, "size": 20, "font": {"family": "Noto Sans"}}


async def test_a_template_repeats_over_a_list_and_its_swatches_are_completed(db):
    drawn = document(REPEAT, COLUMN, bindings=(*OF_PEOPLE, binding("people.name", "table", "items")))
    version = await sell(db, (await new_store(db)).id, form(PEOPLE), [Template("T", PRODUCTION, drawn)])
    assert version.templates[0].document["bindings"][2]["map"] == {"red": "#ff0000"}


@pytest.mark.parametrize(("definition", "drawn", "path"), [
    (form(NAME), document(REPEAT, bindings=OF_PEOPLE), ""),
    (form(PEOPLE, NAME), document(REPEAT | {"component": "name"}), ""),
    (form(PEOPLE), document(REPEAT | {"most": 3}, bindings=OF_PEOPLE), ""),
    (form(PEOPLE), document(text_layer(), bindings=(binding("people.name", "name", "text"),)), ".bindings[0]"),
    (form(PEOPLE), document(REPEAT, bindings=(*OF_PEOPLE, binding("people.age", "name", "text"))), ".bindings[3].component"),
    (form(PEOPLE), document(REPEAT, bindings=(*OF_PEOPLE, binding("people.face", "name", "text"))), ".bindings[3]"),
    (form(PEOPLE), document(COLUMN, bindings=(binding("people.face", "table", "items"),)), ".bindings[0]"),
    (form(PEOPLE), document(COLUMN, bindings=(binding("people", "table", "items"),)), ".bindings[0]"),
    (form(PEOPLE), document(text_layer(), bindings=(binding("people", "name", "visible"),)), ".bindings[0]"),
])
async def test_what_does_not_fit_a_list_is_not_published(db, definition, drawn, path):
    assert f"templates[0].document{path}" in await faults(db, definition, drawn)


@pytest.mark.parametrize(("bad", "path"), [
    (PEOPLE | {"minEntries": 5}, ".minEntries"),
    (PEOPLE | {"components": [component("text", "a"), component("text", "a") | {"id": "b"}]}, ".components[1].key"),
    (PEOPLE | {"components": [component("text", "people") | {"id": "c-people"}]}, ".components[0].id"),
    (PEOPLE | {"components": [component("text", "a", label={"de_DE": "A"})]}, ".components[0].label.en_US"),
    (PEOPLE | {"components": [component("text", "a", showWhen={"op": "answered", "component": "nobody"})]},
     ".components[0].showWhen.component"),
    (PEOPLE | {"components": [component("text", "a", default="x" * 101)]}, ".components[0].default"),
])
async def test_a_list_that_makes_no_sense_is_not_published(db, bad, path):
    assert f"steps[0].components[0]{path}" in await faults(db, form(bad))


@pytest.mark.parametrize(("condition", "wrong"), [
    ({"op": "answered", "component": "people"}, set()),
    ({"op": "equals", "component": "people", "value": "Ada"}, {"steps[0].components[1].showWhen.value"}),
])
async def test_conditions_ask_of_a_list_only_whether_it_has_entries(db, condition, wrong):
    assert set(await faults(db, form(PEOPLE, component("text", "more", showWhen=condition)))) == wrong


ADJUSTED = image_layer("made", asset="a", adjust=[
    {"do": "look", "name": "warm"}, {"do": "tint", "color": "#ffffff"}, {"do": "brightness", "amount": 0},
    {"do": "mosaic", "across": 20}])
SLIDER = {"min": -1, "max": 1, "step": 0.05}


@pytest.mark.parametrize(("answering", "bound", "path"), [
    (component("dropdown", "x", options=[option("noir"), option("none")]), binding("x", "made", "look"), None),
    (component("dropdown", "x", options=[option("noir"), option("dark")]), binding("x", "made", "look"), ""),
    (component("checkbox", "x"), binding("x", "made", "look", map={"true": "vintage", "false": "none"}), None),
    (component("checkbox", "x"), binding("x", "made", "look", map={"true": "old", "false": "none"}), ".map.true"),
    (component("checkbox", "x"), binding("x", "made", "look"), ""),
    (COLORS | {"key": "x", "id": "c-x"}, binding("x", "made", "tint"), None),
    (component("dropdown", "x", options=[option("red")]), binding("x", "made", "tint", map={"red": "#ff0000"}), None),
    (component("dropdown", "x", options=[option("red")]), binding("x", "made", "tint", map={"red": "red"}), ".map.red"),
    (component("text", "x"), binding("x", "made", "tint"), ""),
    (component("number", "x", **SLIDER), binding("x", "made", "brightness"), None),
    (component("number", "x"), binding("x", "made", "brightness"), ""),
    (component("number", "x", **SLIDER | {"max": 5}), binding("x", "made", "brightness"), ""),
    (component("number", "x", min=2, max=64), binding("x", "made", "palette"), None),
    (component("number", "x", min=2, max=64, step=0.5), binding("x", "made", "palette"), ""),
    (component("number", "x", min=2, max=500), binding("x", "made", "tiles"), ""),
    (component("dropdown", "x", options=[option("few")]), binding("x", "made", "palette", map={"few": "4"}), None),
    (component("dropdown", "x", options=[option("few")]), binding("x", "made", "palette", map={"few": "one"}), ".map.few"),
])
async def test_a_shopper_chooses_what_an_adjustment_can_take(db, answering, bound, path):
    drawn = document(ADJUSTED, bindings=(bound,), assets={"a": {"sha256": "0" * 64}})
    found = await faults(db, form(answering), drawn)
    found.pop("templates[0].document.assets.a")  # a file that the store has not
    assert set(found) == ({f"templates[0].document.bindings[0]{path}"} if path is not None else set())


async def test_an_image_layer_without_picture_or_binding_is_not_published(db):
    assert "'photo'" in (await faults(db, EVERYTHING, document(image_layer())))["templates[0].document"]


async def test_assets_are_files_of_the_same_store(db, storage):
    store, other = await new_store(db), await new_store(db, "other")
    ours, theirs = await add_picture(db, storage, store.id), await add_picture(db, storage, other.id, shade=9)
    assets = {"a": {"sha256": ours.sha256}, "b": {"sha256": theirs.sha256}, "c": {"file": "logo.png"}}
    feature = await features.create(db, store.id, "F")
    templates = [Template("T", PRODUCTION, document(image_layer(asset="a"), assets=assets))]
    drafted = await features.draft(db, store.id, feature.id, form(NAME), templates)
    with pytest.raises(Invalid) as refusal:
        await features.publish(db, store.id, drafted.id)
    assert set(refusal.value.fields) == {"templates[0].document.assets.b", "templates[0].document.assets.c"}


async def test_swatches_bound_without_a_map_are_completed(db, storage):
    store = await new_store(db)
    cat = await add_picture(db, storage, store.id)
    art = component("image_swatch", "art", options=[option("cat", image=cat.sha256)])
    bound = document(*LAYERS, bindings=(binding("art", "photo", "image"), binding("color", "ground", "fill")))
    version = await sell(db, store.id, form(COLORS, art), [Template("T", PRODUCTION, bound)])
    kept = version.templates[0].document
    assert [b["map"] for b in kept["bindings"]] == [{"cat": cat.sha256}, {"red": "#ff0000", "blue": "#0000ff"}]
    assert kept["assets"] == {cat.sha256: {"sha256": cat.sha256}}


@pytest.mark.parametrize(
    "template",
    [
        Template("", PRODUCTION, NAME_DOCUMENT),
        Template("T", 3, NAME_DOCUMENT),
        Template("T", PRODUCTION, {"version": 99}),
        Template("T", PRODUCTION, NAME_DOCUMENT, 123),
    ],
)
async def test_a_bad_template_is_refused_when_drafted(db, template):
    store = await new_store(db)
    feature = await features.create(db, store.id, "F")
    with pytest.raises(Invalid):
        await features.draft(db, store.id, feature.id, form(NAME), [template])


@pytest.mark.parametrize("title", ["", " ", "x" * 201, "a\0"])
async def test_a_feature_needs_a_title(db, title):
    store = await new_store(db)
    with pytest.raises(Invalid):
        await features.create(db, store.id, title)


async def test_publishing_integrates_the_skus_that_waited(db):
    store = await new_store(db)
    feature = await features.create(db, store.id, "F")
    await skus.add(db, store.id, "A")
    assert (await skus.bind(db, store.id, "A", feature.id)).integrated_status == skus.PENDING
    drafted = await features.draft(db, store.id, feature.id, form(NAME), [])
    await features.publish(db, store.id, drafted.id)
    assert (await skus.get(db, store.id, "A")).integrated_status == skus.INTEGRATED
