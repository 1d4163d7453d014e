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


@pytest.mark.parametrize(
    "text", ["2 4111111111111111", "Jelgava 3001 4111 1111 1111 1111", "3782 822463 10005 17", "LT99 4111111111111111"]
)
def test_numbers_beside_it_do_not_hide_it(text):
    assert holds_card_number(text)
    assert "4111" not in without_card_numbers(text)


@given(st.integers(0, 10**16 - 1).map("{:016d}".format))
def test_no_account_is_taken_for_a_card(digits):
    """Lithuanian accounts: the check digits are 98 less the remainder of the digits, L = 21, T = 29 and 00 by 97."""
    assert not holds_card_number(f"LT{98 - int(digits + '212900') % 97:02d}{digits}")


@given(st.binary(min_size=32, max_size=32))
def test_no_key_or_digest_is_taken_for_a_card(key):
    assert not holds_card_number(key.hex())


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
        "LT367300000435195001",  # an account whose digits pass Luhn's check or not: by its own it is an account
        "123e4567-e89b-42d3-8456-426614174000",
        "24.4111111111111111",  # decimal places
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
