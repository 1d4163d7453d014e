import pytest

from gis_platform.core import money


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
