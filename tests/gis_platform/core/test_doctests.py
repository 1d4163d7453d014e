import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["core.luhn", "core.money", "core.outbox", "core.sphere", "environment"])
def test_examples_in_docstrings_hold(name):
    results = doctest.testmod(import_module(f"gis_platform.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
