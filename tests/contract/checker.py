"""Holds replies and webhook bodies against the contract. An undocumented key is a failure, and so is a missing one."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from contract import documents

TYPES = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "object": dict, "array": list, "null": type(None),
}
ERROR = {
    "type": "object",
    "keys": {"code": {"type": "integer"}, "message": {"type": "string"}, "data": {"type": "null"}},
}


def operations(api: str) -> dict[str, dict]:
    """Every entry of the API by id: kinds `http`, `page` and `event`."""
    return documents.operations(api)


def find(api: str, method: str, path: str) -> dict | None:
    """The http operation that a method and a path (with or without prefix and query) call, or None."""
    parts = _parts(api, urlsplit(path).path)
    for operation in operations(api).values():
        if operation["kind"] == "http" and operation["method"] == method.upper():
            if _matches(_parts(api, operation["path"]), parts):
                return operation
    return None


def check_reply(operation: Mapping, status: int, body: object) -> list[str]:
    """The differences between a reply and the contract, one sentence each; empty when there are none."""
    api = operation["api"]
    if status != operation["success"]:
        return check_error(api, status, body)
    found = _differences(operation["response"], body, "body")
    if isinstance(body, dict):
        for key, wanted in documents.index(api)["success"].items():
            if key in body and body[key] != wanted:
                found.append(f"body.{key}: {body[key]!r}, but success says {wanted!r}")
    return found


def check_error(api: str, status: int, body: object) -> list[str]:
    """The same for a failure, of a known operation or of no operation at all (unknown address, wrong method)."""
    if str(status) not in documents.index(api)["error_statuses"]:
        return [f"status {status} is not documented"]
    found = _differences(ERROR, body, "body")
    if not found and body["code"] != status:
        found.append(f"body.code: {body['code']}, but the status is {status}")
    if not found and not body["message"].strip():
        found.append("body.message: empty")
    return found


def check_event(event: Mapping, body: object) -> list[str]:
    """The differences between a whole webhook body (envelope and payload) and the contract."""
    envelope = documents.index(event["api"])["event_envelope"]["tree"]
    found = _differences(_with_payload(envelope, event["payload"]), body, "body")
    if isinstance(body, dict) and body.get("event") != event["operation"]:
        found.append(f"body.event: {body.get('event')!r}, but the event is {event['operation']!r}")
    return found


def example_request(operation: Mapping, values: Mapping[str, object] | None = None) -> dict:
    """The printed request as `method`, `path`, `query`, `headers` and perhaps `body`, ready to send.

    A `{name}` is filled from `values`, else from the parameter's printed example; `values` also replaces any query
    parameter, header or body key of that name, at any depth.
    """
    given = dict(values or {})
    known = {p["name"]: p["example"] for p in operation["parameters"] if "example" in p} | given
    request = {k: v for k, v in copy.deepcopy(operation["example_request"]).items() if k != "lines"}
    request["path"] = _filled(request["path"], known)
    request["query"] = {k: given.get(k, _filled(v, known)) for k, v in request["query"].items()}
    request["headers"] = {k: given.get(k, v) for k, v in request["headers"].items()}
    if "body" in request:
        request["body"] = _replaced(request["body"], given)
    return request


def _parts(api: str, path: str) -> list[str]:
    prefix = documents.index(api)["prefix"]
    return path.removeprefix(prefix + "/").strip("/").split("/")


def _matches(template: list[str], parts: list[str]) -> bool:
    if len(template) != len(parts):
        return False
    return all(t == p or (t.startswith("{") and p) for t, p in zip(template, parts, strict=True))


def _differences(tree: Mapping, value: object, where: str) -> list[str]:
    wanted = tree["type"]
    # JSON true is no number, though Python's is
    if not isinstance(value, TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean"):
        return [] if value is None and tree.get("nullable") else [f"{where}: {_shown(value)} is no {wanted}"]
    if "values" in tree and str(value) not in tree["values"]:
        return [f"{where}: {_shown(value)} is none of {', '.join(tree['values'])}"]
    found = []
    if wanted == "object" and "keys" in tree:
        found += [f"{where}.{key}: documented, but missing" for key in tree["keys"] if key not in value]
        found += [f"{where}.{key}: not documented" for key in value if key not in tree["keys"]]
        for key in tree["keys"]:
            if key in value:
                found += _differences(tree["keys"][key], value[key], f"{where}.{key}")
    if wanted == "array":
        for position, item in enumerate(value):
            found += _differences(tree["items"], item, f"{where}[{position}]")
    return found


def _with_payload(envelope: Mapping, payload: Mapping) -> dict:
    return {**envelope, "keys": {**envelope["keys"], "payload": payload}}


def _filled(text: str, known: Mapping[str, object]) -> str:
    for name, value in known.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def _replaced(value: object, given: Mapping[str, object]) -> object:
    if isinstance(value, dict):
        return {k: given[k] if k in given else _replaced(v, given) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(item, given) for item in value]
    return value


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "..."
