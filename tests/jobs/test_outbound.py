"""The only HTTP client: hostile addresses reach nobody, whatever they are written like or resolve to; honest ones work."""

from __future__ import annotations

import ast
import asyncio
import itertools
import shutil
import socket
import ssl
import subprocess
import time
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from aiohttp import web

from monogram import outbound as outbound_module
from monogram.core import receivers
from monogram.outbound import CAP, Outbound, Refused, Unanswered
from tests.receivers import LOOPBACK, receiving, status

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.0.1 169.254.169.254
169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b:1::7f00:1 100::1 100:0:0:1::1 1fff::1 2001::1 2001:0:7f00:1::1 2001:10::1 2001:20::1 2001:1ff::1 2001:db8::1
2002:7f00:1:: 2002:a00:1::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::5efe:7f00:1 febf::1 fec0::1
ff02::1 ff0e::1 2600:1900::5efe:7f00:1 2600:1900::200:5efe:a00:1 a000::1 e000::1
""".split()

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.255.255
172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 ::ffff:8.8.8.8
2606:4700:4700::1111 2001:200::1 2001:4860:4860::8888 2003::1 2a00:1450:4001::64 2400:cb00::1 3ffe::1
""".split()

# How addresses are disguised. Each of these is refused for its form, before anybody is asked for a name.
DISGUISED = """
https://2130706433/ https://0x7f000001/ https://0x7f.1/ https://0177.0.0.1/ https://127.1/ https://127.0.1/ https://0/ https://0x0/
https://017700000001/ https://127.0.0.1./ https://10.1./ https://1.2.3.4.5/ https://a.b.0x1/ https://[::1]:0/ https://[fe80::1%25lo]/
https://[::1%25eth0]/ https://[::ffff:127.0.0.1%25x]/ https://user@good.example/ https://user:pass@good.example/
https://good.example@127.0.0.1/ https://:@good.example/ https://good.example:pass@evil.example/
https://good.example:0/ https://good.example:99999/ https://good.example:port/ https://good.example:-1/
ftp://good.example/ file:///etc/passwd gopher://good.example/ data:text/plain,x javascript:alert(1) ws://good.example/
unix:///var/run/docker.sock //good.example/ good.example good.example/hook /hook ? # https: https:// https:/// https:///hook
https:good.example https://.example/ https://good..example/ https://-good.example/ https://good-.example/
https://good%2eexample/ https://good%00.example/ https://127.0.0.1%2f@good.example/ https://good.example%23@127.0.0.1/
https://good.example\\@127.0.0.1/ https:\\\\good.example\\ https://[good.example]/ https://[1.2.3.4]/ https://[::1
https://::1/ https://[:::1]/ https://[v1.fe80::1]/ https://good.example:443:443/ http+unix://%2Fvar%2Frun%2Fdocker.sock/
dict://127.0.0.1:11211/ ldap://127.0.0.1/ tftp://127.0.0.1/ jar:https://good.example!/ netdoc:///etc/passwd blob:https://good.example/
""".split()
DISGUISED += [
    "", " ", "https://good.example/\n", "https://good.example/ x", "\thttps://good.example/",
    "https://good.example/\r\nHost: evil",
    "https://go\u00a0od.example/", "https://" + "a" * 64 + ".example/", "https://" + "a." * 130 + "example/",
    "https://good.example/" + "x" * 2048, "https://good.example/\0", "https://good.example/\x7f",
]  # fmt: skip

# Forms that a URL library reads as a private address: refused for what they are.
LITERAL = [
    *(f"https://{each}/" if ":" not in each else f"https://[{each}]/" for each in PRIVATE),
    "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://１２７.0.0.1/", "https://[::FFFF:7F00:1]/", "https://[0:0:0:0:0:0:0:1]/",
    "https://127.0.0.1:8443/", "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/latest/", "HTTPS://127.0.0.1/",
    "https://127.0.0.1#@good.example/", "https://127.0.0.1?@good.example/", "https://127.0.0.1/@good.example",
]  # fmt: skip

PLAIN = ["http://good.example/", "http://93.184.216.34/", "https://good.example:22/", "https://93.184.216.34:6379/",
         "https://good.example:8080/", "http://good.example:443/", "https://good.example:25/"]  # fmt: skip


class Canary:
    """Counts the connections that anybody opens to it, on loopback."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.port = self.server.getsockname()[1]

    def touched(self) -> bool:
        try:
            self.server.accept()
            return True
        except BlockingIOError:
            return False


@pytest.fixture
def canary():
    made = Canary()
    yield made
    made.server.close()


def names(**table: list[str] | Exception):
    """A resolver of our own in place of the outside network; what it is asked is kept."""
    async def resolve(host: str) -> list[str]:
        asked.append(host)
        found = table.get(host.split(".")[0], OSError("no such host"))
        if isinstance(found, Exception):
            raise found
        return found

    asked: list[str] = []
    return resolve, asked


def test_the_corpus_is_large():
    assert len(PRIVATE) + len(DISGUISED) + len(LITERAL) + len(PLAIN) >= 150


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public(text):
    assert not receivers.is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address(text):
    assert receivers.is_public(ip_address(text))


@pytest.mark.parametrize("address", DISGUISED)
async def test_a_disguised_address_is_refused_before_a_name_is_asked_for(address):
    resolve, asked = names(good=["93.184.216.34"], a=["93.184.216.34"])
    async with Outbound([ip_network("0.0.0.0/0"), ip_network("::/0")], resolve=resolve) as outbound:
        with pytest.raises(Refused):
            await outbound.send("POST", address, b"x")
    assert asked == []
    with pytest.raises(ValueError, match=r"."):
        receivers.check(address, [ip_network("0.0.0.0/0")])


@pytest.mark.parametrize("address", LITERAL)
async def test_a_private_address_is_refused_however_it_is_written(address):
    resolve, asked = names()
    async with Outbound(resolve=resolve) as outbound:
        with pytest.raises(Refused):
            await outbound.send("POST", address, b"x")
    assert asked == []
    with pytest.raises(ValueError, match="not public"):
        receivers.check(address)


@pytest.mark.parametrize("address", PLAIN)
async def test_public_receivers_must_speak_tls_at_a_usual_port(address):
    resolve, _ = names(good=["93.184.216.34"])
    async with Outbound(LOOPBACK, resolve=resolve) as outbound:
        with pytest.raises(Refused, match="https"):
            await outbound.send("POST", address, b"x")
    with pytest.raises(ValueError, match="https"):
        receivers.check(address)


MIXED = [["93.184.216.34", "127.0.0.1"], ["8.8.8.8", "::1"], ["fe80::1%lo"]]


@pytest.mark.parametrize("found", [[each] for each in PRIVATE] + MIXED, ids=" ".join)
async def test_a_name_with_any_private_address_is_refused(found):
    resolve, _ = names(evil=found)
    async with Outbound(resolve=resolve) as outbound:
        with pytest.raises(Refused, match="not public"):
            await outbound.send("POST", "https://evil.example/", b"x")


async def test_what_a_name_resolves_to_is_what_is_called_and_it_is_asked_once(canary, monkeypatch):
    """Rebinding: the second answer would be the canary. And the last gate holds even if a resolver lies to us."""
    answers = itertools.chain([["192.0.2.1"]], itertools.repeat(["127.0.0.1"]))
    asked = []

    async def rebinding(host: str) -> list[str]:
        asked.append(host)
        return next(answers)

    monkeypatch.setattr(receivers, "PORTS", frozenset({canary.port}))
    monkeypatch.setattr(receivers, "is_public", lambda address: str(address) == "192.0.2.1")  # stands for a public address
    async with Outbound(resolve=rebinding) as outbound:
        with pytest.raises(Unanswered):  # nothing is there, or the network is unreachable; the canary is not what was called
            await outbound.send("POST", f"https://evil.example:{canary.port}/", b"x")
        assert asked == ["evil.example"]
        with pytest.raises(Refused):
            await outbound.send("POST", f"https://evil.example:{canary.port}/", b"x")
    assert not canary.touched()


async def test_the_last_gate_judges_the_socket_itself(canary, monkeypatch):
    """With every check before it switched off, no connection is opened either."""
    async def unchecked(self, host, port=0, family=0):
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    monkeypatch.setattr(outbound_module._Gate, "resolve", unchecked)
    monkeypatch.setattr(receivers, "PORTS", frozenset({canary.port}))
    async with Outbound() as outbound:
        with pytest.raises(Refused):
            await outbound.send("POST", f"https://evil.example:{canary.port}/", b"x")
        with pytest.raises(Refused):
            await outbound.send("POST", f"https://127.0.0.1:{canary.port}/", b"x")
    assert not canary.touched()


async def test_redirects_to_anywhere_are_answers_and_nothing_more(canary):
    async with receiving() as receiver, Outbound(LOOPBACK) as outbound:
        for code in (301, 302, 303, 307, 308):
            receiver.answers["a"] = status(code, Location=f"http://127.0.0.1:{canary.port}/")
            assert (await outbound.send("POST", f"{receiver.url}/a", b"x")).status == code
    assert not canary.touched()


async def test_proxies_of_the_environment_are_not_used(canary, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    async with receiving() as receiver, Outbound(LOOPBACK) as outbound:
        assert (await outbound.send("POST", f"{receiver.url}/a", b"x")).status == 200
    assert not canary.touched()


async def test_listed_networks_are_reached_by_name_and_by_address_also_mapped():
    resolve, _ = names(inside=["127.0.0.1"], mapped=["::ffff:127.0.0.1"], mixed=["127.0.0.1", "10.0.0.1"])
    async with receiving() as receiver, Outbound(LOOPBACK, resolve=resolve) as outbound:
        port = receiver.url.rsplit(":", 1)[1]
        for host in ("127.0.0.1", "inside.example", "mapped.example"):
            answer = await outbound.send("POST", f"http://{host}:{port}/a?q=1", b"body", {"X-One": "1"})
            assert (answer.status, answer.body, answer.cut) == (200, b"thanks", False)
        with pytest.raises(Refused):
            await outbound.send("POST", f"http://mixed.example:{port}/a", b"x")
        got = receiver.received[1]
        assert (got.body, got.headers["X-One"], got.headers["Host"]) == (b"body", "1", f"inside.example:{port}")


async def test_an_answer_is_read_up_to_a_cap_and_never_unpacked():
    async def endless(request):
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"})
        await response.prepare(request)
        while True:
            await response.write(b"\x1f\x8b" * 32768)

    async with receiving() as receiver, Outbound(LOOPBACK) as outbound:
        receiver.answers["a"] = endless
        answer = await outbound.send("GET", f"{receiver.url}/a")
        assert (answer.status, len(answer.body), answer.cut) == (200, CAP, True) and answer.body[:2] == b"\x1f\x8b"
        assert len((await outbound.send("GET", f"{receiver.url}/a", cap=10)).body) == 10


async def test_a_slow_drip_ends_with_the_total_time(monkeypatch):
    async def drip(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b".")
            await asyncio.sleep(0.05)
        return response

    monkeypatch.setattr("monogram.outbound.TOTAL", 0.5)
    async with receiving() as receiver, Outbound(LOOPBACK) as outbound:
        receiver.answers["a"] = drip
        began = time.monotonic()
        with pytest.raises(Unanswered):
            await outbound.send("POST", f"{receiver.url}/a", b"x")
        assert time.monotonic() - began < 2


async def test_name_servers_that_do_not_answer_are_asked_once_for_a_host(monkeypatch):
    asked = []

    async def silent(host: str) -> list[str]:
        asked.append(host)
        await asyncio.sleep(60)

    monkeypatch.setattr("monogram.outbound.LOOKUP", 0.2)
    async with Outbound(resolve=silent) as outbound:
        tries = [outbound.send("POST", "https://slow.example/", b"x") for _ in range(5)]
        found = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(each, Unanswered) for each in found) and asked == ["slow.example"]


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/9.9 banana\r\n\r\n", b"\x00" * 64, b"HTTP/1.1 200 OK\r\nA: " + b"a" * 100_000 + b"\r\n\r\n"],
    ids=["nothing", "banana", "zeros", "endless header"],
)
async def test_what_is_not_http_is_no_answer(said):
    async def talk(reader, writer):
        await reader.read(100)
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server, Outbound(LOOPBACK) as outbound:
        with pytest.raises(Unanswered):
            await outbound.send("POST", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", b"x")


@pytest.fixture
def certified(tmp_path) -> ssl.SSLContext:
    """A server's side of TLS for inside.example, by a certificate that nobody knows: `cert` in the test's folder."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here to make a certificate with")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", tmp_path / "key", "-out", tmp_path / "cert", "-subj", "/CN=inside.example",
         "-addext", "subjectAltName=DNS:inside.example"], check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    return context


async def test_a_certificate_that_is_not_valid_is_refused_and_a_valid_one_is_not(tmp_path, certified):
    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    resolve, _ = names(inside=["127.0.0.1"], other=["127.0.0.1"])
    async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=certified) as server:
        port = server.sockets[0].getsockname()[1]
        async with Outbound(LOOPBACK, resolve=resolve) as outbound:
            with pytest.raises(Unanswered, match="certificate"):
                await outbound.send("POST", f"https://inside.example:{port}/", b"")
        trusting = ssl.create_default_context(cafile=tmp_path / "cert")
        async with Outbound(LOOPBACK, resolve=resolve, tls=trusting) as outbound:
            assert (await outbound.send("POST", f"https://inside.example:{port}/", b"")).status == 204
            with pytest.raises(Unanswered, match="certificate"):
                await outbound.send("POST", f"https://other.example:{port}/", b"")


def test_no_other_module_opens_connections_outward():
    """Law: one way out. Found by imports; the embedded database, storage and PostgreSQL have their own libraries."""
    root = Path(__file__).parents[2] / "monogram"
    clients = {"aiohttp", "httpx", "requests", "http.client", "urllib3", "niquests"}
    found = []
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(
                node, ast.ImportFrom) else []
            found += [file.relative_to(root).as_posix() for name in names if name in clients or name.split(".")[0] in clients]
    assert set(found) == {"outbound.py"}
