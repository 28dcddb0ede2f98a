"""The shapes of our own API, written out key by key. Ids are text: JavaScript reads them without loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monogram.core import features, files, findings, languages
from monogram.core.customizations import Accepted, Customization, CustomizationView, Previews
from monogram.core.features import FeatureVersion, TemplateVersion, dump
from monogram.core.features.answers import default_of
from monogram.core.features.definition import (
    CheckboxComponent,
    ColorSwatchComponent,
    Component,
    DateComponent,
    DropdownComponent,
    ImageSwatchComponent,
    ListComponent,
    LongTextComponent,
    NumberComponent,
    Option,
    PhotoComponent,
    TextComponent,
)
from monogram.core.files import File
from monogram.core.font_books import FontBookPin
from monogram.core.languages import Language
from monogram.core.skus import Sku
from monogram.live import PictureFacts
from monogram.state import State


@dataclass(frozen=True)
class Pictures:
    """The files of the form's swatches, by SHA-256, and the state that knows their addresses."""

    state: State
    files: dict[str, File]


def feature(sku: Sku, version: FeatureVersion, language: Language, pictures: Pictures) -> dict[str, Any]:
    return {
        "storeId": str(sku.store_id),
        "sku": sku.sku,
        "featureId": str(version.feature_id),
        "versionId": str(version.id),
        "title": sku.feature_title,
        "lang": language.code,
        "direction": language.direction,
        "steps": [
            {
                "id": step.id,
                "title": languages.choose(step.title, language.code),
                "components": [_component(component, language.code, pictures) for component in step.components],
            }
            for step in version.definition.steps
        ],
        "templates": [_template(template) for template in version.templates],
    }


def _component(component: Component, lang: str, pictures: Pictures) -> dict[str, Any]:
    return {
        "id": component.id,
        "key": component.key,
        "label": languages.choose(component.label, lang),
        "help": languages.choose(component.help, lang),
        "required": component.required,
        "showWhen": None if component.show_when is None else dump(component.show_when),
        **_particulars(component, lang, pictures),
    }


def _particulars(component: Component, lang: str, pictures: Pictures) -> dict[str, Any]:
    match component:
        case TextComponent():
            return {"kind": "text", **_text_limits(component)}
        case LongTextComponent():
            return {"kind": "long_text", **_text_limits(component), "maxLines": component.max_lines}
        case DropdownComponent():
            options = [_option(option, lang) for option in component.options]
            return {"kind": "dropdown", "options": options, "default": component.default}
        case ColorSwatchComponent():
            options = [_option(option, lang) | {"color": option.color} for option in component.options]
            return {"kind": "color_swatch", "options": options, "default": component.default}
        case ImageSwatchComponent():
            options = [_option(option, lang) | {"image": _picture(option.image, pictures)} for option in component.options]
            return {"kind": "image_swatch", "options": options, "default": component.default}
        case CheckboxComponent():
            return {"kind": "checkbox", "default": component.default}
        case PhotoComponent():
            return {"kind": "photo", **_photo_limits(component)}
        case NumberComponent():
            return {"kind": "number", "min": component.min, "max": component.max, "step": component.step,
                    "default": component.default}
        case DateComponent():
            return {"kind": "date", "earliest": component.earliest, "latest": component.latest, "default": component.default}
        case ListComponent():
            return {"kind": "list", "components": [_component(inner, lang, pictures) for inner in component.components],
                    "minEntries": component.min_entries, "maxEntries": component.max_entries}


def _text_limits(component: TextComponent | LongTextComponent) -> dict[str, Any]:
    return {
        "minLength": component.min_length,
        "maxLength": component.max_length,
        "characters": component.characters,
        "also": component.also,
        "default": component.default,
    }


def _photo_limits(component: PhotoComponent) -> dict[str, Any]:
    aspect = component.aspect
    return {
        "aspect": None if aspect is None else {"width": aspect.width, "height": aspect.height},
        "minWidth": component.min_width,
        "minHeight": component.min_height,
        "accept": list(component.accept),
    }


def _option(option: Option, lang: str) -> dict[str, Any]:
    return {"value": option.value, "label": languages.choose(option.label, lang)}


def _picture(sha256: str, pictures: Pictures) -> dict[str, Any]:
    file = pictures.files[sha256]
    return {"url": pictures.state.url(files.path(file)), "width": file.width, "height": file.height}


def _template(template: TemplateVersion) -> dict[str, Any]:
    canvas = template.document["canvas"]
    return {
        "id": str(template.id),
        "templateId": str(template.template_id),
        "title": template.title,
        "usage": template.usage,
        "canvas": {"width": canvas["width"], "height": canvas["height"], "dpi": canvas.get("dpi", 300)},
    }


def upload(state: State, file: File) -> dict[str, Any]:
    return {
        "id": file.token,  # what an answer names the photo by; cannot be guessed
        "width": file.width,
        "height": file.height,
        "url": state.url(files.path(file, "photo")),
    }


def confirmed(customization: Customization, previews: Previews) -> dict[str, Any]:
    return {"id": str(customization.id), "previewState": previews.state}


def customization(state: State, view: CustomizationView) -> dict[str, Any]:
    return {
        "id": str(view.customization.id),
        "previewState": view.previews.state,
        "failedReason": view.previews.failed_reason,
        "effects": [state.url(files.path(file, "preview")) for file in view.previews.effects],
        "texts": view.texts,
        "images": [state.url(files.path(file, "photo")) for file in view.images],
        "findings": [_finding(finding, view.customization.lang) for finding in view.previews.findings],
    }


def _finding(finding: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "code": finding["code"],
        "severity": finding["severity"],
        "layer": finding["layer"],
        "message": findings.words(finding, lang),
    }


def finding(found: dict[str, Any], accepted: Accepted) -> dict[str, Any]:
    """While somebody edits: in both languages, with the answers that it is about."""
    return _finding(found, accepted.lang) | {
        "messages": {"en": findings.words(found, "en"), "zh": findings.words(found, "zh")},
        "components": findings.components(accepted.version, found),
    }


def picture(state: State, file: File, facts: PictureFacts) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
        "width": facts.width,
        "height": facts.height,
        "url": state.url(files.path(file)),
        # a decoder of one's own gives the very pixels that are printed; otherwise they are at `picture`/pixels
        "exact": facts.exact,
        "picture": state.url(f"/api/stores/{file.store_id}/pictures/{file.token}"),
    }


def art(state: State, file: File, width: float, height: float) -> dict[str, Any]:
    return {"sha256": file.sha256, "width": width, "height": height, "url": state.url(files.path(file))}


def kit(state: State, version: FeatureVersion, pictures: dict[str, File], facts: dict[str, PictureFacts],
        book: FontBookPin) -> dict[str, Any]:
    """All that a browser draws by. An asset that is no raster picture has an address only: it stays with the server."""
    store = f"/api/stores/{version.store_id}"
    return {
        "versionId": str(version.id),
        "fontBook": book.digest,
        "components": [_answered(component) for component in version.definition.components()],
        "templates": [_drawn(state, template, pictures, facts, book) for template in version.templates],
        "addresses": {
            "book": state.url(f"/api/fonts/books/{book.digest}"),
            "fonts": state.url("/api/fonts"),
            "breaks": state.url("/api/breaks"),
            "gamuts": state.url("/api/gamuts"),
            "pictures": state.url(f"{store}/pictures"),
            "nodes": state.url(f"{store}/nodes"),
            "findings": state.url(f"{store}/findings"),
        },
    }


def _answered(component: Component) -> dict[str, Any]:
    """What it takes to tell which answers count."""
    default = default_of(component)
    inner = component.components if isinstance(component, ListComponent) else ()
    return {
        "key": component.key,
        "kind": type(component).__struct_config__.tag,
        "default": default,
        "showWhen": None if component.show_when is None else dump(component.show_when),
        **({"components": [_answered(each) for each in inner]} if inner else {}),
    }


def _drawn(state: State, template: TemplateVersion, pictures: dict[str, File], facts: dict[str, PictureFacts],
           book: FontBookPin) -> dict[str, Any]:
    assets = {}
    for name, asset in template.document.get("assets", {}).items():
        file = pictures[asset["sha256"]]
        raster = facts.get(file.sha256)
        assets[name] = {"sha256": file.sha256, "url": state.url(files.path(file))} if raster is None else picture(
            state, file, raster)
    return _template(template) | {
        "document": template.document,
        "assets": assets,
        "faces": [_face(state, face) for face in features.faces(book, template.document)],
        "prepared": features.prepared(template.document),
    }


def _face(state: State, face: features.UsedFace) -> dict[str, Any]:
    return {
        "family": face.family,
        "weight": face.weight,
        "italic": face.italic,
        "sha256": face.sha256,
        "latin": state.url(f"/api/fonts/{face.sha256}/0"),
    }
