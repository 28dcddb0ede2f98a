"""A real browser paints what node paints, and a drag that has settled shows the server's print."""

import hashlib
import shutil

import numpy as np
import pytest

from monogram.render.paint import pixels

from . import browsers, parity

# of every kind of node one, and what is likeliest to depend on the machine
SCENES = ("text/arabic", "text/emoji-in-line", "fill/radial-text", "shadows/inner-and-outer-with-strokes", "blend/soft-light",
          "mask/image-luminance", "group/clip-rotated", "slice/rotated-fractional", "surface/mesh-wave", "image/shrunk")


@pytest.fixture(scope="module")
def scenes():
    return {name: parity.scene(name) for name in SCENES}


@pytest.fixture(scope="module")
def page(scenes, tmp_path_factory):
    program = browsers.chromium()
    if program is None:
        pytest.skip("There is no Chromium: install it (on Debian: apt-get install chromium) or name it in CHROMIUM.")
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("page")
    parity.hand_over(scenes, folder)
    (folder / "fonts").mkdir()
    for sha256, path in parity.fonts(scenes.values()).items():
        shutil.copy(path, folder / "fonts" / sha256)
    browsers.build(folder)
    with browsers.served(folder) as address, sync_playwright() as playwright:
        # WebGL in software: a machine that tests has no graphics card
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
        opened = browser.new_page()
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(address)
        opened.wait_for_function("globalThis.hashes !== undefined", timeout=30_000)
        yield opened
        browser.close()
        assert errors == []


def test_the_browser_paints_what_node_paints(page, scenes):
    there = {result.name: hashlib.sha256(result.there.tobytes()).hexdigest() for result in parity.painted_twice(scenes)}
    assert page.evaluate("hashes()") == there and len(there) == 10


@pytest.mark.parametrize("name", ["blend/soft-light", "text/arabic"])
def test_a_settled_drag_is_the_print(name, page, scenes):
    told = page.evaluate("name => drag(name)", name)
    print_ = pixels(scenes[name])
    assert told["ways"] == ["live"] * 6
    assert told["recorded"] == [told["nodes"]] * 6, "recordings of what is gone are let go"
    assert told["touched"] > 1000, "WebGL drew nothing"
    settled = np.array(told["settled"], np.uint8).reshape(print_.shape)
    assert (settled == print_).all()
    shown = np.array(told["shown"], np.uint8).reshape(print_.shape)
    opaque = print_[:, :, 3] == 255  # elsewhere the canvas itself rounds
    assert (shown[opaque] == print_[opaque]).all() and opaque.any()
