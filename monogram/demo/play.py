"""The main job over HTTP, as a shopper and a merchant's software do it: answers, order, print file."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monogram.render import document as documents
from monogram.render import headers

from .shop import FOLDER, PRODUCTS, Product, Shop

PATIENCE = 120.0  # seconds for one picture, on a machine that is busy with other things


class PlayFailed(Exception):
    """The demo did not get what it should have; the message says what."""


@dataclass
class Piece:
    """One product on its way from answers to a file."""

    product: Product
    custom_info_id: str = ""
    composite_id: str = ""
    task_id: str = ""
    url: str = ""
    file: Path = Path()
    preview: Path = Path()
    size: tuple[int, int] = (0, 0)
    dpi: float = 0
    seconds: float = 0


@dataclass
class Play:
    """A run of the demo against the server at `base`; `note` is told each step as it is done."""

    base: str
    shop: Shop
    folder: Path
    note: Callable[[str], None]
    order_id: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def run(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.pieces = [Piece(product) for product in PRODUCTS]
        for piece in self.pieces:
            self._personalize(piece)
        for piece in self.pieces:
            self._keep_preview(piece)
        self._order()
        for piece in self.pieces:
            self._request_print(piece)
        for piece in self.pieces:
            self._fetch_print(piece)

    # The shopper

    def _personalize(self, piece: Piece) -> None:
        """Opens the form, uploads the photos among the answers, confirms."""
        store = f"/api/stores/{self.shop.store_id}"
        form = self._call("GET", f"{store}/skus/{piece.product.sku}/feature?lang=en")
        answers = piece.product.read("answers")
        photos = [c["key"] for step in form["steps"] for c in step["components"] if c["kind"] == "photo"]
        for key in photos:
            photo = (FOLDER / answers[key]["file"]).read_bytes()
            uploaded = self._call("POST", f"{store}/uploads", body=photo, content_type="image/jpeg")
            answers[key] = answers[key] | {"file": uploaded["id"]}
        confirmed = self._call("POST", f"{store}/customizations", {"sku": piece.product.sku, "lang": "en", "answers": answers})
        piece.custom_info_id = confirmed["id"]
        self.note(f"Shopper: {piece.product.title} personalized and confirmed")

    def _keep_preview(self, piece: Piece) -> None:
        address = f"/api/stores/{self.shop.store_id}/customizations/{piece.custom_info_id}"
        for _ in _patiently():
            shown = self._call("GET", address)
            if shown["previewState"] == "failed":
                raise PlayFailed(f"{piece.product.title}: the preview failed: {shown['failedReason']}")
            if shown["previewState"] == "ready":
                piece.preview = self.folder / f"{piece.product.name}-preview.png"
                piece.preview.write_bytes(self._download(shown["effects"][0]))
                self.note(f"Preview drawn: {piece.product.title}")
                return
        raise PlayFailed(f"{piece.product.title}: no preview after {PATIENCE:.0f} seconds")

    # The merchant's software

    def _order(self) -> None:
        """Sends the paid order, as a shop's software does, in the words of the CustoMeow document."""
        number = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")[:17]
        order = {
            "storeId": str(self.shop.store_id),
            "platformOrderId": number,
            "platformOrderNo": f"DEMO-{number[8:14]}",
            "platformType": 5,
            "platformCreatedAt": datetime.now(UTC).isoformat(timespec="seconds"),
            "currencyCode": "USD",
            "lineItems": [self._line(position, piece, number) for position, piece in enumerate(self.pieces, 1)],
        }
        placed = self._v1("POST", "/order", order)
        self.order_id = placed["id"]
        composites = {info["customInfoId"]: info["template"] for info in placed["compositeInfos"]}
        for piece in self.pieces:
            piece.composite_id = composites[piece.custom_info_id][0]["compositeId"]
        self.note(f"Order {order['platformOrderNo']} placed: {len(self.pieces)} lines")

    def _line(self, position: int, piece: Piece, number: str) -> dict[str, Any]:
        return {
            "sku": piece.product.sku,
            "customInfoId": piece.custom_info_id,
            "platformItemId": f"{number}{position}",
            "platformProductId": f"{45369568400 + position}",
            "platformProductTitle": piece.product.title,
            "platformVariantTitle": piece.product.variant,
            "platformVariantId": f"{69585965400 + position}",
            "quantity": 1,
            "price": piece.product.price,
        }

    def _request_print(self, piece: Piece) -> None:
        piece.seconds = -time.monotonic()
        task = self._v1("POST", "/composite/task", {"customInfoId": piece.custom_info_id, "compositeId": piece.composite_id})
        piece.task_id = task["id"]

    def _fetch_print(self, piece: Piece) -> None:
        for _ in _patiently():
            task = self._v1("GET", f"/composite/task/{piece.task_id}")
            if task["status"] == 3:
                raise PlayFailed(f"{piece.product.title}: the print file failed: {task['failedReason']}")
            if task["status"] == 2:
                piece.seconds += time.monotonic()
                piece.url = task["resources"][0]
                self._check(piece, self._download(piece.url))
                self.note(f"Print file made and checked: {piece.product.title}")
                return
        raise PlayFailed(f"{piece.product.title}: no print file after {PATIENCE:.0f} seconds")

    def _check(self, piece: Piece, data: bytes) -> None:
        """The file must be what the template promises: a PNG of that size, with its dots per inch."""
        canvas = documents.parse(piece.product.read("production")).canvas
        found = headers.probe(data, piece.product.title)
        if (found.format, found.size) != ("png", (canvas.width, canvas.height)):
            raise PlayFailed(f"{piece.product.title}: got {found.format} {found.size}, not PNG {(canvas.width, canvas.height)}")
        piece.size, piece.dpi = found.size, canvas.dpi
        piece.file = self.folder / f"{piece.product.name}.png"
        piece.file.write_bytes(data)

    # HTTP

    def _v1(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the CustoMeow API; its `data`."""
        return self._call(method, f"/v1{path}", body, key=self.shop.api_key)["data"]

    def _call(self, method: str, path: str, body: Any = None, *, key: str = "", content_type: str = "application/json") -> Any:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": content_type}, method=method)
        if key:
            request.add_header("X-Api-Key", key)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    told = error.read().decode(errors="replace")
                    raise PlayFailed(f"{method} {path} answered {error.code}: {told}") from None
                time.sleep(float(error.headers["Retry-After"]))  # a second demo within the minute meets the call limit

    def _download(self, url: str) -> bytes:
        # asked of this machine, also when MONOGRAM_PUBLIC_URL is a name that only the world outside resolves
        path = "/" + url.split("/", 3)[3]
        with urllib.request.urlopen(self.base + path, timeout=60) as answer:
            return answer.read()


def _patiently() -> Iterator[None]:
    """Turns for polling, ever further apart, until PATIENCE is over."""
    deadline, pause = time.monotonic() + PATIENCE, 0.2
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
