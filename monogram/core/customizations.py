"""Customizations: a shopper's confirmed answers, pinned to the feature version, fonts and files they were given with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from . import composites, features, files, font_books, languages, skus
from .db import Db
from .errors import Conflict, Invalid, NotFound
from .features import Definition, FeatureVersion
from .features.answers import Answer, Refused, accept_all, check_photo
from .features.definition import Component, LongTextComponent, PhotoComponent, TextComponent
from .files import File
from .font_books import FontBookPin


@dataclass(frozen=True)
class Customization:
    """`answers`: component key -> text, number, bool, or {"file", "sha256", "crop", "rotation", "flipX", "flipY"}."""

    store_id: int
    id: int
    sku: str
    feature_id: int
    feature_version_id: int
    font_book: str
    lang: str
    answers: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Previews:
    """How far the pictures of the finished product are. `effects` are those drawn, in the templates' order."""

    state: Literal["drawing", "ready", "failed"]
    effects: list[File]
    failed_reason: str  # empty unless failed
    findings: tuple[dict[str, Any], ...] = ()  # of preflight, with words in English and Chinese


@dataclass(frozen=True)
class StoredValue:
    """One component's answer as the API lists it under `stores`."""

    id: str  # the component's
    key: str
    label: str
    module_type: str
    property_name: str
    type: str
    value: str | File


@dataclass(frozen=True)
class CustomizationView:
    customization: Customization
    previews: Previews
    images: list[File]
    texts: list[str]
    stores: list[StoredValue]

    @property
    def effects(self) -> list[File]:
        return self.previews.effects


_COLUMNS = "c.store_id, c.id, c.sku, c.feature_id, c.feature_version_id, c.font_book, c.lang, c.answers, c.created_at"


@dataclass(frozen=True)
class Accepted:
    """Answers held against the form that shoppers get now. `answers` are those that count, as a customization keeps them;
    `faults` by `answers.<key>` what is wrong with others, in words for the shopper."""

    sku: str
    lang: str
    version: FeatureVersion
    answers: dict[str, Any]
    faults: dict[str, str]

    @property
    def values(self) -> dict[str, Any]:
        return values(self.answers, self.version.definition)

    def documents(self, usage: int = features.PRODUCTION) -> list[dict[str, Any]]:
        """Of the templates that the answers are put in."""
        return [template.document for template in self.version.templates if template.usage == usage]


async def accept(db: Db, store_id: int | None, sku: str, lang: str, answers: Any) -> Accepted:
    """What counts of a shopper's answers; nothing is kept.

    lang:    any code of a language that `languages.find` knows
    answers: JSON data: component key -> answer; unknown keys and hidden components' answers are dropped

    Raises NotFound for a SKU without a published feature, Invalid for what can be no answers at all.
    """
    found = await skus.get(db, store_id, sku)
    version = await features.get_published(db, found.store_id, found.feature_id)
    language = languages.find(lang)
    if language is None:
        raise Invalid({"lang": "is not one of the 27 language codes, such as en_US"})
    if not isinstance(answers, dict):
        raise Invalid({"answers": "must be an object of component keys and answers"})
    accepted, faults = accept_all(version.definition, answers)
    for component in version.definition.components():
        if isinstance(component, PhotoComponent) and component.key in accepted:
            try:
                accepted[component.key] = await _photo(db, found.store_id, component, accepted[component.key])
            except Refused as error:
                faults[f"answers.{component.key}"] = str(error)
                del accepted[component.key]
    return Accepted(sku, language.code, version, accepted, faults)


async def confirm(db: Db, store_id: int | None, sku: str, lang: str, answers: Any,
                  font_book: FontBookPin | None = None, version_id: int | None = None) -> Customization:
    """Keeps a shopper's answers and asks for the previews, all in the caller's transaction. Raises as `accept`, Invalid with
    every fault, and Conflict when another version than `version_id`, by which the answers were examined, is current.

    font_book: the one the answers were drawn with, by default this installation's
    """
    accepted = await accept(db, store_id, sku, lang, answers)
    if accepted.faults:
        raise Invalid(accepted.faults)
    version = accepted.version
    if version_id not in (None, version.id):
        raise Conflict("form", "it was published anew in this very moment; look at it again and confirm once more")
    pin = font_book or font_books.current()
    await font_books.keep(db, pin)
    row = await db.fetchrow(
        f"""insert into customizations as c (store_id, id, sku, feature_id, feature_version_id, font_book, lang, answers)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning {_COLUMNS}""",
        version.store_id, _unguessable_id(), sku, version.feature_id, version.id, pin.digest, accepted.lang, accepted.answers,
    )
    customization = Customization(*row)
    await _request_previews(db, customization, version)
    return customization


def _unguessable_id() -> int:
    """15 digits from the system's secure source: whoever holds the id may read the customization."""
    return 10**14 + secrets.randbelow(9 * 10**14)


async def _photo(db: Db, store_id: int, component: PhotoComponent, answer: Answer) -> dict[str, Any]:
    """The answer with its file's hash, so that it stays pinned to the very bytes. Raises Refused."""
    # by token, not by id: ids can be counted up, and would open the photos of other shoppers
    try:
        file = await files.by_token(db, answer["file"])
    except NotFound:
        file = None
    if file is None or file.store_id != store_id:
        raise Refused("Add the photo again: it did not arrive.")
    if file.width is None or file.height is None:
        raise Refused("Add the photo again: this file is not a photo.")
    check_photo(component, answer, file.media_type, file.width, file.height)
    return answer | {"sha256": file.sha256}


async def _request_previews(db: Db, customization: Customization, version: FeatureVersion) -> None:
    for template in version.templates:
        if template.usage == features.PREVIEW:
            await composites.request(db, customization.store_id, customization.id, template.id)


async def get(db: Db, merchant_id: int, customization_id: int | None) -> Customization:
    """A merchant's own customization; NotFound for any other."""
    return _found(await db.fetchrow(
        f"select {_COLUMNS} from customizations c join stores s on s.id = c.store_id where c.id = $2 and s.merchant_id = $1",
        merchant_id, customization_id,
    ), customization_id)


async def get_public(db: Db, store_id: int | None, customization_id: int | None) -> Customization:
    """A customization by its unguessable id, which is the right to see it."""
    return _found(await db.fetchrow(
        f"select {_COLUMNS} from customizations c where c.store_id = $1 and c.id = $2", store_id, customization_id
    ), customization_id)


def _found(row, key: object) -> Customization:
    if row is None:
        raise NotFound("customization", key)
    return Customization(*row)


async def previews(db: Db, customization: Customization) -> Previews:
    """The newest task of each preview template, taken together: one that failed is told first."""
    rows = await db.fetch(
        """select t.status, t.failed_reason, f.store_id, f.id, f.token, f.sha256, f.media_type, f.size, f.width, f.height,
                  t.findings
           from template_versions v
           join lateral (
               select * from composite_tasks t where t.store_id = v.store_id and t.customization_id = $2
               and t.template_version_id = v.id order by t.id desc limit 1
           ) t on true
           left join production_files p on p.store_id = t.store_id and p.recipe = t.recipe
           left join files f on f.store_id = p.store_id and f.id = p.file_id
           where v.store_id = $1 and v.feature_version_id = $3 and v.usage = 2 order by v.position""",
        customization.store_id, customization.id, customization.feature_version_id,
    )
    statuses = {row["status"] for row in rows}
    reasons = "; ".join(dict.fromkeys(row["failed_reason"] for row in rows if row["status"] == composites.FAILED))
    state = "failed" if composites.FAILED in statuses else "drawing" if composites.RUNNING in statuses else "ready"
    effects = [File(*tuple(row)[2:10]) for row in rows if row["status"] == composites.DONE]
    return Previews(state, effects, reasons, tuple(finding for row in rows for finding in row["findings"]))


def values(answers: dict[str, Any], definition: Definition) -> dict[str, Any]:
    """Stored answers as the renderer's values: photos become {"asset": <SHA-256>, "crop", "rotation", "flipX", "flipY"},
    all else stays: text, number, bool, a day as ISO text, an option's value. What the shopper left open (or never saw)
    is None, not absent: a template's sample must never be printed."""
    found = {}
    for component in definition.components():
        answer = answers.get(component.key)
        if isinstance(component, PhotoComponent) and answer is not None:
            answer = {"asset": answer["sha256"]} | {name: answer[name] for name in answer if name not in ("file", "sha256")}
        found[component.key] = answer
    return found


async def described(db: Db, customization: Customization, lang: str) -> CustomizationView:
    """The answers as people read them: labels in `lang` by the chain of `languages.fallbacks`, files looked up."""
    version = await features.version(db, customization.store_id, customization.feature_version_id)
    language = languages.find(lang)
    code = language.code if language else languages.DEFAULT
    answered = [c for c in version.definition.components() if c.key in customization.answers]
    images, texts, stored = [], [], []
    for component in answered:
        answer = customization.answers[component.key]
        if isinstance(component, PhotoComponent):
            value = await files.by_token(db, answer["file"])
            images.append(value)
        else:
            value = _text(answer)
        if isinstance(component, (TextComponent, LongTextComponent)):
            texts.append(value)
        stored.append(_stored(component, value, answer, code))
    return CustomizationView(customization, await previews(db, customization), images, texts, stored)


def _stored(component: Component, value: str | File, answer: Answer, code: str) -> StoredValue:
    kind = {bool: "boolean", int: "number", float: "number", dict: "image"}.get(type(answer), "string")
    return StoredValue(
        id=component.id, key="value", label=languages.choose(component.label, code), module_type=component.wire,
        property_name=component.key, type=kind, value=value,
    )


def _text(answer: Answer) -> str:
    """Any answer as text: JSON's own words for yes, no and numbers."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return answer if isinstance(answer, str) else f"{answer:.15g}"
