"""Commands whose reader goes away, as `head` does: they stop without a traceback."""

import json
import subprocess
import sys

import pytest

DOCUMENT = {"canvas": {"width": 10, "height": 10}, "layers": [{"id": "a", "type": "shape", "colour": "red"}]}


def told_nobody(*arguments: str) -> tuple[int, str]:
    """Exit status and what stands on stderr when stdout is closed at the other end."""
    code = "import sys; from monogram.cli import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    return process.wait(60), errors


@pytest.mark.parametrize("command", [
    ["fonts"], ["fonts", "--json"], ["lint", "d.json"], ["lint", "--json", "d.json"], ["doctor"]])
def test_a_reader_that_goes_away_is_no_fault(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.json").write_text(json.dumps(DOCUMENT), "utf-8")
    assert told_nobody(*command) == (141, "")
    assert told_nobody("--help")[1] == ""


def test_another_broken_pipe_is_told():
    code = "import monogram.cli as cli\ndef broken(_): raise BrokenPipeError\ncli._run = broken\ncli.main([])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 1 and "BrokenPipeError" in result.stderr
