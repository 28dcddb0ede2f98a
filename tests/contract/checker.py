"""Holds replies and webhook bodies against the contract. An undocumented key is a failure, and so is a missing one."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from contract import documents

TYPES = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool,
    "object": dict, "array": list, "null": type(None),
}  # fmt: skip
NO_PARAMETERS: Mapping[str, object] = {}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


def operations(api: str) -> dict[str, dict]:
    """Every entry of the API by id: kinds `http`, `page` and `event`."""
    return documents.operations(api)


def find(api: str, method: str, path: str) -> dict | None:
    """The http operation that a method and a path (with or without prefix and query) call, or None."""
    parts = _parts(api, urlsplit(path).path)
    called = [o for o in operations(api).values() if o["kind"] == "http" and o["method"] == method.upper()]
    matching = [o for o in called if _matches(_parts(api, o["path"]), parts)]
    # /orders/count is no order's id
    return min(matching, key=lambda operation: operation["path"].count("{"), default=None)


def check_reply(operation: Mapping, status: int, body: object, query: Mapping = NO_PARAMETERS) -> list[str]:
    """The differences between a reply and the contract, one sentence each; empty when there are none.

    `query`: the parameters that were sent, for an operation that has one naming the keys of the reply.
    """
    api = operation["api"]
    if status != operation["success"]:
        return check_error(api, status, body, operation)
    found = _differences(_selected(operation, query), body, "body", api)
    if isinstance(body, dict):
        for key, wanted in documents.index(api)["success"].items():
            if key in body and body[key] != wanted:
                found.append(f"body.{key}: {body[key]!r}, but success says {wanted!r}")
    return found


def check_error(api: str, status: int, body: object, operation: Mapping | None = None) -> list[str]:
    """The same for a failure, of a known operation or of no operation at all (unknown address, wrong method)."""
    of_operation = [error["status"] for error in (operation or {}).get("errors", [])]
    if str(status) not in documents.index(api)["error_statuses"] and status not in of_operation:
        return [f"status {status} is not documented"]
    form = "oauth_error" if operation and operation["kind"] == "oauth" else "error"
    forms = [_with_status(tree, status) for tree in documents.index(api)[form]]
    found = min((_differences(tree, body, "body", api) for tree in forms), key=len)
    words = (operation or {}).get("not_found")
    if not found and status == 404 and words and body != {"errors": [words]}:
        found.append(f"body: {_shown(body)}, but what is not found is told as {words!r}")
    return found


def check_event(event: Mapping, body: object, headers: Mapping[str, str] | None = None) -> list[str]:
    """The differences between a whole webhook (body with envelope and payload, headers) and the contract."""
    api = event["api"]
    envelope = documents.index(api)["event_envelope"]
    tree = _with_payload(envelope["tree"], event["payload"]) if "tree" in envelope else event["payload"]
    found = _differences(tree, body, "body", api)
    given = {name.lower(): value for name, value in (headers or {}).items()}
    missing = [name for name in envelope.get("headers", {}) if not given.get(name.lower())]
    found += [f"headers.{name}: documented, but missing" for name in missing]
    name = envelope["topic"]["name"]
    topic = given.get(name.lower()) if envelope["topic"]["in"] == "header" else isinstance(body, dict) and body.get(name)
    if topic != event["operation"]:
        found.append(f"{name}: {topic!r}, but the event is {event['operation']!r}")
    return found


def example_request(operation: Mapping, values: Mapping[str, object] | None = None) -> dict:
    """The printed request as `method`, `path`, `query`, `headers` and perhaps `body`, ready to send.

    A `{name}` is filled from `values`, else from the parameter's printed example; `values` also replaces any query
    parameter, header or body key of that name, at any depth.
    """
    given = dict(values or {})
    known = {p["name"]: p["example"] for p in operation["parameters"] if "example" in p} | given
    printed = copy.deepcopy(operation["example_request"])
    request = {k: v for k, v in printed.items() if k not in ("lines", "mended")}
    request["path"] = _filled(request["path"], known)
    request["query"] = {k: given.get(k, _filled(v, known)) for k, v in request["query"].items()}
    request["headers"] = {k: given.get(k, _filled(v, known)) for k, v in request["headers"].items()}
    if "body" in request:
        request["body"] = _replaced(request["body"], given)
    return request


def example_requests(operation: Mapping, values: Mapping[str, object] | None = None) -> Iterator[tuple[str, dict]]:
    """The printed request in every form that must be taken: (name of the form, request).

    A request is as from `example_request`, with the `prefix` of its path; `form` instead of `body` stands for fields sent
    as `application/x-www-form-urlencoded`, without either there is no body.
    """
    index = documents.index(operation["api"])
    printed = {"prefix": index["prefix"], **example_request(operation, values)}
    bare = {k: v for k, v in printed.items() if k != "body"}
    yield "as printed", printed
    for suffix in index.get("suffixes", []):
        yield suffix, printed | {"path": printed["path"] + suffix}
    if "months" in index:
        yield "of a month", printed | {"prefix": index["prefix"] + index["months"]["example"]}
    if "wrapper" in operation and "body" in printed:
        inner = printed["body"][operation["wrapper"]] if operation.get("wrapped") else {operation["wrapper"]: printed["body"]}
        yield "flat" if operation.get("wrapped") else "wrapped", printed | {"body": inner}
    if operation.get("action"):
        kind = {"Content-Type": "application/json"}
        yield "no body", bare
        yield "[]", bare | {"body": [], "headers": bare["headers"] | kind}
        yield "{}", bare | {"body": {}, "headers": bare["headers"] | kind}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        yield "form", bare | {"form": printed.get("body", {}), "headers": bare["headers"] | kind}


def encoded(request: Mapping) -> tuple[str, str, dict[str, str], bytes | None]:
    """A request of `example_requests` as bytes go out: method, target with prefix and query, headers, body."""
    query = urlencode(request["query"])
    target = quote(request["prefix"] + request["path"]) + (f"?{query}" if query else "")
    body = urlencode(request["form"]).encode() if "form" in request else None
    if "body" in request:
        body = json.dumps(request["body"], ensure_ascii=False).encode()
    return request["method"], target, dict(request["headers"]), body


def _parts(api: str, path: str) -> list[str]:
    index = documents.index(api)
    months = f"({index['months']['pattern']})?" if "months" in index else ""
    path = re.sub(f"^{re.escape(index['prefix'])}{months}/", "", path).strip("/")
    for suffix in index.get("suffixes", []):
        path = path.removesuffix(suffix)
    return path.split("/")


def _selected(operation: Mapping, query: Mapping) -> dict:
    """The tree of a success, its objects with no other keys than a parameter of the request names."""
    tree = copy.deepcopy(operation["response"])
    for parameter in operation["parameters"]:
        wanted = {name.strip() for name in str(query.get(parameter["name"]) or "").split(",")} - {""}
        for key in parameter.get("selects", []) if wanted else []:
            node = tree["keys"][key].get("items", tree["keys"][key])
            node["keys"] = {name: inner for name, inner in node["keys"].items() if name in wanted}
    return tree


def _matches(template: list[str], parts: list[str]) -> bool:
    if len(template) != len(parts):
        return False
    return all(t == p or (t.startswith("{") and p) for t, p in zip(template, parts, strict=True))


def _differences(tree: Mapping, value: object, where: str, api: str) -> list[str]:
    wanted = tree["type"]
    if wanted == "any":
        return []
    # JSON true is no number, though Python's is
    if not isinstance(value, TYPES[wanted]) or (isinstance(value, bool) and wanted != "boolean"):
        return [] if value is None and tree.get("nullable") else [f"{where}: {_shown(value)} is no {wanted}"]
    found = _unfit(tree, value, where, api)
    if wanted == "object" and "keys" in tree:
        found += [f"{where}.{key}: documented, but missing" for key in tree["keys"] if key not in value]
        found += [f"{where}.{key}: not documented" for key in value if key not in tree["keys"]]
        for key in tree["keys"]:
            if key in value:
                found += _differences(tree["keys"][key], value[key], f"{where}.{key}", api)
    if wanted == "object" and "each" in tree:
        for key in value:
            found += _differences(tree["each"], value[key], f"{where}.{key}", api)
    if wanted == "array":
        for position, item in enumerate(value):
            found += _differences(tree["items"], item, f"{where}[{position}]", api)
    return found


def _unfit(tree: Mapping, value, where: str, api: str) -> list[str]:
    """What is wrong with a value of the right type, in its words, number or length."""
    if "equals" in tree and value != tree["equals"]:
        return [f"{where}: {_shown(value)}, but the status is {tree['equals']}"]
    if "values" in tree and str(value) not in tree["values"]:
        return [f"{where}: {_shown(value)} is none of {', '.join(tree['values'])}"]
    if tree.get("filled") and not value.strip():
        return [f"{where}: empty"]
    if "min_items" in tree and len(value) < tree["min_items"]:
        return [f"{where}: fewer than {tree['min_items']}"]
    if "format" in tree and not FORMATS[tree["format"]](value, api):
        return [f"{where}: {_shown(value)} is no {tree['format']}"]
    return []


def _is_moment(text: str, api: str) -> bool:
    try:
        return bool(MOMENT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


FORMATS = {
    "date-time": _is_moment,
    "decimal": lambda text, api: bool(re.fullmatch(r"-?\d+(\.\d+)?", text)),
    "amount": lambda text, api: bool(re.fullmatch(r"-?\d+(\.\d+)? [A-Z]{3}", text)),
    "topics": lambda text, api: set(text.split(",")) <= set(documents.index(api)["topics"]),
}


def _with_status(tree: Mapping, status: int) -> dict:
    keys = {k: {**node, "equals": status} if node.get("is_status") else node for k, node in tree["keys"].items()}
    return {**tree, "keys": keys}


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
