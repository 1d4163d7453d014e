import doctest
from importlib import import_module

import pytest

MODULES = [
    "arithmetic",
    "errors",
    "expressions",
    "folding",
    "geometries",
    "parsing",
    "patterns",
    "scanning",
    "temporal",
    "typed",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    results = doctest.testmod(import_module(f"gis_platform.core.cql2.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
