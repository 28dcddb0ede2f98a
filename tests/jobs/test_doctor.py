"""`monogram doctor` on this machine: well where all is well, and each thing taken away is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from monogram import doctor, sandbox
from monogram.settings import read


def doctor_says(home, **environment: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = subprocess.run([sys.executable, "-m", "monogram.cli", "doctor", "--json"], capture_output=True, text=True,
                          env=os.environ | {"MONOGRAM_HOME": str(home)} | environment)
    answer = json.loads(done.stdout)
    assert answer["ok"] is (done.returncode == 0), done.stderr
    return done.returncode, {check["name"]: check for check in answer["checks"]}


def test_it_looks_at_everything(tmp_path, cluster):
    _, checks = doctor_says(tmp_path, DATABASE_URL=cluster.new_database())
    assert list(checks) == "python,engine,fonts,database,storage,disk,renderer,sandbox,sandbox attempts".split(",")
    well = [name for name, check in checks.items() if check["state"] == "ok"]
    assert {"python", "engine", "fonts", "database", "storage", "renderer", "sandbox attempts"} <= set(well), checks
    assert all(check["advice"] for check in checks.values() if check["state"] != "ok")


def test_what_is_wrong_is_named_and_makes_it_1(tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, checks = doctor_says(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
                               MONOGRAM_STORAGE=f"file://{tmp_path}/file/below")
    assert code == 1
    assert {name for name, check in checks.items() if check["state"] == "wrong"} >= {"database", "storage"}
    assert "does not answer" in checks["database"]["told"] and str(tmp_path) in checks["storage"]["told"]


@pytest.mark.parametrize("seen", [doctor.engine, doctor.fonts, doctor.disk])
def test_what_this_machine_lacks_is_seen(seen, tmp_path, monkeypatch):
    settings = read({"MONOGRAM_HOME": str(tmp_path)})
    assert [verdict.state for verdict in seen(settings)] == ["ok"]
    monkeypatch.setattr(doctor, "_installed", lambda name: "0.1")
    monkeypatch.setattr(doctor, "FREE", 1.01)
    if seen is doctor.fonts:
        monkeypatch.setattr("monogram.render.fonts.FOLDER", copy_of_the_book(tmp_path))
    (verdict,) = seen(settings)
    assert verdict.state == "wrong" and verdict.advice


def copy_of_the_book(folder):
    """The list of fonts without a single file."""
    from monogram.render import fonts

    (folder / "book.json").write_bytes((fonts.FOLDER / "book.json").read_bytes())
    return folder


def test_a_measure_that_does_not_hold_is_told():
    level = sandbox.Level(limits="", user="", network="Operation not permitted", files="", privileges="", calls="")
    verdict = doctor._measures(level)
    assert verdict.state == "warning" and "network (Operation not permitted)" in verdict.told and verdict.advice
    let = doctor._attempts(["read /etc/passwd"])
    assert let.state == ("wrong" if sandbox.LINUX else "warning") and "read /etc/passwd" in let.told
