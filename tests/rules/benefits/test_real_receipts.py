"""The grocer's 56,140 lines through our engine, against the same worked out with pandas: equal to the cent."""

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from rules.benefits.facts import SCHEMA
from rules.engine.book import RuleBook
from rules.engine.deciding import decide
from rules.engine.definition import Programme
from rules.engine.receipt import read_receipt
from tests.conftest import SHARED_DATA
from tests.rules.benefits import real_receipts, real_receipts_by_hand
from tests.rules.benefits.real_receipts import Basket, Usage

pytestmark = pytest.mark.real_data

LINES, RECEIPTS = 56_140, 35_446  # as the file's own description has them
LINES_WITHOUT_A_UNIT = 296
SAMPLE = 1_500  # receipts in the slower checks


def shared_file(name: str) -> Path:
    """As the fixture `real_data` finds it, once for all tests here."""
    path = SHARED_DATA / name
    if not path.exists():
        pytest.skip(f"the shared data file {name} is not on this machine")
    return path


type Cents = dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def data():
    return real_receipts.read_data(shared_file)


@pytest.fixture(scope="module")
def receipts(data) -> list[Basket]:
    return list(real_receipts.baskets(data))


@pytest.fixture(scope="module")
def programmes(data) -> list[Programme]:
    return real_receipts.programmes(data)


def replay(programmes: Iterable[Programme], receipts: Iterable[Basket]) -> tuple[Cents, dict[str, int], int]:
    """Cents by (receipt, programme), points by receipt, and how many receipts were cut by a cap."""
    chosen = list(programmes)
    book, usage = RuleBook(chosen), Usage.of(chosen)
    cents: Cents = {}
    points: dict[str, int] = {}
    capped = 0
    for basket in receipts:
        remaining = usage.remaining(basket)
        outcome = book.decide(SCHEMA.read(basket.facts), read_receipt(basket.lines), remaining=remaining)
        usage.take(basket, dict(outcome.usage))
        cents |= {(basket.id, programme): given for programme, given in outcome.cents_by_programme().items()}
        if outcome.total_points:
            points[basket.id] = outcome.total_points
        capped += any(left == 0 for left in remaining.values())
        assert_no_line_is_given_away_twice(basket, outcome.cents_by_line())
    return cents, points, capped


def assert_no_line_is_given_away_twice(basket: Basket, given: dict[str, int]) -> None:
    assert all(0 < given[line.id] <= line.amount_cents for line in basket.lines if line.id in given)


@pytest.fixture(scope="module")
def replayed(programmes, receipts):
    return replay(programmes, receipts)


@pytest.fixture(scope="module")
def by_hand(data):
    return real_receipts_by_hand.totals(data)


def test_all_of_the_receipts_are_there(data, receipts):
    assert len(data.lines) == LINES - LINES_WITHOUT_A_UNIT == sum(len(basket.lines) for basket in receipts)
    assert RECEIPTS - LINES_WITHOUT_A_UNIT < len(receipts) <= RECEIPTS
    assert len(data.campaigns) == 27


def test_every_receipt_and_programme_agrees_to_the_cent(replayed, by_hand):
    cents, points, _ = replayed
    expected_cents, expected_points = by_hand
    assert {key for key in cents.keys() | expected_cents.keys() if cents.get(key) != expected_cents.get(key)} == set()
    assert points == expected_points
    assert sum(cents.values()) == sum(expected_cents.values())


def test_programmes_and_caps_are_really_asked(replayed):
    """The file is a sample of lines, so that 14 of the 27 campaigns meet something that their households bought."""
    cents, _points, capped = replayed
    given = {programme for _basket, programme in cents}
    own = set(real_receipts.OWN) - {"points-for-fruit"}
    assert own < given
    assert len(given - own) == 14
    assert capped == 441  # receipts that found a cap used up


def test_a_rerun_is_identical(programmes, receipts):
    some = receipts[:SAMPLE]
    assert replay(programmes, some) == replay(programmes, some)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_lines_and_programmes_changes_nothing(programmes, receipts, seed):
    chance = random.Random(seed)
    some = receipts[-SAMPLE:]
    shuffled = [
        Basket(one.id, one.household, one.day, one.facts, tuple(chance.sample(one.lines, len(one.lines))))
        for one in some
    ]
    assert replay(chance.sample(programmes, len(programmes)), shuffled) == replay(programmes, some)


def test_the_comparison_catches_a_cent(replayed, by_hand):
    """The broken twin: one cent too much on one receipt."""
    cents, _points, _capped = replayed
    wrong = dict(cents)
    wrong[next(iter(wrong))] += 1
    assert wrong != by_hand[0]


def test_the_comparison_catches_a_cap_that_nobody_takes(programmes, receipts, by_hand, monkeypatch):
    monkeypatch.setattr(Usage, "take", lambda *args: None)
    assert replay(programmes, receipts)[0] != by_hand[0]


def test_the_explained_decision_is_the_same(programmes, receipts):
    """What a clerk is shown years later comes from `deciding.decide`; the till's answer from the book."""
    book = RuleBook(programmes)
    for basket in receipts[::200]:
        facts, receipt = SCHEMA.read(basket.facts), read_receipt(basket.lines)
        explained = decide(programmes, facts=facts, receipt=receipt)
        assert explained.grants == book.decide(facts, receipt).grants
