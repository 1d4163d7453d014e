import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_platform.core.errors import InvalidInput
from gis_platform.core.luhn import holds_card_number, refuse_card_numbers, without_card_numbers

# Test numbers that the card schemes publish; no bank issues them.
CARDS = ["4222222222222", "378282246310005", "4111111111111111", "5555555555554444", "6304000000000000000"]


def with_check_digit(digits: str) -> str:
    total = sum(sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


@pytest.mark.parametrize("number", CARDS)
@pytest.mark.parametrize("form", ["{}", "card {}, thanks", "<{}>", "nr={};"])
def test_it_finds_a_card_number_in_text(number, form):
    assert holds_card_number(form.format(number))


@pytest.mark.parametrize("number", ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111 1111-11111111"])
def test_groups_do_not_hide_it(number):
    assert holds_card_number(number)
    assert without_card_numbers(f"a {number} b") == "a [card number removed] b"


@given(st.text("0123456789", min_size=12, max_size=18).map(with_check_digit))
def test_every_luhn_valid_string_of_13_to_19_digits_is_found(number):
    assert holds_card_number(number)


@given(st.text("0123456789", min_size=12, max_size=18).map(with_check_digit))
def test_a_wrong_check_digit_is_no_card(number):
    assert not holds_card_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "411111111111",  # 12 digits
        "2026-11-23 12:30:00",
        "LV80BANK0000435195001",  # an account, which is not a card
        "41111111111111110000",  # 20 digits
        "4111111111111112",
    ],
)
def test_other_numbers_pass(text):
    assert not holds_card_number(text)
    assert without_card_numbers(text) == text


def test_the_refusal_names_the_fields():
    with pytest.raises(InvalidInput) as refused:
        refuse_card_numbers(name="Anna", note="card 4111111111111111", comment="4222222222222")
    assert refused.value.code == "card-number-refused"
    assert refused.value.status == 400
    assert set(refused.value.fields) == {"note", "comment"}
    assert "4111111111111111" not in str(refused.value)


def test_clean_texts_are_accepted():
    refuse_card_numbers(name="Anna", note="meter 4111111111111112")
