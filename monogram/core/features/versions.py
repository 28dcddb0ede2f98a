"""A feature's versions and their templates: drafted, published, read. What is published never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monogram.core import files
from monogram.core.db import Db
from monogram.core.errors import Invalid, NotFound
from monogram.core.files import File
from monogram.render import document as documents
from monogram.render.errors import RenderError

from . import checks
from .definition import Definition, ImageSwatchComponent, dump, parse

PRODUCTION, PREVIEW = 1, 2


@dataclass(frozen=True)
class Feature:
    store_id: int
    id: int
    title: str
    published_version_id: int | None  # what shoppers get now
    created_at: datetime


@dataclass(frozen=True)
class Template:
    """A template as it is handed in. `document` is a design document as JSON data.

    template_id: which template this is a new version of; None for a new one
    """

    title: str
    usage: int  # PRODUCTION or PREVIEW
    document: dict[str, Any]
    template_id: int | None = None


@dataclass(frozen=True)
class TemplateVersion:
    id: int
    template_id: int  # the same through all versions of the feature
    title: str
    usage: int
    document: dict[str, Any]


@dataclass(frozen=True)
class FeatureVersion:
    store_id: int
    id: int
    feature_id: int
    number: int
    definition: Definition
    published_at: datetime | None
    templates: tuple[TemplateVersion, ...]


_FEATURE = "store_id, id, title, published_version_id, created_at"


async def create(db: Db, store_id: int, title: str) -> Feature:
    if not title.strip() or len(title) > 200 or "\0" in title:
        raise Invalid({"title": "must have 1 to 200 characters"})
    row = await db.fetchrow(f"insert into features (store_id, title) values ($1, $2) returning {_FEATURE}", store_id, title)
    return Feature(*row)


async def get(db: Db, store_id: int, feature_id: int | None) -> Feature:
    row = await db.fetchrow(f"select {_FEATURE} from features where store_id = $1 and id = $2", store_id, feature_id)
    if row is None:
        raise NotFound("feature", feature_id)
    return Feature(*row)


async def draft(db: Db, store_id: int, feature_id: int, definition: Any, templates: list[Template]) -> FeatureVersion:
    """Keeps a form and its templates as the feature's unpublished version, in place of an earlier unpublished one.

    definition: JSON data of a `Definition`. Raises Invalid for what has no right shape, by path (`steps[0]…`,
    `templates[1].document`); whether it can be published is for `publish` to say. NotFound for another store's feature.
    """
    faults = await _shape_faults(db, store_id, feature_id, definition, templates)
    if faults:
        raise Invalid(faults)
    # the feature's row orders those who draft and publish at the same time
    if await db.fetchval("select 1 from features where store_id = $1 and id = $2 for update", store_id, feature_id) is None:
        raise NotFound("feature", feature_id)
    version_id = await db.fetchval(
        "select id from feature_versions where store_id = $1 and feature_id = $2 and published_at is null", store_id, feature_id
    )
    content = dump(parse(definition))
    if version_id is None:
        version_id = await db.fetchval(
            """insert into feature_versions (store_id, feature_id, number, definition)
               select $1, $2, coalesce(max(number), 0) + 1, $3 from feature_versions where store_id = $1 and feature_id = $2
               returning id""",
            store_id, feature_id, content,
        )
    else:
        await db.execute(
            "update feature_versions set definition = $3 where store_id = $1 and id = $2", store_id, version_id, content
        )
        await db.execute("delete from template_versions where store_id = $1 and feature_version_id = $2", store_id, version_id)
    await db.executemany(
        """insert into template_versions (store_id, template_id, feature_version_id, position, title, usage, document)
           values ($1, coalesce($2, nextval('ids')), $3, $4, $5, $6, $7)""",
        [(store_id, template.template_id, version_id, position, template.title, template.usage, template.document)
         for position, template in enumerate(templates)],
    )
    return await version(db, store_id, version_id)


async def _shape_faults(db: Db, store_id: int, feature_id: int, definition: Any, templates: list[Template]) -> dict[str, str]:
    faults: dict[str, str] = {}
    try:
        parse(definition)
    except Invalid as error:
        faults |= error.fields
    known = await db.fetch(
        """select distinct t.template_id from template_versions t
           join feature_versions v on v.store_id = t.store_id and v.id = t.feature_version_id
           where v.store_id = $1 and v.feature_id = $2""",
        store_id, feature_id,
    )
    free = {row["template_id"] for row in known}
    for i, template in enumerate(templates):
        if not template.title.strip() or len(template.title) > 200 or "\0" in template.title:
            faults[f"templates[{i}].title"] = "must have 1 to 200 characters"
        if template.usage not in (PRODUCTION, PREVIEW):
            faults[f"templates[{i}].usage"] = "must be 1 (production) or 2 (preview)"
        if template.template_id is not None and template.template_id not in free:
            faults[f"templates[{i}].templateId"] = "is no template of this feature, or stands here twice"
        free.discard(template.template_id)
        try:
            documents.parse(template.document)
        except RenderError as error:
            faults[f"templates[{i}].document"] = error.message
    return faults


async def publish(db: Db, store_id: int, version_id: int) -> FeatureVersion:
    """Makes a version what shoppers get; its SKUs become integrated. From then on it never changes.

    A version that was published before becomes current again. Raises NotFound, or Invalid with all that is wrong.
    """
    found = await version(db, store_id, version_id)
    await db.execute("select 1 from features where store_id = $1 and id = $2 for update", store_id, found.feature_id)
    found = await version(db, store_id, version_id)  # as the holder of the feature's row sees it
    if found.published_at is None:
        await _complete(db, found)
        await db.execute(
            "update feature_versions set published_at = now() where store_id = $1 and id = $2", store_id, version_id
        )
    await db.execute(
        "update features set published_version_id = $3 where store_id = $1 and id = $2", store_id, found.feature_id, version_id
    )
    await db.execute(
        """update skus set integrated_status = 3, updated_at = now()
           where store_id = $1 and feature_id = $2 and integrated_status = 2""",
        store_id, found.feature_id,
    )
    return await version(db, store_id, version_id)


async def _complete(db: Db, found: FeatureVersion) -> None:
    """Checks the whole version, then keeps its documents in the form they are drawn from."""
    parsed = [documents.parse(template.document) for template in found.templates]
    findings = checks.check(found.definition, parsed)
    wanted = set(findings.files.values())
    missing = wanted - set(await files.by_hashes(db, found.store_id, list(wanted)))
    for path, sha256 in findings.files.items():
        if sha256 in missing:
            findings.fault(path, f"the store has no file with the SHA-256 {sha256}")
    if findings.faults:
        raise Invalid(findings.faults)
    await db.executemany(
        "update template_versions set document = $3 where store_id = $1 and id = $2",
        [(found.store_id, template.id, documents.dump(checks.complete(found.definition, document)))
         for template, document in zip(found.templates, parsed, strict=True)],
    )


async def version(db: Db, store_id: int, version_id: int | None) -> FeatureVersion:
    """One version, published or not. NotFound for another store's."""
    row = await db.fetchrow(
        """select store_id, id, feature_id, number, definition, published_at
           from feature_versions where store_id = $1 and id = $2""",
        store_id, version_id,
    )
    if row is None:
        raise NotFound("feature version", version_id)
    rows = await db.fetch(
        """select id, template_id, title, usage, document from template_versions
           where store_id = $1 and feature_version_id = $2 order by position""",
        store_id, version_id,
    )
    values = dict(row) | {"definition": parse(row["definition"])}
    return FeatureVersion(**values, templates=tuple(TemplateVersion(*template) for template in rows))


async def option_images(db: Db, version: FeatureVersion) -> dict[str, File]:
    """The pictures of the form's image swatches, by SHA-256."""
    wanted = [o.image for c in version.definition.named().values() if isinstance(c, ImageSwatchComponent)
              for o in c.options]
    return await files.by_hashes(db, version.store_id, wanted)


async def template_images(db: Db, version: FeatureVersion) -> dict[str, File]:
    """The files that the templates list, by SHA-256."""
    return await files.by_hashes(db, version.store_id, [
        asset["sha256"] for template in version.templates for asset in template.document.get("assets", {}).values()])


async def get_published(db: Db, store_id: int, feature_id: int | None) -> FeatureVersion:
    """What shoppers get now. NotFound while nothing was published."""
    version_id = (await get(db, store_id, feature_id)).published_version_id
    if version_id is None:
        raise NotFound("published version of the feature", feature_id)
    return await version(db, store_id, version_id)
