"""Customizations: a shopper's confirmed answers, pinned to the feature version, fonts and files they were given with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from . import composites, features, files, font_books, languages, skus
from .db import Db
from .errors import Conflict, Invalid, NotFound
from .features import Definition, FeatureVersion
from .features.answers import Answer, Refused, accept_all, check_photo
from .features.definition import Component, ListComponent, LongTextComponent, PhotoComponent, TextComponent
from .files import File
from .font_books import FontBookPin


@dataclass(frozen=True)
class Customization:
    """`answers`: component key -> text, number, bool, {"file", "sha256", "crop", "rotation", "flipX", "flipY"}, or a list of
    such answers by key."""

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
    for component, answered, path in _photos(version.definition.components(), accepted, "answers."):
        try:
            answered[component.key] = await _photo(db, found.store_id, component, answered[component.key])
        except Refused as error:
            faults[path] = str(error)
            del answered[component.key]
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


def _photos(components: Iterable[Component], answers: dict[str, Any],
            path: str) -> list[tuple[PhotoComponent, dict[str, Any], str]]:
    """Each photo answered: its component, the answers it is among, and what its faults are told by."""
    found = []
    for component in components:
        if component.key not in answers:
            continue
        if isinstance(component, PhotoComponent):
            found.append((component, answers, path + component.key))
        elif isinstance(component, ListComponent):
            for number, entry in enumerate(answers[component.key]):
                found += _photos(component.components, entry, f"{path}{component.key}[{number}].")
    return found


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
    all else stays: text, number, bool, a day as ISO text, an option's value; a list has the same by key for each entry. What
    the shopper left open (or never saw) is None, not absent: a template's sample must never be printed."""
    return _values(definition.components(), answers)


def _values(components: Iterable[Component], answers: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for component in components:
        answer = answers.get(component.key)
        if isinstance(component, PhotoComponent) and answer is not None:
            answer = {"asset": answer["sha256"]} | {name: answer[name] for name in answer if name not in ("file", "sha256")}
        elif isinstance(component, ListComponent) and answer is not None:
            answer = [_values(component.components, entry) for entry in answer]
        found[component.key] = answer
    return found


async def described(db: Db, customization: Customization, lang: str) -> CustomizationView:
    """The answers as people read them: labels in `lang` by the chain of `languages.fallbacks`, files looked up."""
    version = await features.version(db, customization.store_id, customization.feature_version_id)
    language = languages.find(lang)
    code = language.code if language else languages.DEFAULT
    images, texts, stored = [], [], []
    for item in _items(version.definition, customization.answers, code):
        component, answer = item.component, item.answer
        if isinstance(component, PhotoComponent):
            value = await files.by_token(db, answer["file"])
            images.append(value)
        else:
            value = _text(answer)
        if isinstance(component, (TextComponent, LongTextComponent)):
            texts.append(value)
        stored.append(_stored(item, value))
    return CustomizationView(customization, await previews(db, customization), images, texts, stored)


@dataclass(frozen=True)
class _Item:
    """An answer as `stores` lists it. name: `name`, or `people.2.name` in the second entry of the list `people`."""

    component: Component
    answer: Answer
    id: str
    name: str
    label: str


def _items(definition: Definition, answers: dict[str, Any], code: str) -> Iterator[_Item]:
    """Every answer in the form's order; of a list, those of the first entry, then those of the second, and so on."""
    for component in definition.components():
        if component.key not in answers:
            continue
        answer, label = answers[component.key], languages.choose(component.label, code)
        if not isinstance(component, ListComponent):
            yield _Item(component, answer, component.id, component.key, label)
            continue
        for number, entry in enumerate(answer, 1):
            for inner in component.components:
                if inner.key in entry:
                    yield _Item(inner, entry[inner.key], f"{inner.id}.{number}", f"{component.key}.{number}.{inner.key}",
                                f"{label} {number}: {languages.choose(inner.label, code)}")


def _stored(item: _Item, value: str | File) -> StoredValue:
    kind = {bool: "boolean", int: "number", float: "number", dict: "image"}.get(type(item.answer), "string")
    return StoredValue(id=item.id, key="value", label=item.label, module_type=item.component.wire, property_name=item.name,
                       type=kind, value=value)


def _text(answer: Answer) -> str:
    """Any answer as text: JSON's own words for yes, no and numbers."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return answer if isinstance(answer, str) else f"{answer:.15g}"
