"""A variable font in a template: drawn at any place on its axes, by the file that the answers were confirmed with."""

from monogram.core import font_books
from tests.shops import document

SERIF = {"family": "Source Serif 4", "weight": 650, "axes": {"opsz": 60}}


def with_serif() -> dict:
    plain = document()
    return plain | {"layers": [layer | ({"font": SERIF} if layer["type"] == "text" else {}) for layer in plain["layers"]]}


async def _book_with(bench, custom: int, change: dict) -> None:
    """Pins the answers to the book with Source Serif 4's files changed."""
    faces = font_books.current().faces
    changed = [family | {"faces": [face | change if family["family"] == SERIF["family"] else face for face in family["faces"]]}
               for family in faces["families"]]
    await bench.pool.execute("insert into font_books values ('other', $1)", faces | {"families": changed})
    await bench.pool.execute("update customizations set font_book = 'other' where id = $1", custom)


async def test_a_weight_between_is_drawn_and_its_axes_kept(bench):
    bench.start_worker()
    shop = await bench.open_shop(production=with_serif())
    done = await bench.ended(shop, await bench.ask(shop, await bench.confirm(shop)))
    assert (done.status, done.failed_reason) == (2, "")
    (font,) = (await bench.pool.fetchval("select lineage from production_files"))["report"]["fonts"]
    assert (font["family"], font["weight"], font["axes"]) == (SERIF["family"], 650, {"opsz": 60, "wght": 650})


async def test_another_file_than_the_shopper_saw_is_refused(bench):
    bench.start_worker()
    shop = await bench.open_shop(production=with_serif())
    custom = await bench.confirm(shop)
    await _book_with(bench, custom, {"sha256": "0" * 64})
    failed = await bench.ended(shop, await bench.ask(shop, custom))
    assert failed.status == 3 and "font_changed" in failed.failed_reason and "Source Serif 4 650" in failed.failed_reason
