"""What a till checks without a network: nothing in a voucher can be altered, and nobody else can make one."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gis_platform.city import CITIES
from gis_platform.core import clock
from rules.benefits import voucher_tokens
from rules.benefits.voucher_tokens import Claims, TokenForged, public_keys, read, sign

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
CLAIMS = Claims(
    id=UUID(int=7),
    cents=300,
    issued_at=NOW,
    expires_at=NOW + timedelta(days=7),
    categories=("bus-ticket",),
    bound_to="device:7",
)


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(NOW):
        yield


def packed(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def altered(part: int, **changes) -> str:
    """A good token with something else in its header (0) or its body (1), and the signature that it had."""
    parts = sign(CLAIMS).split(".")
    parts[part] = packed(json.loads(unpacked(parts[part])) | changes)
    return ".".join(parts)


def test_what_is_signed_can_be_read():
    assert read(sign(CLAIMS)) == CLAIMS
    bare = replace(CLAIMS, categories=(), bound_to="")
    assert read(sign(bare)) == bare


def test_a_till_needs_the_published_key_alone():
    """As any library for JWS would: the bytes before the last dot, the key of the header's `kid` (RFC 8037, A.5)."""
    header, body, signature = sign(CLAIMS).split(".")
    kid = json.loads(unpacked(header))["kid"]
    (key,) = [key for key in public_keys() if key["kid"] == kid]
    public = Ed25519PublicKey.from_public_bytes(unpacked(key["x"]))
    public.verify(unpacked(signature), f"{header}.{body}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(unpacked(signature), f"{header}.{body}x".encode())


def test_it_does_not_say_whose_it_is():
    body = json.loads(unpacked(sign(CLAIMS).split(".")[1]))
    assert body.keys() == {"iss", "jti", "iat", "exp", "cents", "categories", "aud"}


@pytest.mark.parametrize(
    "change",
    [{"cents": 30_000}, {"exp": 2_000_000_000}, {"jti": str(UUID(int=8))}, {"categories": []}, {"aud": "device:8"}],
)
def test_nothing_in_it_can_be_altered(change):
    with pytest.raises(TokenForged):
        read(altered(1, **change))


@pytest.mark.parametrize(
    "change", [{"alg": "none"}, {"alg": "HS256"}, {"kid": "2014"}, {"kid": "x"}, {"crit": ["b64"]}]
)
def test_another_header_is_refused(change):
    with pytest.raises(TokenForged):
        read(altered(0, **change))


def test_somebody_elses_key_is_refused():
    header, body, _ = sign(CLAIMS).split(".")
    forged = Ed25519PrivateKey.generate().sign(f"{header}.{body}".encode())
    with pytest.raises(TokenForged):
        read(f"{header}.{body}.{packed(forged)}")


def test_the_check_catches_a_reader_that_trusts_the_body(monkeypatch):
    """The broken twin: without the signature's check, an altered amount would be believed."""

    class Credulous:
        def public_key(self):
            return self

        def verify(self, *_args):
            pass

    dearer = altered(1, cents=30_000)
    monkeypatch.setattr(voucher_tokens, "_key", lambda *args: Credulous())
    assert read(dearer).cents == 30_000


def test_the_other_citys_voucher_is_refused(settings):
    token = sign(CLAIMS)
    settings.CITY = CITIES["siauliai" if settings.CITY.id == "jelgava" else "jelgava"]
    with pytest.raises(TokenForged):
        read(token)


def test_another_deployments_secret_signs_otherwise(settings):
    token = sign(CLAIMS)
    settings.SECRET_KEY = "another " * 8
    with pytest.raises(TokenForged):
        read(token)


def test_a_key_counts_as_long_as_a_voucher_of_its_year_may_be_valid():
    """Ten years after the last day of the year 2026."""
    token = sign(CLAIMS)
    with clock.frozen(datetime(2036, 12, 31, 12, 0, tzinfo=UTC)):
        assert read(token) == CLAIMS
    with clock.frozen(datetime(2038, 1, 2, tzinfo=UTC)), pytest.raises(TokenForged):
        read(token)


@pytest.mark.parametrize(
    "text", ["", "a", "a.b", "a.b.c", "a.b.c.d", "ā.b.c", "=.=.=", "." * 2, "[" * 900, "x" * 5_000]
)
def test_what_is_no_token_is_refused(text):
    with pytest.raises(TokenForged):
        read(text)


def test_a_second_spelling_of_the_same_bytes_is_refused():
    """The last letter of a signature carries two bits that mean nothing (64 bytes are 85 letters and a third)."""
    token = sign(CLAIMS)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + letters[letters.index(token[-1]) ^ 1]
    with pytest.raises(TokenForged):
        read(twin)
