"""Changing codes, as pure text: what they say, when they hold, and what gives a forged one away."""

import hmac
from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest

from gis_platform.residents import rotating
from gis_platform.residents.errors import CodeForged, CodeOfAnotherCity
from gis_platform.residents.rotating import Age

SECRET = bytes(range(32))
CARD = "ABCDEFGHIJKLMNOP"
AT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)  # 1,795,435,200 s after 1970: the step 59,847,840 begins
pytestmark = pytest.mark.usefixtures("city_of_jelgava")


def age(after_s: float, *, secret: bytes = SECRET) -> Age:
    code = rotating.code_of(SECRET, AT, card=CARD)
    return rotating.verify(rotating.read(code), secret, AT + timedelta(seconds=after_s))


def test_a_code_is_an_hmac_of_what_it_says():
    said = "R1:JELGAVA:ABCDEFGHIJKLMNOP:59847840"
    mac = b32encode(hmac.digest(SECRET, said.encode(), "sha256")[:10]).decode()
    assert rotating.code_of(SECRET, AT, card=CARD) == f"{said}:{mac}"


def test_every_character_is_one_of_the_small_kind_of_qr_code():
    assert set(rotating.code_of(SECRET, AT, card=CARD)) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


# The code is of the 30 seconds from 12:00:00; one step more is accepted on either side.
@pytest.mark.parametrize(
    ("after_s", "expected"),
    [(-31, Age.AHEAD), (-30, Age.NOW), (0, Age.NOW), (59, Age.NOW), (60, Age.LATE), (120, Age.LATE), (-120, Age.AHEAD)],
)
def test_it_holds_for_its_step_and_one_more(after_s, expected):
    assert age(after_s) is expected


def test_another_key_gives_it_away():
    with pytest.raises(CodeForged):
        age(0, secret=bytes(32))


@pytest.mark.parametrize(
    "place", range(len("R1:JELGAVA:"), len("R1:JELGAVA:ABCDEFGHIJKLMNOP:59847840:ABCDEFGHIJKLMNOP"))
)
def test_a_changed_character_gives_it_away(place):
    code = rotating.code_of(SECRET, AT, card=CARD)
    changed = code[:place] + ("A" if code[place] != "A" else "2") + code[place + 1 :]
    with pytest.raises(CodeForged):
        rotating.verify(rotating.read(changed), SECRET, AT)


@pytest.mark.parametrize(
    "text", ["", "R1", "R1:JELGAVA:A:1:B", "R2:" + "A" * 40, "R1:JELGAVA:" + "A" * 16 + ":-1:" + "A" * 16]
)
def test_another_form_is_no_code(text):
    with pytest.raises(CodeForged):
        rotating.read(text)


def test_a_code_of_the_partner_city_is_called_so():
    with pytest.raises(CodeOfAnotherCity):
        rotating.read(rotating.code_of(SECRET, AT, card=CARD, city="siauliai"))
