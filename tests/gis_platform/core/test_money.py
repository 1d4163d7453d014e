import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.core import money

CENTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any)


@given(CENTS, WEIGHTS)
def test_shares_sum_to_the_total(total, weights):
    assert sum(money.share_out(total, weights)) == total


@given(CENTS, WEIGHTS)
def test_no_share_is_a_cent_or_more_away_from_its_exact_part(total, weights):
    for share, weight in zip(money.share_out(total, weights), weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@given(CENTS, WEIGHTS)
def test_a_return_undoes_a_sale(total, weights):
    assert money.share_out(-total, weights) == [-share for share in money.share_out(total, weights)]


def test_who_weighs_nothing_gets_nothing():
    assert money.share_out(7, [0, 3, 0]) == [0, 7, 0]


def test_the_first_of_equals_gets_the_odd_cent():
    # 10 / 3 = 3 each and one cent over.
    assert money.share_out(10, [1, 1, 1]) == [4, 3, 3]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_nobody_to_share_with_is_refused(weights):
    with pytest.raises(ValueError, match="shared out"):
        money.share_out(100, weights)


@pytest.mark.parametrize(
    ("amount", "basis_points", "expected"),
    [
        (150, 8_000, 120),  # a pupil's 80 % of 1.50 EUR
        (1, 5_000, 1),  # half a cent goes up
        (1, 4_999, 0),
        (-1, 5_000, -1),  # and down for a return, so that the two cancel
        (333, 3_333, 111),  # 110.9889
        (10**15, 10_000, 10**15),  # no float loses a cent
    ],
)
def test_percent_rounds_half_up(amount, basis_points, expected):
    assert money.percent(amount, basis_points) == expected


@pytest.mark.parametrize(
    ("language", "text"), [("lv", "1\xa0234,05\xa0€"), ("lt", "1\xa0234,05\xa0€"), ("en", "€1,234.05")]
)
def test_it_is_written_as_the_language_does(language, text):
    assert money.display(123_405, language=language) == text


def test_less_than_a_euro_keeps_its_sign():
    assert money.display(-5, language="en") == "-€0.05"
