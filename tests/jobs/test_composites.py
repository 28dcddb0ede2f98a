"""A composite task through the real worker: into a file, or failed with the part named."""

from __future__ import annotations

import hashlib
import signal

from monogram.core import composites, customizations, features, files, font_books
from tests.shops import SKU, confirm, document, open_shop

from .conftest import slow

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)  # fmt: skip


def with_image(sha256: str) -> dict:
    layers = [{"id": "picture", "type": "image", "asset": "clip-art", "x": 0, "y": 0, "width": 100, "height": 80}]
    return document(assets={"clip-art": {"sha256": sha256}}, layers=document()["layers"] + layers)


async def test_answers_become_a_stored_png_and_sigterm_ends_the_worker(bench):
    worker = bench.start_worker()
    shop = await bench.open_shop()
    done = await bench.ended(shop, await bench.ask(shop, await bench.confirm(shop)))
    assert (done.status, done.failed_reason) == (2, "")
    data = (bench.folder / done.file.sha256[:2] / done.file.sha256).read_bytes()
    assert hashlib.sha256(data).hexdigest() == done.file.sha256 and data.startswith(b"\x89PNG")
    assert (done.file.width, done.file.height, done.file.size) == (240, 80, len(data))
    lineage = await bench.pool.fetchval("select lineage from production_files")
    assert lineage["templateVersionId"] == shop.production_id and lineage["engine"].startswith("monogram-render")
    assert lineage["report"]["fonts"][0]["family"] == "Noto Sans"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert await bench.pool.fetchval("select count(*) from procrastinate_jobs where task_name = 'render_composite'") == 0


async def test_the_same_answers_are_the_same_file_and_drawn_once(bench):
    bench.start_worker()
    shop = await bench.open_shop()
    custom = await bench.confirm(shop)
    tasks = [await bench.ask(shop, each) for each in (custom, custom, await bench.confirm(shop))]
    first, again, twin = [await bench.ended(shop, task) for task in tasks]
    assert first.file == again.file == twin.file
    assert await bench.pool.fetchval("select count(*) from files") == len(bench.objects()) == 1
    other = await bench.ended(shop, await bench.ask(shop, await bench.confirm(shop, "Grace")))
    assert other.file.sha256 != first.file.sha256


async def _with_clip_art(bench) -> tuple:
    storage = files.open_storage(bench.settings.storage)
    sha256 = hashlib.sha256(PIXEL).hexdigest()
    shop = await bench.open_shop()
    async with bench.pool.acquire() as connection, connection.transaction():
        await files.add(connection, storage, shop.store_id, PIXEL, "image/png", width=1, height=1)
        version = await features.version(connection, shop.store_id, shop.feature_version_id)
        template = features.Template("Wrap", features.PRODUCTION, with_image(sha256))
        form = features.dump(version.definition)
        drafted = await features.draft(connection, shop.store_id, shop.feature_id, form, [template])
        published = await features.publish(connection, shop.store_id, drafted.id)
        custom = await confirm(connection, shop)
    return shop, custom, published.templates[0].id, bench.folder / sha256[:2] / sha256


async def _ask(bench, shop, custom: int, composite: int):
    async with bench.pool.acquire() as connection, connection.transaction():
        task = await composites.create(connection, shop.merchant_id, custom, composite)
    return await bench.ended(shop, task.id)


async def test_a_file_that_is_gone_or_changed_is_named_not_left_out(bench):
    bench.start_worker()
    shop, custom, composite, path = await _with_clip_art(bench)
    path.write_bytes(PIXEL + b"!")
    damaged = await _ask(bench, shop, custom, composite)
    assert damaged.status == 3 and "image_damaged" in damaged.failed_reason and "clip-art" in damaged.failed_reason
    path.unlink()
    missing = await _ask(bench, shop, custom, composite)
    assert missing.status == 3 and "image_missing" in missing.failed_reason and "clip-art" in missing.failed_reason
    path.write_bytes(PIXEL)
    assert (await _ask(bench, shop, custom, composite)).status == 2


async def test_another_font_than_the_shopper_saw_is_refused_by_name(bench):
    bench.start_worker()
    shop = await bench.open_shop()
    custom = await bench.confirm(shop)
    faces = font_books.current().faces
    other = {"sha256": "0" * 64}
    changed = [
        family | {"faces": [face | other if family["family"] == "Noto Sans" else face for face in family["faces"]]}
        for family in faces["families"]
    ]
    await bench.pool.execute("insert into font_books values ('other', $1)", faces | {"families": changed})
    await bench.pool.execute("update customizations set font_book = 'other' where id = $1", custom)
    failed = await bench.ended(shop, await bench.ask(shop, custom))
    assert failed.status == 3 and "font_changed" in failed.failed_reason and "Noto Sans 400" in failed.failed_reason


async def test_storage_that_is_away_is_waited_for(bench):
    shop = await bench.open_shop()
    custom = await bench.confirm(shop)
    bench.start_worker()
    await bench.ended(shop, await bench.ask(shop, custom))
    away = bench.folder.rename(bench.folder.with_name("away"))
    bench.folder.write_text("not a folder")
    task = await bench.ask(shop, await bench.confirm(shop, "Grace"))
    await bench.begun(task, 2)
    assert (await bench.task(shop, task)).status == 1
    bench.folder.unlink()
    away.rename(bench.folder)
    assert (await bench.ended(shop, task)).status == 2
    assert await bench.pool.fetchval("select crashes from composite_tasks where id = $1", task) == 0


async def test_a_drawing_does_not_stop_the_heart(bench):
    shop = await bench.open_shop(slow())
    bench.start_worker()
    task = await bench.ask(shop, await bench.confirm(shop))
    await bench.begun(task)
    oldest = 0.0
    while (await bench.task(shop, task)).status == 1:
        age = await bench.pool.fetchval("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        oldest = max(oldest, float(age))
    assert 3 <= oldest < 6, "a sign of life each 3 seconds while it draws"


async def test_a_preview_brings_what_preflight_finds_in_the_prints(bench):
    """The small preview is fine; the print would be small and, for Chinese shoppers, is told of in Chinese."""
    bench.start_worker()
    tiny = document(layers=[document()["layers"][0] | {"size": 3}])
    async with bench.pool.acquire() as connection, connection.transaction():
        shop = await open_shop(connection, production=tiny)
        custom = (await customizations.confirm(connection, shop.store_id, SKU, "zh_CN", {"name": "Ada"})).id
    task = await bench.pool.fetchval("select id from composite_tasks where customization_id = $1", custom)
    assert (await bench.ended(shop, task)).status == 2
    async with bench.pool.acquire() as connection:
        found = (await customizations.get_public(connection, shop.store_id, custom))
        (finding,) = (await customizations.previews(connection, found)).findings
    assert (finding["code"], finding["severity"], finding["layer"]) == ("text_small", "warn", "name")
    assert "太小" in finding["shopper"]["zh"] and "3 points" in finding["merchant"]["en"]
    printed = await bench.ended(shop, await bench.ask(shop, custom))
    assert printed.status == 2, "a warning does not stop a print"
    lineages = await bench.pool.fetch("select lineage from production_files order by created_at")
    assert [len(row["lineage"].get("findings", [])) for row in lineages] == [0, 1]


async def test_a_finding_that_refuses_fails_the_print_with_its_words(bench):
    bench.start_worker()
    rules = {"preflight": {"rules": {"textPoints": {"refuse": 40}}}}
    shop = await bench.open_shop(document() | rules)
    failed = await bench.ended(shop, await bench.ask(shop, await bench.confirm(shop)))
    assert failed.status == 3 and failed.failed_reason.startswith("text_small: Layer name: the text is set at 32")
