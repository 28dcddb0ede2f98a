"""Both text engines give the same layouts: glyphs, places and refusals, to the last bit."""

import json

import uharfbuzz

from . import crosscheck, workspace


def test_both_sides_have_the_same_harfbuzz():
    script = 'import { versionString } from "harfbuzzjs"; process.stdout.write(versionString())'
    assert workspace.node("--input-type=module", "--eval", script).stdout == uharfbuzz.version_string()


def test_random_texts_are_the_same_in_both_languages():
    result = crosscheck.compare(600, seed=1)
    assert result.glyphs > 10_000 and 30 < result.errors < 200
    shown = [json.dumps(part, ensure_ascii=False)[:1500] for case in result.different[:1] for part in case]
    assert not result.different, "\n".join([f"{len(result.different)} differ", *shown])
    assert result.largest == 0
