"""The page of consent in a real browser: keyboard alone from the app's link back to the app, in both languages and sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiohttp import web

from monogram.core import clients
from tests.dialects.shoplazza.visitors import PASSWORD, open_world, verified
from tests.frontend import browsers

playwright = pytest.importorskip("playwright.async_api")
pytestmark = pytest.mark.skipif(browsers.chromium() is None, reason="no Chromium here")

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
EVERYTHING = "read_product write_product read_order write_order read_shop write_comments write_script_tags read_customer"


@pytest.fixture
async def world(pool, server):
    """With an app on this machine, which answers."""
    async def landed(_: web.Request) -> web.Response:
        return web.Response(text="landed")

    app = web.Application()
    app.router.add_get("/back", landed)
    app.router.add_get("/favicon.ico", landed)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    back = f"http://127.0.0.1:{runner.addresses[0][1]}/back"
    async with pool.acquire() as connection:
        made = await open_world(connection, server.url)
        client = await clients.register(connection, "Parcel & <b>Post</b>", back, [back])
        yield dataclasses.replace(made, client=client)
    await runner.cleanup()


@pytest.fixture(scope="module")
async def chromium() -> Iterator:
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(executable_path=browsers.chromium(), args=["--no-sandbox"])
        yield browser
        await browser.close()


async def _open(chromium, world, **more):
    """A page at the app's link."""
    context = await chromium.new_context(**more)
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    asked = world.query(scope=EVERYTHING, state="s-1", redirect_uri=world.client.redirect_uris[0])
    address = f"http://{world.browser().host}/admin/oauth/{asked}"
    await page.goto(address)
    return page, faults


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language,allow", [("en-US", "Allow"), ("zh-CN", "授权")])
async def test_from_the_apps_link_to_the_app_by_keyboard(chromium, world, size, language, allow):
    page, faults = await _open(chromium, world, locale=language, viewport=SIZES[size])
    assert await page.evaluate("document.activeElement.name") == "email"
    await page.keyboard.type(world.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    button = page.get_by_role("button", name=allow)
    assert await button.is_visible()
    box = await button.bounding_box()
    assert box["height"] >= 44 and box["y"] + box["height"] <= SIZES[size]["height"], "the answer is always in view"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut at the side"
    assert await page.evaluate("[...document.querySelectorAll('li')].every(each => each.innerText.length > 5)")
    for _ in range(9):
        await page.keyboard.press("Tab")
        if await button.evaluate("each => each === document.activeElement"):
            break
    assert await button.evaluate("each => getComputedStyle(each).outlineStyle") == "solid", "one sees where one is"
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    back = world.client.redirect_uris[0]
    assert page.url.startswith(f"{back}?code=") and verified(page.url, world.client.secret)
    code = dict(parse_qsl(urlsplit(page.url).query))["code"]
    assert (await world.tokens(code=code, redirect_uri=back))[0] == 200 and not faults
    await page.context.close()


async def test_a_script_of_the_same_host_cannot_reach_the_page(chromium, world):
    """Storefronts have the host of this page: what an app's script can do there, it tries here."""
    page, _ = await _open(chromium, world, locale="en-US")
    await page.fill("#email", world.email)
    await page.fill("#password", PASSWORD)
    await page.click(".main")
    address = page.url
    other = await page.context.new_page()
    await other.goto(f"http://{world.browser().host}/livez")
    told = await other.evaluate("async address => (await fetch(address)).status", address)
    assert told == 403
    framed = await other.evaluate(
        """async address => { const frame = document.createElement("iframe"); frame.src = address; document.body.append(frame);
           await new Promise(done => { frame.onload = done; setTimeout(done, 3000) });
           try { return frame.contentDocument ? frame.contentDocument.body.innerText : "" } catch { return "" } }""", address)
    assert "Allow" not in framed
    opened = await other.evaluate(
        """async address => {
           const page = window.open(address); await new Promise(done => setTimeout(done, 1500));
           try { return page?.document?.body?.innerText ?? "" } catch { return "" } }""", address)
    assert "Allow" not in opened
    await page.context.close()


async def test_it_reads_well_aloud(chromium, world):
    """One heading that names the app, a list with a name, buttons and fields with names; nothing that only looks so."""
    page, _ = await _open(chromium, world, locale="en-US")
    assert await page.get_by_label("E-mail").count() == 1 and await page.get_by_label("Password").count() == 1
    await page.fill("#email", world.email)
    await page.fill("#password", "wrong")
    await page.click(".main")
    alert = page.get_by_role("alert")
    assert "not right" in await alert.inner_text()
    assert await page.locator("#password").get_attribute("aria-describedby") == "fault"
    await page.fill("#password", PASSWORD)
    await page.click(".main")
    assert await page.get_by_role("heading", level=1).inner_text() == "Parcel & <b>Post</b> wants to work with your shop"
    assert await page.get_by_role("list", name="It will be able to").get_by_role("listitem").count() == 6
    assert await page.title() == "Parcel & <b>Post</b> asks to work with Nike Store"
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.get_by_role("link", name="中文").click()
    assert await page.evaluate("document.documentElement.lang") == "zh-Hans"
    await page.context.close()
