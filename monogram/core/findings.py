"""What preflight found in the prints that answers will make, for the one who answers."""

from __future__ import annotations

from typing import Any

from .features import PRODUCTION, FeatureVersion

# Of these the layer's colour is as much to blame as what it says.
_OF_COLOR = frozenset(("contrast_low",))
_LOOKS = frozenset(("fill", "visible"))


def components(version: FeatureVersion, finding: dict[str, Any]) -> list[str]:
    """Keys of the components whose answers the finding is about, in the form's order; none for the whole picture.

    finding: of preflight, as `monogram.render.reports.Told` in JSON data
    """
    # of an entry of a list the layer is `name#3`, and its answer `people.name` is told with the list's
    layer = (finding["layer"] or "").partition("#")[0]
    bound = [binding for template in version.templates if template.usage == PRODUCTION
             for binding in template.document.get("bindings", ()) if binding["layer"] == layer]
    if finding["code"] not in _OF_COLOR:
        bound = [binding for binding in bound if binding["property"] not in _LOOKS] or bound
    keys = {binding["component"].partition(".")[0] for binding in bound}
    return [component.key for component in version.definition.components() if component.key in keys]


def words(finding: dict[str, Any], lang: str) -> str:
    """For the shopper: Chinese for Chinese, else English."""
    return finding["shopper"]["zh" if lang.lower().startswith("zh") else "en"]


def refusals(version: FeatureVersion, found: list[dict[str, Any]], lang: str) -> dict[str, str]:
    """What keeps the answers from being confirmed: by `answers.<key>`, or `answers` where no one answer is to blame."""
    faults: dict[str, str] = {}
    for finding in found:
        if finding["severity"] == "refuse":
            for key in components(version, finding) or [None]:
                faults.setdefault(f"answers.{key}" if key else "answers", words(finding, lang))
    return faults
