import doctest
import importlib
import pkgutil

import pytest

import rules.engine

MODULES = [module.name for module in pkgutil.walk_packages(rules.engine.__path__, "rules.engine.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_are_true(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
