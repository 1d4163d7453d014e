import doctest
import importlib

import pytest

MODULES = ("settlement.journal", "settlement.payees", "settlement.periods", "settlement.runs", "settlement.ubl")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(f"rules.ledger.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
