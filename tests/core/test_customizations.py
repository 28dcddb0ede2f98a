"""Confirmed answers: checked against the published form, pinned, told in the reader's language."""

import itertools

import pytest

from monogram.core import composites, customizations, features, files, font_books, skus, stores
from monogram.core.errors import Invalid, NotFound
from monogram.core.features import PREVIEW, PRODUCTION, Template
from monogram.core.font_books import FontBookPin
from monogram.render.document import ImageValue, parse_values
from tests.forms import NAME, NAME_DOCUMENT, add_picture, component, form, new_store, option, sell

PREVIEWS = [
    Template("Front", PREVIEW, NAME_DOCUMENT),
    Template("Print", PRODUCTION, NAME_DOCUMENT),
    Template("Back", PREVIEW, NAME_DOCUMENT),
]


async def refused(db, store, answers, **more) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        await customizations.confirm(db, store.id, "MUG-1", more.get("lang", "en_US"), answers)
    return refusal.value.fields


async def tasks_of(db, customization_id) -> list:
    return await db.fetch(
        """select t.id, v.title from composite_tasks t join template_versions v on v.id = t.template_version_id
           where t.customization_id = $1 order by t.id""",
        customization_id,
    )


async def test_confirmed_answers_are_pinned_and_their_previews_asked_for(db):
    store = await new_store(db)
    version = await sell(db, store.id, form(NAME), PREVIEWS)
    confirmed = await customizations.confirm(db, store.id, "MUG-1", "pt-br", {"name": " Zoë 王 ", "unknown": 1})
    assert (confirmed.feature_version_id, confirmed.feature_id, confirmed.sku) == (version.id, version.feature_id, "MUG-1")
    assert (confirmed.lang, confirmed.answers) == ("pt_BR", {"name": "Zoë 王"})
    assert confirmed.font_book == font_books.current().digest
    tasks = await tasks_of(db, confirmed.id)
    assert [task["title"] for task in tasks] == ["Front", "Back"]
    jobs = await db.fetch(
        "select (args->>'task_id')::bigint as task from procrastinate_jobs where args->>'store_id' = $1 order by id",
        str(store.id),
    )
    assert [job["task"] for job in jobs] == [task["id"] for task in tasks]
    # a later version does not reach them
    drafted = await features.draft(db, store.id, version.feature_id, form(component("checkbox", "other")), [])
    await features.publish(db, store.id, drafted.id)
    assert await customizations.get_public(db, store.id, confirmed.id) == confirmed
    assert (await customizations.described(db, confirmed, "en_US")).texts == ["Zoë 王"]


async def test_the_font_book_may_be_another_and_is_kept_once(db):
    store = await new_store(db)
    await sell(db, store.id, form(NAME))
    old = FontBookPin("0" * 64, {"families": []})
    for _ in range(2):
        confirmed = await customizations.confirm(db, store.id, "MUG-1", "en", {"name": "Anna"}, old)
        assert confirmed.font_book == old.digest
    assert await db.fetchval("select faces from font_books where digest = $1", old.digest) == old.faces


async def test_the_digest_follows_the_fonts_alone():
    pin = font_books.current()
    assert len(pin.digest) == 64 and pin.faces["families"] and font_books.current() == pin


async def test_ids_are_unguessable_and_safe_in_javascript(db):
    store = await new_store(db)
    await sell(db, store.id, form(NAME))
    ids = [(await customizations.confirm(db, store.id, "MUG-1", "en", {"name": "A"})).id for _ in range(20)]
    assert len(set(ids)) == 20 and all(10**14 <= key < 10**15 for key in ids)
    assert max(abs(a - b) for a, b in itertools.pairwise(ids)) > 10**6


async def test_everything_wrong_is_told_at_once(db):
    store = await new_store(db)
    await sell(
        db, store.id, form(NAME, component("number", "age", required=True, max=9), component("photo", "photo", required=True))
    )
    assert await refused(db, store, {"age": 10, "photo": {"file": "1"}}) == {
        "answers.name": "Fill this in.",
        "answers.age": "At most 9.",
        "answers.photo": "Add the photo again: it did not arrive.",
    }
    assert await db.fetchval("select count(*) from customizations where store_id = $1", store.id) == 0


@pytest.mark.parametrize("answers", [None, [], "x", 3])
async def test_answers_are_an_object(db, answers):
    store = await new_store(db)
    await sell(db, store.id, form(NAME))
    assert list(await refused(db, store, answers)) == ["answers"]


async def test_the_language_is_one_of_ours(db):
    store = await new_store(db)
    await sell(db, store.id, form(NAME))
    assert list(await refused(db, store, {"name": "A"}, lang="xx")) == ["lang"]


async def test_a_hidden_required_answer_is_neither_needed_nor_kept(db):
    store = await new_store(db)
    words = component("text", "words", required=True, showWhen={"op": "equals", "component": "gift", "value": True})
    await sell(db, store.id, form(component("checkbox", "gift"), words))
    confirmed = await customizations.confirm(db, store.id, "MUG-1", "en", {"words": "secret"})
    assert confirmed.answers == {"gift": False}
    assert await refused(db, store, {"gift": True}) == {"answers.words": "Fill this in."}


async def test_photos_are_the_stores_own_and_large_enough(db, storage):
    store, other = await new_store(db), await new_store(db, "other")
    await sell(db, store.id, form(component("photo", "photo", minWidth=60, accept=["image/png"])))
    ours = await add_picture(db, storage, store.id, width=60)
    small = await add_picture(db, storage, store.id, width=59)
    jpeg = await add_picture(db, storage, store.id, width=60, kind="jpeg")
    theirs = await add_picture(db, storage, other.id, width=60, shade=7)
    sheet = await files.add(db, storage, store.id, b"%PDF", "application/pdf")
    placed = {"file": ours.token, "crop": {"x": 0, "y": 0, "width": 1, "height": 0.5}, "rotation": 180, "flipY": True}
    confirmed = await customizations.confirm(db, store.id, "MUG-1", "en", {"photo": placed})
    assert confirmed.answers == {"photo": placed | {"sha256": ours.sha256}}
    for file, words in ((small, "Too small"), (jpeg, "Use a PNG photo."), (theirs, "did not arrive"), (sheet, "not a photo")):
        assert words in (await refused(db, store, {"photo": {"file": file.token}}))["answers.photo"]
    for key in (str(ours.id), "0", "-1", "9" * 30, "x", "", "９", "a\0", "\ud800"):
        assert "did not arrive" in (await refused(db, store, {"photo": {"file": key}}))["answers.photo"]


async def test_only_a_sold_published_feature_can_be_confirmed(db):
    store, other = await new_store(db), await new_store(db, "other")
    await sell(db, store.id, form(NAME))
    await skus.add(db, store.id, "PLAIN")
    pending = await features.create(db, store.id, "Draft")
    await features.draft(db, store.id, pending.id, form(NAME), [])
    await skus.add(db, store.id, "PENDING")
    await skus.bind(db, store.id, "PENDING", pending.id)
    for store_id, sku in ((store.id, "PLAIN"), (store.id, "PENDING"), (store.id, "none"), (other.id, "MUG-1"), (None, "MUG-1")):
        with pytest.raises(NotFound):
            await customizations.confirm(db, store_id, sku, "en", {"name": "A"})


async def test_another_merchant_or_store_sees_nothing(db):
    store, other = await new_store(db), await new_store(db, "other")
    await sell(db, store.id, form(NAME))
    confirmed = await customizations.confirm(db, store.id, "MUG-1", "en", {"name": "A"})
    assert await customizations.get(db, store.merchant_id, confirmed.id) == confirmed
    for key in (confirmed.id, None):
        with pytest.raises(NotFound):
            await customizations.get(db, other.merchant_id, key)
        with pytest.raises(NotFound):
            await customizations.get_public(db, other.id, key)


async def confirm_everything(db, storage) -> tuple[stores.Store, customizations.Customization, files.File]:
    store = await new_store(db)
    photo = await add_picture(db, storage, store.id)
    art = component("image_swatch", "art", options=[option("cat", image=photo.sha256)])
    size = component("dropdown", "size", options=[option("s")])
    color = component("color_swatch", "color", options=[option("red", color="#ff0000")])
    name = component("text", "name", label={"en_US": "Name", "zh_CN": "姓名"})
    await sell(
        db,
        store.id,
        form(
            name,
            component("long_text", "note"),
            size,
            color,
            art,
            component("checkbox", "gift"),
            component("photo", "photo"),
            component("number", "age", step=0.5),
            component("date", "day"),
            component("text", "unanswered"),
        ),
        PREVIEWS,
    )
    answers = {
        "name": "Anna",
        "note": "a\nb",
        "size": "s",
        "color": "red",
        "art": "cat",
        "gift": True,
        "age": 2.5,
        "day": "2026-12-24",
        "photo": {"file": photo.token, "flipX": True},
    }
    return store, await customizations.confirm(db, store.id, "MUG-1", "en", answers), photo


async def test_answers_as_the_api_lists_them(db, storage):
    _, confirmed, photo = await confirm_everything(db, storage)
    view = await customizations.described(db, confirmed, "zh_TW")
    assert (view.texts, view.images, view.effects) == (["Anna", "a\nb"], [photo], [])
    assert [(s.id, s.key, s.label, s.module_type, s.property_name, s.type, s.value) for s in view.stores] == [
        ("c-name", "value", "姓名", "text", "name", "string", "Anna"),
        ("c-note", "value", "Note", "textarea", "note", "string", "a\nb"),
        ("c-size", "value", "Size", "dropdown", "size", "string", "s"),
        ("c-color", "value", "Color", "color_swatch", "color", "string", "red"),
        ("c-art", "value", "Art", "image_swatch", "art", "string", "cat"),
        ("c-gift", "value", "Gift", "checkbox", "gift", "boolean", "true"),
        ("c-photo", "value", "Photo", "photo_upload", "photo", "image", photo),
        ("c-age", "value", "Age", "number", "age", "number", "2.5"),
        ("c-day", "value", "Day", "date", "day", "string", "2026-12-24"),
    ]
    for lang in ("fr_FR", "nonsense", ""):
        assert (await customizations.described(db, confirmed, lang)).stores[0].label == "Name"


async def test_answers_as_the_renderer_takes_them(db, storage):
    _, confirmed, photo = await confirm_everything(db, storage)
    version = await features.version(db, confirmed.store_id, confirmed.feature_version_id)
    values = customizations.values(confirmed.answers, version.definition)
    assert values == {
        "name": "Anna",
        "note": "a\nb",
        "size": "s",
        "color": "red",
        "art": "cat",
        "gift": True,
        "age": 2.5,
        "day": "2026-12-24",
        "photo": {"asset": photo.sha256, "flipX": True},
        "unanswered": None,  # there, so that the template's sample is not printed
    }
    assert parse_values(values)["photo"] == ImageValue(asset=photo.sha256, flip_x=True)


async def test_previews_are_drawing_then_ready_or_failed(db, storage):
    store, confirmed, _ = await confirm_everything(db, storage)
    made = await add_picture(db, storage, store.id, shade=1)
    first, second = [task["id"] for task in await tasks_of(db, confirmed.id)]
    assert await customizations.previews(db, confirmed) == customizations.Previews("drawing", [], "")
    work = await composites.start(db, store.id, second)
    await composites.succeed(db, store.id, second, work.fence, "r" * 64, made.id, {})
    assert await customizations.previews(db, confirmed) == customizations.Previews("drawing", [made], "")
    work = await composites.start(db, store.id, first)
    await composites.fail(db, store.id, first, work.fence, "font_missing: Gone")
    assert await customizations.previews(db, confirmed) == customizations.Previews("failed", [made], "font_missing: Gone")
    # asked for once more, the newest counts
    third = await composites.request(
        db, store.id, confirmed.id, await db.fetchval("select template_version_id from composite_tasks where id = $1", first)
    )
    assert (await customizations.previews(db, confirmed)).state == "drawing"
    work = await composites.start(db, store.id, third)
    await composites.reuse(db, store.id, third, work.fence, "r" * 64)
    assert await customizations.previews(db, confirmed) == customizations.Previews("ready", [made, made], "")
    assert (await customizations.described(db, confirmed, "en")).effects == [made, made]


async def test_without_preview_templates_there_is_nothing_to_wait_for(db):
    store = await new_store(db)
    await sell(db, store.id, form(NAME))
    confirmed = await customizations.confirm(db, store.id, "MUG-1", "en", {"name": "A"})
    assert await customizations.previews(db, confirmed) == customizations.Previews("ready", [], "")
