import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["courses", "land", "writing"])
def test_examples_in_docstrings_hold(name):
    results = doctest.testmod(import_module(f"maps.monitor.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
