"""The process that draws is closed: it can do nothing but draw, and draws everything it could draw before."""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from monogram import sandbox, seccomp
from monogram.jobs import renderer as renderers
from monogram.jobs.renderer import Renderer, RendererStopped
from monogram.render import document as documents
from monogram.render.draw import render as draw_here
from monogram.render.errors import RenderError
from tests.render.test_cases import ASSETS, CASES, NAMES
from tests.shops import document

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can close a process")


@pytest.fixture(scope="module")
async def renderer():
    made = Renderer()
    yield made
    await made.close()


async def draw(renderer: Renderer, name: str) -> renderers.Drawing:
    case = json.loads((CASES / f"{name}.json").read_text("utf-8"))

    async def asset(wanted: str) -> bytes | None:
        listed = case["document"].get("assets", {}).get(wanted, {})
        path = ASSETS / listed.get("file", wanted)
        return path.read_bytes() if path.is_file() else None

    return await renderer.draw(case["document"], case.get("values", {}), case.get("side", "print"), asset)


async def test_every_case_is_drawn_in_the_closed_process(renderer):
    """What a feature loads late (a module, a table, a codec) must be loaded by `preparation`, or fails here by name."""
    wrong = []
    for name in NAMES:
        try:
            made = await draw(renderer, name)
        except (RendererStopped, RenderError) as error:
            wrong.append(f"{name}: {error}")
            continue
        actual, expected = (np.asarray(Image.open(file)) for file in (io.BytesIO(made.data), CASES / f"{name}.png"))
        if expected.shape != actual.shape or (expected != actual).any():
            wrong.append(f"{name}: drawn differently")
    assert len(NAMES) > 50 and wrong == []


def proc(renderer: Renderer, name: str, split) -> dict:
    """A table the kernel keeps about the child."""
    return dict(split(line) for line in Path(f"/proc/{renderer.pid}/{name}").read_text().splitlines() if line)


@linux_only
async def test_the_kernel_holds_the_process(renderer):
    await draw(renderer, NAMES[0])
    assert {"limits", "user", "privileges", "calls"} <= set(renderer.level.in_force), renderer.level
    status = proc(renderer, "status", lambda line: line.split(":\t", 1))
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert int(status["CapPrm"], 16) == int(status["CapEff"], 16) == int(status["CapInh"], 16) == 0
    assert "0" not in status["Uid"].split() or "user" in renderer.level.missing
    limits = proc(renderer, "limits", lambda line: (line[:26].strip(), line[26:].split()[:2]))
    assert limits["Max open files"] == limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(sandbox.ADDRESS_SPACE)] * 2
    if "network" in renderer.level.in_force and os.getuid() == 0:
        assert os.readlink(f"/proc/{renderer.pid}/ns/net") != os.readlink("/proc/self/ns/net")


@linux_only
@pytest.mark.parametrize("name", sandbox.ATTEMPTS)
async def test_what_a_closed_process_may_not(renderer, name):
    with socket.create_server(("127.0.0.1", 0)) as door, tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        assert await renderer.attempt(name, folder, door.getsockname()[1]) == os.strerror(errno.EPERM)
        assert os.listdir(folder) == []


def test_the_same_attempts_succeed_in_an_open_process():
    """Or their refusal would prove nothing."""
    with socket.create_server(("127.0.0.1", 0)) as door, tempfile.TemporaryDirectory() as folder:
        names = [name for name in sandbox.ATTEMPTS if name != "run a program"]
        assert [sandbox.attempt(name, folder, door.getsockname()[1]) for name in names] == [""] * len(names)


# The filter of system calls, also for the machine we are not on


def decide(machine: str, number: int, *arguments: int, audit: int | None = None, pid: int = 77) -> str:
    """What the filter answers, by the rules of classic BPF."""
    data = {0: number, 4: seccomp._MACHINES[machine][0] if audit is None else audit}
    for index in range(6):
        value = arguments[index] if index < len(arguments) else 0
        data |= {16 + 8 * index: value & 0xFFFFFFFF, 20 + 8 * index: value >> 32}
    lines, at, held = seccomp.program(machine, pid), 0, 0
    while True:
        operation, yes, no, value = lines[at]
        at += 1
        if operation == 0x20:
            held = data[value]
        elif operation == 0x06:
            names = {0x7FFF0000: "allow", 0x80000000: "kill", 0x50000 | errno.EPERM: "EPERM", 0x50000 | errno.ENOSYS: "ENOSYS"}
            return names[value]
        else:
            met = {0x15: held == value, 0x25: held > value, 0x45: bool(held & value)}[operation]
            at += yes if met else no


NUMBERS = {  # from the kernel's tables: x86_64, aarch64
    "socket": (41, 198), "connect": (42, 203), "openat": (257, 56), "execve": (59, 221), "ptrace": (101, 117),
    "kill": (62, 129), "mount": (165, 40), "keyctl": (250, 219), "bpf": (321, 280), "io_uring_setup": (425, 425),
    "unshare": (272, 97), "setrlimit": (160, 164), "memfd_create": (319, 279), "process_vm_readv": (310, 270),
    "userfaultfd": (323, 282), "sendmsg": (46, 211), "openat2": (437, 437), "name_to_handle_at": (303, 264),
    "shmget": (29, 194), "perf_event_open": (298, 241),
}  # fmt: skip


@pytest.mark.parametrize("machine", seccomp._MACHINES)
def test_the_filter_on(machine):
    column = list(seccomp._MACHINES).index(machine)
    assert {decide(machine, numbers[column]) for numbers in NUMBERS.values()} == {"EPERM"}
    allowed = [numbers[column] for numbers in seccomp._PLAIN.values() if numbers[column] is not None]
    assert len(set(allowed)) == len(allowed) and {decide(machine, number) for number in allowed} == {"allow"}
    mmap, mprotect, clone, prlimit, prctl, tgkill = (numbers[column] for numbers, _ in seccomp._conditional(77))
    assert decide(machine, mmap, 0, 4096, 3) == decide(machine, mprotect, 0, 4096, 3) == "allow"
    assert decide(machine, mmap, 0, 4096, 7) == decide(machine, mprotect, 0, 4096, 5) == "EPERM"
    assert decide(machine, clone, 0x3D0F00) == "allow" and decide(machine, clone, 17) == "EPERM"
    assert decide(machine, prlimit, 0, 3, 0, 1 << 40) == "allow" and decide(machine, prlimit, 0, 3, 1 << 40) == "EPERM"
    assert decide(machine, prctl, 15) == "allow" and decide(machine, prctl, 4, 1) == "EPERM"
    assert decide(machine, tgkill, 77, 78, 6) == "allow" and decide(machine, tgkill, 76, 76, 9) == "EPERM"
    assert decide(machine, 435) == decide(machine, 500) == decide(machine, 0x40000001) == "ENOSYS"
    assert decide(machine, allowed[0], audit=0x40000003) == "kill"


# What the worker makes of a child that lies

HONEST = draw_here(documents.parse(document(2, 3)), {"name": ""}, {})
PNG, REPORT = HONEST.data, msgspec.to_builtins(HONEST.report)


def done(**changes) -> dict:
    made = {"data": PNG, "width": 2, "height": 3, "dpi": 72.0, "media_type": "image/png", "report": REPORT, "findings": []}
    return {"done": made | changes}


def test_an_honest_answer_is_taken():
    assert renderers._drawing(done()) == renderers.Drawing(PNG, 2, 3, "image/png", REPORT, [])


LIES = [
    {}, {"done": {}}, {"done": []}, done(data="text"), done(data=b"<script>"), done(data=PNG[:17]), done(width=3),
    done(width=-2), done(height=1 << 40), done(media_type="text/html"), done(report={"fonts": 1}), done(findings=None),
    {"refused": ["code"]}, {"refused": [1, 2, 3, 4]}, {"bug": ""}, {"bug": 7},
]  # fmt: skip


@pytest.mark.parametrize("answer", LIES)
def test_an_answer_that_is_no_drawing_is_refused(answer):
    with pytest.raises(RendererStopped):
        renderers._drawing(answer)
