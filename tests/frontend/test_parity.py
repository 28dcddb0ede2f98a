"""The preview is the print: both painters agree on every case, and the scoreboard says so."""

import re

import pytest

from tests.render.test_cases import NAMES, keep_failure

from . import parity


@pytest.fixture(scope="module")
def results():
    return {result.name: result for result in parity.compare()}


@pytest.mark.parametrize("name", NAMES)
def test_both_painters_agree(name, results):
    result = results[name]
    if not result.within(parity.bounds()):
        kept = keep_failure(f"parity-{name}", result.here, result.there)
        pytest.fail(f"{name}: {result.identical:.3%} equal, largest difference {result.largest}: see {kept}")


def test_own_bounds_are_few_needed_and_explained(results):
    bounds = parity.bounds()
    assert set(bounds) <= set(NAMES) and len(bounds) <= 0.05 * len(NAMES)
    for name, bound in bounds.items():
        assert len(bound["why"]) > 20
        assert bound.get("largest", 1) <= 4 and bound.get("identical", 1) >= 0.98
        assert not results[name].within({}), f"{name} meets the common bound"


def test_the_comparison_sees_one_wrong_pixel(results):
    result = next(iter(results.values()))
    assert not parity.Result("x", 0.9989, 1, result.here, result.here).within({})
    assert not parity.Result("x", 0.9999, 2, result.here, result.here).within({})


def test_the_scoreboard_is_up_to_date(results):
    """Cases and versions to the letter; the measured shares to a tenth of a point, since processors round differently."""
    written, measured = parity.PAGE.read_text("utf-8"), parity.page(results.values())
    number = re.compile(r"\| (\d+) \| (\d+\.\d+) \| (\d+) \|$", re.M)
    assert number.sub("", written) == number.sub("", measured), "run python -m tests.frontend.parity"
    for (_, one, largest), (_, two, now) in zip(number.findall(written), number.findall(measured), strict=True):
        assert abs(float(one) - float(two)) < 0.1 and abs(int(largest) - int(now)) <= 1
