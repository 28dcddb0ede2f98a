"""Writes frontend/packages/design/src/document.ts: the types of design-document.json, and what absent fields mean.

make_design_schema.py runs it; with --check, as in tests, it only tells whether the file is up to date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).with_name("design-document.json")
TARGET = SCHEMA.parent.parent / "frontend" / "packages" / "design" / "src" / "document.ts"
_HEAD = """/**
 * The design document with every field filled in, as `filled` makes it of JSON; see docs/design-document.md.
 *
 * @generated from schema/design-document.json by schema/make_design_types.py.
 */

"""


def types(schema: dict[str, Any]) -> str:
    parts = schema["$defs"]
    out = [_HEAD.rstrip("\n"), ""]
    for name, part in sorted(parts.items()):
        out += [f"export interface {name} {{", *_fields(part), "}", ""]
    out += ["/** For each type: its tag, what absent fields mean, and which types its fields may hold. */",
            "export const PARTS: Readonly<Record<string, {",
            "  tag?: readonly [string, string]; defaults: object; parts: Readonly<Record<string, readonly string[]>>;",
            "}>> = {"]
    for name, part in sorted(parts.items()):
        out += _about(name, part)
    return "\n".join([*out, "};", ""])


def _fields(part: dict[str, Any]) -> list[str]:
    properties = part.get("properties", {})
    return [f"  {name}: {_type(field)};" for name, field in properties.items()]


def _type(field: dict[str, Any]) -> str:
    """The TypeScript of a JSON Schema as msgspec writes it."""
    if "$ref" in field:
        return field["$ref"].rpartition("/")[2]
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(_type(each) for each in field["anyOf"]))
    if "enum" in field:
        return " | ".join(json.dumps(each) for each in field["enum"])
    match field.get("type"):
        case "array" if "prefixItems" in field:
            return f"readonly [{', '.join(_type(each) for each in field['prefixItems'])}]"
        case "array":
            return f"readonly ({_type(field['items'])})[]"
        case "object":
            return f"Readonly<Record<string, {_type(field['additionalProperties'])}>>"
        case "integer":
            return "number"
        case "string" | "number" | "boolean" | "null" as plain:
            return plain
    raise ValueError(field)


def _about(name: str, part: dict[str, Any]) -> list[str]:
    properties, required = part.get("properties", {}), part.get("required", [])
    tag = next(([key, field["enum"][0]] for key, field in properties.items()
                if key in required and key in ("type", "kind", "by", "do") and len(field.get("enum", [])) == 1), None)
    defaults = {key: field["default"] for key, field in properties.items() if "default" in field}
    parts = {key: found for key, field in properties.items() if (found := _held(field))}
    head = f"  {name}: {{" + (f" tag: {json.dumps(tag)}," if tag else "")
    return [head, f"    defaults: {json.dumps(defaults, ensure_ascii=False)},", f"    parts: {json.dumps(parts)},", "  },"]


def _held(field: dict[str, Any]) -> list[str]:
    """The types that a field holds, alone or in a list."""
    if "$ref" in field:
        return [field["$ref"].rpartition("/")[2]]
    found = [name for each in field.get("anyOf", []) for name in _held(each)]
    if isinstance(field.get("items"), dict):
        found += _held(field["items"])
    for each in field.get("prefixItems", []):
        found += _held(each)
    return sorted(set(found))


def main() -> int:
    text = types(json.loads(SCHEMA.read_text("utf-8")))
    if "--check" in sys.argv:
        return 0 if TARGET.exists() and TARGET.read_text("utf-8") == text else 1
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
