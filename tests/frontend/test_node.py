"""The front end's own tests and its types, run by node."""

import pytest

from . import workspace


def test_there_is_something_to_test():
    assert "packages/text" in workspace.packages()


@pytest.mark.parametrize("package", workspace.packages())
def test_the_package_keeps_its_tests(package):
    result = workspace.node("--test", "--test-reporter=spec", f"{package}/test/*.test.ts")
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr
    assert "ℹ fail 0" in result.stdout and "ℹ pass 0" not in result.stdout


def test_the_types_hold():
    result = workspace.node(workspace.typescript(), "--noEmit")
    assert result.returncode == 0, result.stdout + result.stderr
