"""What must be true of a whole feature before it may be published, found all at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from monogram.core import font_books, languages
from monogram.render.document import Asset, Binding, Document, ImageFill, ImageLayer, RepeatLayer, every_layer, fonts_of
from monogram.render.document.adjustments import BOUND
from monogram.render.errors import RenderError

from . import answers, fits
from .definition import (
    MOST_COMPONENTS,
    All,
    Answered,
    Any_,
    CheckboxComponent,
    ColorSwatchComponent,
    Component,
    Condition,
    DateComponent,
    Definition,
    DropdownComponent,
    Equals,
    ImageSwatchComponent,
    In,
    ListComponent,
    LongTextComponent,
    Not,
    NumberComponent,
    OptionKinds,
    PhotoComponent,
    TextComponent,
    TextKinds,
)

DEEPEST_CONDITION = 5

# property -> the kinds whose answer fits as it is, or is completed by `complete`
_FITTING: dict[str, tuple[type, ...]] = {
    "text": (TextComponent, LongTextComponent, DropdownComponent, NumberComponent, DateComponent),
    "image": (PhotoComponent, ImageSwatchComponent),
    "fill": (ColorSwatchComponent,),
    "visible": (CheckboxComponent,),
    "items": (LongTextComponent,),
    "month": (DateComponent,),
    "time": (TextComponent,),
    "latitude": (NumberComponent,),
    "longitude": (NumberComponent,),
}


@dataclass
class Findings:
    """`faults`: path -> what is wrong. `files`: path -> SHA-256 of a file that the store must have."""

    faults: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def fault(self, path: str, text: str) -> None:
        self.faults.setdefault(path, text)


def check(definition: Definition, documents: list[Document]) -> Findings:
    """Everything that keeps this form and these templates from being published."""
    found = Findings()
    _check_steps(definition, found)
    _check_components(list(_located(definition)), found)
    for i, document in enumerate(documents):
        _check_document(f"templates[{i}].document", document, definition.named(), found)
    return found


def _check_components(located: list[tuple[str, Component]], found: Findings) -> None:
    """Components that may name each other: those of the form, or those of one list."""
    _check_unique([(f"{path}.key", component.key) for path, component in located], found)
    earlier: dict[str, Component] = {}
    for path, component in located:
        _check_component(path, component, found)
        if component.show_when is not None:
            _check_condition(f"{path}.showWhen", component.show_when, earlier, found)
        earlier[component.key] = component
        if isinstance(component, ListComponent):
            _check_components(list(_inside(path, component)), found)


def _located(definition: Definition):
    for i, step in enumerate(definition.steps):
        for j, component in enumerate(step.components):
            yield f"steps[{i}].components[{j}]", component


def _inside(path: str, component: Component):
    for k, inner in enumerate(component.components if isinstance(component, ListComponent) else ()):
        yield f"{path}.components[{k}]", inner


def _check_steps(definition: Definition, found: Findings) -> None:
    located = [each for path, component in _located(definition) for each in ((path, component), *_inside(path, component))]
    if len(located) > MOST_COMPONENTS:
        found.fault("steps", f"{len(located)} components; at most {MOST_COMPONENTS} are possible")
    _check_unique([(f"steps[{i}].id", step.id) for i, step in enumerate(definition.steps)], found)
    _check_unique([(f"{path}.id", component.id) for path, component in located], found)
    for i, step in enumerate(definition.steps):
        _check_labels(f"steps[{i}].title", step.title, found, needed=len(definition.steps) > 1)


def _check_unique(named: list[tuple[str, str]], found: Findings) -> None:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            found.fault(path, f"{name!r} is used twice")
        seen.add(name)


def _check_labels(path: str, labels: dict[str, str], found: Findings, *, needed: bool = True) -> None:
    for code in labels:
        if code not in languages.CODES:
            found.fault(f"{path}.{code}", "is not one of the 27 language codes, such as en_US")
    if (needed or labels) and not labels.get(languages.DEFAULT, "").strip():
        found.fault(f"{path}.{languages.DEFAULT}", "is needed: readers of every other language fall back to English")


def _check_component(path: str, component: Component, found: Findings) -> None:
    _check_labels(f"{path}.label", component.label, found)
    _check_labels(f"{path}.help", component.help, found, needed=False)
    _check_limits(path, component, found)
    if isinstance(component, OptionKinds):
        options = [(f"{path}.options[{k}]", option) for k, option in enumerate(component.options)]
        _check_unique([(f"{at}.value", option.value) for at, option in options], found)
        for at, option in options:
            _check_labels(f"{at}.label", option.label, found)
            if isinstance(component, ImageSwatchComponent):
                found.files[f"{at}.image"] = option.image
    try:
        answers.accept(component, answers.default_of(component))
    except answers.Refused as error:
        found.fault(f"{path}.default", f"the default is refused as an answer: {error}")


def _check_limits(path: str, component: Component, found: Findings) -> None:
    low, high = {
        TextComponent: ("min_length", "max_length"), LongTextComponent: ("min_length", "max_length"),
        NumberComponent: ("min", "max"), DateComponent: ("earliest", "latest"),
        ListComponent: ("min_entries", "max_entries"),
    }.get(type(component), (None, None))
    if low and None not in (least := getattr(component, low), most := getattr(component, high)) and least > most:
        found.fault(f"{path}.{wire_name(component, low)}", "is beyond the upper limit: nothing could be answered")


def wire_name(part: msgspec.Struct, attribute: str) -> str:
    """The JSON name of an attribute."""
    return dict(zip(part.__struct_fields__, part.__struct_encode_fields__, strict=True))[attribute]


def _check_condition(path: str, condition: Condition, earlier: dict[str, Component], found: Findings, depth: int = 1) -> None:
    if depth > DEEPEST_CONDITION:
        return found.fault(path, f"conditions nest at most {DEEPEST_CONDITION} deep")
    if isinstance(condition, (Equals, In, Answered)):
        component = earlier.get(condition.component)
        if component is None:
            return found.fault(f"{path}.component", f"{condition.component!r} is no component before this one")
        if isinstance(condition, Equals):
            _check_operand(f"{path}.value", component, condition.value, found)
        elif isinstance(condition, In):
            for i, value in enumerate(condition.values):
                _check_operand(f"{path}.values[{i}]", component, value, found)
    elif isinstance(condition, Not):
        _check_condition(f"{path}.condition", condition.condition, earlier, found, depth + 1)
    elif isinstance(condition, (All, Any_)):
        for i, inner in enumerate(condition.conditions):
            _check_condition(f"{path}.conditions[{i}]", inner, earlier, found, depth + 1)


def _check_operand(path: str, component: Component, value: Any, found: Findings) -> None:
    if isinstance(component, (PhotoComponent, ListComponent)):
        told = "a photo" if isinstance(component, PhotoComponent) else "a list"
        found.fault(path, f"{component.key!r} is {told}: ask with op answered")
    elif isinstance(component, TextKinds):
        if not isinstance(value, str):
            found.fault(path, f"{component.key!r} is answered with text, never with {value!r}")
    else:
        try:
            answers.accept(component, value)
        except answers.Refused:
            found.fault(path, f"{value!r} can never be the answer of {component.key!r}")


def _check_document(path: str, document: Document, components: dict[str, Component], found: Findings) -> None:
    if document.pages:  # a template is drawn into one file
        found.fault(f"{path}.pages", "a template has one page; publish each page as a template of its own")
    for name, asset in document.assets.items():
        if asset.sha256 is None:
            found.fault(f"{path}.assets.{name}", "must name a file of the store by its sha256")
        else:
            found.files[f"{path}.assets.{name}"] = asset.sha256
    bound = {binding.layer for binding in document.bindings if binding.property == "image"}
    for layer in every_layer(document):
        pictured = layer if isinstance(layer, ImageLayer) else getattr(layer, "fill", None)
        if isinstance(pictured, (ImageLayer, ImageFill)) and pictured.asset is None and layer.id not in bound:
            found.fault(path, f"layer {layer.id!r} has no picture and no binding that brings one")
        if isinstance(layer, RepeatLayer) and (told := fits.repeating(layer, components.get(layer.component))):
            found.fault(path, f"layer {layer.id!r} {told}")
        for font in fonts_of(layer):
            try:
                font_books.book().choose(font.family, font.weight, font.italic, font.axes)
            except RenderError as error:
                found.fault(path, f"layer {layer.id!r}: {error.message}")
    for i, binding in enumerate(document.bindings):
        component = components.get(binding.component)
        if component is None:
            found.fault(f"{path}.bindings[{i}].component", f"{binding.component!r} is no component of the form")
        elif told := fits.entry_of_no_repeat(document, binding):
            found.fault(f"{path}.bindings[{i}]", told)
        else:
            _check_binding(f"{path}.bindings[{i}]", binding, component, document, found)


def _check_binding(path: str, binding: Binding, component: Component, document: Document, found: Findings) -> None:
    kind, choices = type(component).__struct_config__.tag, _choices(component)
    if binding.property == "visible":
        ticked = isinstance(component, CheckboxComponent) and binding.equals is None
        if binding.map is not None or not (ticked or (choices and binding.equals)):
            return found.fault(path, f"visible follows a checkbox, or equals values of an option; not {kind} like this")
        for value in sorted(set(binding.equals or ()) - choices):
            found.fault(f"{path}.equals", f"{value!r} is no option of {component.key!r}")
    elif binding.map is not None:
        _check_map(f"{path}.map", binding, choices, document, found)
    elif binding.property in BOUND:
        if told := fits.adjusting(binding.property, component):
            found.fault(path, f"{binding.property} {told}")
    elif not isinstance(component, _FITTING["text" if binding.property == "items" and "." in binding.component
                                            else binding.property]):
        found.fault(path, f"{binding.property} cannot be taken from a {kind} without a map")


def _choices(component: Component) -> set[str]:
    """The answers a component can have, as a template's map and equals spell them; none where they cannot be listed."""
    if isinstance(component, CheckboxComponent):
        return {"true", "false"}
    return {option.value for option in component.options} if isinstance(component, OptionKinds) else set()


def _check_map(path: str, binding: Binding, choices: set[str], document: Document, found: Findings) -> None:
    if not choices:
        return found.fault(path, "only a checkbox or the options of a dropdown or swatch can be mapped")
    for value in sorted(choices ^ set(binding.map)):
        found.fault(path, f"has no entry for the option {value!r}" if value in choices else f"{value!r} is no option")
    for value, target in binding.map.items():
        if binding.property == "image" and target not in document.assets:
            found.fault(f"{path}.{value}", f"{target!r} is no asset of the document")
        if binding.property == "fill" and not re.fullmatch(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?", target):
            found.fault(f"{path}.{value}", f"{target!r} is no colour such as #a03c2b")
        if binding.property in BOUND and not fits.fits(binding.property, target):
            found.fault(f"{path}.{value}", f"{target!r} is not {BOUND[binding.property].told}")


def complete(definition: Definition, document: Document) -> Document:
    """The document as it is kept: a swatch bound without a map gets one, to its colours or to its images' files."""
    components = definition.named()
    assets, bindings = dict(document.assets), []
    for binding in document.bindings:
        component = components.get(binding.component)
        if binding.map is None and (colors := fits.colors_of(component, binding.property)):
            binding = msgspec.structs.replace(binding, map=colors)
        elif binding.map is None and binding.property == "image" and isinstance(component, ImageSwatchComponent):
            binding = msgspec.structs.replace(binding, map={option.value: option.image for option in component.options})
            assets |= {option.image: Asset(sha256=option.image) for option in component.options}
        bindings.append(binding)
    return msgspec.structs.replace(document, assets=assets, bindings=bindings)
