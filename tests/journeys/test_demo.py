"""`monogram demo` as a newcomer runs it: what it prints and leaves, the documented calls against it, stops, new starts."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
from PIL import Image

from monogram.demo import shop
from monogram.dialects.customeow.app import ROUTES
from tests.contract import checker
from tests.journeys import commands
from tests.journeys.demo_calls import OPERATIONS, Walk
from tests.journeys.installation import eventually

API = "customeow"
PRODUCTS = ("photo-clock", "mug", "tshirt")
SUMMARY = ("3675 × 3675 px, 300 dpi", "2700 × 1125 px, 300 dpi", "4500 × 5400 px, 300 dpi")

# The parts that exist, and the keys each has; every value is a text that is not empty.
FACTS = {
    "admin": {"email", "password"},
    "shoplazza": {"base_url", "store", "access_token", "read_only_token", "client_id", "client_secret", "redirect_uri"},
    "customeow": {"base_url", "api_key", "store_id", "sku", "custom_info_id", "other_api_key"},
    "main_job": {"order_id", "custom_info_id", "composite_id", "task_id", "file", "url"},
}


@dataclass
class Demo:
    """A demo that serves. The tests at the end of this file stop it and start it again."""

    home: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def env(self) -> dict[str, str]:
        return commands.environment(self.home, self.port)

    @property
    def log(self) -> Path:
        return self.home.with_name("demo.log")

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads((self.home / "demo.json").read_text())

    def start(self) -> Demo:
        self.process = commands.start("demo", env=self.env, log=self.log)
        return self

    def running(self) -> Demo:
        """Started again if a test stopped it, and ready."""
        if self.process.poll() is not None:
            self.start()
        commands.await_ready(self.process, self.port, self.log)
        return self

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)

    def call(self, method: str, path: str, key: str, body: Any = None) -> tuple[int, Any]:
        """A call below /v1: its status and its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"X-Api-Key": key} | ({"Content-Type": "application/json"} if body is not None else {})
        connection.request(method, f"/v1{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        status, data = answer.status, json.loads(answer.read())
        connection.close()
        return status, data


@pytest.fixture(scope="module")
def second_home(tmp_path_factory) -> Iterator[Demo]:
    """A `demo --once` on a home of its own, beside the one that serves."""
    folder = tmp_path_factory.mktemp("second")
    home, port = folder / "home", commands.free_port()
    process = commands.start("demo", "--once", env=commands.environment(home, port), log=folder / "demo.log")
    yield Demo(home, port, process)
    if process.poll() is None:
        process.kill()
    process.wait()


@pytest.fixture(scope="module")
def demo(tmp_path_factory, second_home) -> Iterator[Demo]:
    started = Demo(tmp_path_factory.mktemp("demo") / "home", commands.free_port()).start()
    try:
        finished = eventually(lambda: "Serving" in started.log.read_text() or started.process.poll() is not None, 120)
        assert finished and started.process.poll() is None, started.log.read_text()[-4000:]
        yield started
    finally:
        started.stop()


def test_tells_what_it_made_and_where(demo):
    told = demo.log.read_text()
    for size in SUMMARY:
        assert size in told
    for name in PRODUCTS:
        assert f"\n  {demo.home / 'demo' / name}.png\n" in told
    assert f"\n  {demo.facts['main_job']['url']}\n" in told
    assert told.strip().endswith(f"Serving http://127.0.0.1:{demo.port}  (Ctrl-C stops everything)")


def test_demo_json_has_its_documented_shape(demo):
    facts = demo.facts
    assert facts.pop("base_url") == f"http://127.0.0.1:{demo.port}"
    assert {name: set(part) for name, part in facts.items()} == FACTS
    for part in facts.values():
        assert all(isinstance(value, str) and value for value in part.values()), part
    assert facts["customeow"]["base_url"] == f"http://127.0.0.1:{demo.port}/v1"
    assert facts["main_job"]["custom_info_id"] == facts["customeow"]["custom_info_id"]
    assert (demo.home / "demo.json").stat().st_mode & 0o777 == 0o600, "it holds keys"


def test_print_file_is_the_promised_png_and_its_address_gives_the_same_bytes(demo):
    job = demo.facts["main_job"]
    data = Path(job["file"]).read_bytes()
    with Image.open(job["file"]) as picture:
        assert (picture.format, picture.size) == ("PNG", (3675, 3675))
        assert [round(value) for value in picture.info["dpi"]] == [300, 300]
        lowest, highest = zip(*picture.convert("RGB").getextrema(), strict=True)
        assert max(lowest) < 64 and min(highest) > 192, "a photograph has dark and light parts"
    with urllib.request.urlopen(job["url"], timeout=30) as answer:
        assert answer.headers["content-type"] == "image/png"
        assert answer.read() == data


def documented_calls(demo: Demo) -> Iterator[tuple[dict, dict]]:
    """Every operation that works and its printed call, with only key and ids replaced by the demo's."""
    facts = demo.facts
    job, shop = facts["main_job"], facts["customeow"]
    ids = {"storeId": shop["store_id"], "customInfoId": job["custom_info_id"], "compositeId": job["composite_id"]}
    placed = checker.operations(API)["order.create"]["example_request"]["body"]["platformOrderId"]
    of_operation = {
        "order.info": {"platformOrderId": placed},
        "skus.list": {"sku": shop["sku"], "keyword": "photo"},
        "custom_info.get": {"custom_id": job["custom_info_id"]},
        "custom_info.templates": {"id": job["custom_info_id"]},
        "composite_task.get": {"id": job["task_id"]},
    }
    for route in ROUTES:
        if route.state == "works":
            operation = checker.operations(API)[route.operation]
            yield operation, checker.example_request(operation, ids | of_operation.get(route.operation, {}))


def test_every_documented_call_answers_its_documented_success(demo):
    for operation, request in documented_calls(demo.running()):
        path = request["path"] + ("?" + urlencode(request["query"]) if request["query"] else "")
        status, body = demo.call(request["method"], path, demo.facts["customeow"]["api_key"], request.get("body"))
        assert status == operation["success"], f"{operation['operation']}: {body}"
        assert checker.check_reply(operation, status, body) == []
        listed = body["data"].get("list") if isinstance(body["data"], dict) else body["data"]
        assert listed != [], f"{operation['operation']} finds nothing in the demo shop"


def test_another_merchants_key_sees_nothing(demo):
    other = demo.running().facts["customeow"]["other_api_key"]
    for operation, request in documented_calls(demo):
        path = request["path"] + ("?" + urlencode(request["query"]) if request["query"] else "")
        status, body = demo.call(request["method"], path, other, request.get("body"))
        if operation["operation"] == "order.list":  # its own orders: there are none
            assert (status, body["data"]) == (200, {"count": 0, "list": []})
        else:
            assert (status, body["data"]) == (404, None), f"{operation['operation']}: {body}"
            assert checker.check_error(API, status, body) == []


def walk_of(demo: Demo) -> Walk:
    return Walk(demo.running().port, demo.facts["shoplazza"]["access_token"])


def test_orders_stand_in_every_state(demo):
    orders = walk_of(demo).orders()
    assert len(orders) >= 20
    operation = OPERATIONS["orders.list"]
    for name in ("status", "financial_status", "fulfillment_status"):
        parameter = next(each for each in operation["parameters"] if each["name"] == name)
        assert {order[name] for order in orders} == set(parameter["values"]), name
    assert len([each for each in orders if (each["financial_status"], each["fulfillment_status"]) == ("paid", "waiting")]) >= 4
    parcels = [parcel for order in orders for parcel in order["fulfillments"]]
    assert {parcel["status"] for parcel in parcels} == {"shipped", "finished", "cancelled"}
    assert all(parcel["tracking_number"] and parcel["tracking_company"] for parcel in parcels)
    assert len({order["shipping_address"]["country_code"] for order in orders}) >= 10
    assert len({order["placed_at"][:10] for order in orders if order["placed_at"]}) >= 15, "not all in one day"


def test_shelves_are_full_and_pictures_are_served(demo):
    walk = walk_of(demo)
    products = walk.get("/products?limit=250")["products"]
    assert len(products) >= 24 and {each["inventory_policy"] for each in products} == {"deny", "continue", "auto_unpublished"}
    skus = {variant["sku"]: each for each in products for variant in each["variants"]}
    assert {product.sku for product in shop.PRODUCTS} <= set(skus)
    images = {each["image"]["src"] for each in products}
    assert len(images) >= 24
    for source in sorted(images)[:5]:
        with urllib.request.urlopen(source, timeout=30) as answer, Image.open(answer) as picture:
            assert picture.size == (900, 900)
    (clock,) = (each for each in products if each["id"] == skus["photo-clock-12in"]["id"])
    assert {each["key"] for each in walk.get(f"/products/{clock['id']}/metafields")["metafields"]} == {"battery", "days"}
    collections = walk.get("/collections")["collections"]
    assert len(collections) == 6
    for each in collections:
        assert walk.get(f"/products/count?collection_id={each['id']}")["count"] >= 2
    assert walk.get("/script_tags/count") == {"count": 1}


def test_personalized_lines_are_in_the_customeow_api(demo):
    key, store = demo.running().facts["customeow"]["api_key"], demo.facts["customeow"]["store_id"]
    personal = {
        (order["id"], each["value"]): line["sku"]
        for order in walk_of(demo).orders("placed", "paid", "waiting") for line in order["line_items"]
        for each in line["properties"] if each["name"] == "customInfoId"
    }  # fmt: skip
    assert len(personal) >= 4 and set(personal.values()) == {product.sku for product in shop.PRODUCTS}
    for (order, custom), sku in personal.items():
        status, body = demo.call("GET", f"/order-info?storeId={store}&platformOrderId={order}", key)
        assert status == 200
        (line,) = (each for each in body["data"]["lineItems"] if each["customInfoId"] == custom)
        assert line["sku"] == sku and line["productionTemplate"]


def test_every_documented_shoplazza_call_answers_its_documented_success(demo):
    answered = {}
    for name, body in walk_of(demo).through():
        answered[name] = body
        if name.endswith((".list", ".count")):
            assert all(body.values()), f"{name} finds nothing in the demo shop"
    assert set(answered) == set(OPERATIONS) and len(answered) == 63
    assert answered["orders.cancel"]["order"]["status"] == "cancelled"
    assert answered["fulfillments.complete"]["fulfillment"]["status"] == "finished"
    assert {order["status"] for order in answered["orders.list"]["orders"]} == {"opened"}


def test_second_start_on_the_same_home_is_refused(demo):
    demo.running()
    refused = commands.run("demo", env=commands.environment(demo.home, commands.free_port()), seconds=30)
    assert refused.returncode == 1
    assert f"error: Monogram is already running on {demo.home} (process {demo.process.pid}, port {demo.port})" in refused.stdout
    assert "Traceback" not in refused.stdout
    assert commands.ready(demo.port)


def test_taken_port_is_refused(demo, tmp_path):
    demo.running()
    for arguments in (["demo"], ["serve"]):
        refused = commands.run(*arguments, env=commands.environment(tmp_path / "home", demo.port), seconds=30)
        assert refused.returncode == 1
        told = refused.stdout.strip()
        assert told.startswith(f"error: cannot listen on 127.0.0.1:{demo.port}: ") and "PORT" in told and "\n" not in told
    assert not (tmp_path / "home").exists(), "nothing was begun"


def test_two_homes_side_by_side_make_the_same_bytes(demo, second_home):
    """Another machine as far as the program knows: no row and no file shared, only answers, templates and fonts the same."""
    assert second_home.process.wait(120) == 0, second_home.log.read_text()[-4000:]
    told = second_home.log.read_text()
    assert all(size in told for size in SUMMARY) and "Serving" not in told
    assert second_home.facts["customeow"]["api_key"] != demo.facts["customeow"]["api_key"]
    assert made_in(second_home) == made_in(demo)


def made_in(demo: Demo) -> dict[str, str]:
    folder = demo.home / "demo"
    return {name: hashlib.sha256((folder / f"{name}.png").read_bytes()).hexdigest() for name in PRODUCTS}


def test_ctrl_c_leaves_nothing_running_and_once_more_changes_nothing(demo):
    family = commands.family(demo.running().process.pid)
    assert {"granian", "postgres", "monogram.jobs.rendering"} <= {word for each in family for word in _words(each)}
    before, made, held = demo.facts, made_in(demo), holdings(demo)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(40) == 0
    assert commands.living(family) == []
    assert "Traceback" not in demo.log.read_text()

    again = commands.run("demo", "--once", env=demo.env)
    assert again.returncode == 0, again.stdout
    after = demo.facts
    assert (after["shoplazza"], after["admin"]) == (before["shoplazza"], before["admin"])
    same = {"base_url", "api_key", "store_id", "sku", "other_api_key"}
    assert {key: after["customeow"][key] for key in same} == {key: before["customeow"][key] for key in same}
    assert after["main_job"]["order_id"] != before["main_job"]["order_id"]
    assert after["main_job"]["url"] == before["main_job"]["url"], "the same answers are the same file"
    assert made_in(demo) == made

    status, body = demo.running().call("GET", f"/skus?storeId={after['customeow']['store_id']}", after["customeow"]["api_key"])
    assert (status, body["data"]["count"]) == (200, 3), "the products are not there twice"
    assert holdings(demo) == held


def holdings(demo: Demo) -> dict[str, int]:
    """How many of each the shop has, without the main job's orders: each start places one."""
    walk = walk_of(demo)
    counts = {noun: walk.get(f"/{noun}/count")["count"] for noun in ("products", "collections", "script_tags")}
    return counts | {"orders": len(walk.orders())}


def _words(process: psutil.Process) -> list[str]:
    return [Path(word).name for argument in process.cmdline() for word in argument.split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_signal_in_the_middle_of_the_job_leaves_nothing_running(demo, number):
    demo.stop()
    written = demo.log.stat().st_size

    def told() -> str:
        return demo.log.read_bytes()[written:].decode()

    demo.start()
    assert eventually(lambda: "Shopper: " in told(), 30), told()  # and the worker draws its previews
    family = commands.family(demo.process.pid)
    os.kill(demo.process.pid, number)
    assert demo.process.wait(40) == (0 if number == signal.SIGTERM else -number)
    assert eventually(lambda: not commands.living(family), 3), [each.cmdline() for each in commands.living(family)]
    if number == signal.SIGTERM:
        assert "Traceback" not in told() and "error" not in told(), told()
    demo.running()  # and the home is free and whole
