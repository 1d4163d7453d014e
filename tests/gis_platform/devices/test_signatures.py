"""Signed requests: HTTP Message Signatures of devices, each taken once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from django.test import Client
from http_message_signatures import ContentDigest, HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from gis_platform.core import clock, prepared
from gis_platform.devices import services, signatures
from gis_platform.devices.models import Device, Nonce
from gis_platform.identity.keys import prefix_of
from tests.people import a_device

pytestmark = pytest.mark.django_db
BEAT = "/api/v1/devices/heartbeat"
COVERED = ("@method", "@path", "content-digest")


class Machine(HTTPSignatureKeyResolver):
    """A device on the other side of the wire, which signs as the library does."""

    def __init__(self, device=None, *, with_key_pair=False):
        self.device = device or a_device()
        self.private = Ed25519PrivateKey.generate() if with_key_pair else None
        public = self.private.public_key().public_bytes_raw().hex() if self.private else ""
        code = services.open_registration(self.device, actor="user:1")
        _device, self.given = services.register(code, public_key=public)
        self.client = Client(headers={"Accept-Language": "en"})

    def resolve_public_key(self, key_id):
        raise NotImplementedError

    def resolve_private_key(self, key_id):
        return self.private or bytes.fromhex(self.given.signing_secret)

    def signed(self, body=None, *, path=BEAT, covered=COVERED, nonce="nonce-0001", after_s=0, **extra):
        data = json.dumps(body or {}).encode()
        headers = {"Content-Type": "application/json", **extra}
        digest = {"Content-Digest": ContentDigest().create(data)}
        headers |= digest if "content-digest" in covered else {}
        message = SimpleNamespace(method="POST", url=f"https://city.example{path}", headers=headers)
        kind = algorithms.ED25519 if self.private else algorithms.HMAC_SHA256
        HTTPMessageSigner(signature_algorithm=kind, key_resolver=self).sign(
            message, key_id=prefix_of(self.given.key, kind="device"), covered_component_ids=covered,
            created=clock.now() + timedelta(seconds=after_s), nonce=nonce,
            body=data if "content-digest" in covered else None, use_existing_digest="content-digest" in covered,
        )  # fmt: skip
        return data, message.headers | digest

    def sends(self, data, headers, path=BEAT):
        return self.client.post(path, data, content_type="application/json", headers=headers)


@pytest.fixture(params=[False, True], ids=["hmac-sha256", "ed25519"])
def machine(request):
    return Machine(with_key_pair=request.param)


def test_a_signed_request_is_let_in(machine):
    answer = machine.sends(*machine.signed({"battery_percent": 71}))
    assert answer.json()["device"] == machine.device.code
    assert Device.objects.get().battery_percent == 71


def test_the_same_request_again_is_a_replay(machine):
    request = machine.signed()
    assert machine.sends(*request).status_code == 200
    answer = machine.sends(*request)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature-replayed")


def test_another_body_path_or_key_does_not_fit(machine):
    data, headers = machine.signed()
    other = Machine(with_key_pair=machine.private is not None).signed()[1]
    stolen = headers | {"Signature": other["Signature"]}
    for attempt in ((data + b" ", headers), (data, headers, "/api/v1/devices/key"), (data, stolen)):
        answer = machine.sends(*attempt)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature-refused")
    assert not Nonce.objects.exists()  # a refused one does not use up the mark


@pytest.mark.parametrize("off_s", [-120, 120])
def test_a_clock_two_minutes_off_is_told_the_time(machine, off_s):
    answer = machine.sends(*machine.signed(after_s=off_s)).json()
    assert answer["code"] == "signature-clock-off"
    assert answer["now"][:4] == str(clock.now().year)


@pytest.mark.parametrize("off_s", [-55, 55])
def test_a_clock_within_a_minute_is_good_enough(machine, off_s):
    assert machine.sends(*machine.signed(after_s=off_s)).status_code == 200


@pytest.mark.parametrize("covered", [("@method",), ("@path", "content-digest"), ("@method", "@path")])
def test_what_matters_has_to_be_covered(machine, covered):
    assert machine.sends(*machine.signed(covered=covered)).json()["code"] == "signature-refused"


def test_the_idempotency_key_has_to_be_covered_where_there_is_one(machine):
    extra = {"Idempotency-Key": "receipt-1"}
    assert machine.sends(*machine.signed(**extra)).json()["code"] == "signature-refused"
    covered = (*COVERED, "idempotency-key")
    assert machine.sends(*machine.signed(covered=covered, **extra)).status_code == 200


@pytest.mark.parametrize("nonce", ["", "short", "n" * 65])
def test_a_signature_needs_a_mark_of_its_own(machine, nonce):
    assert machine.sends(*machine.signed(nonce=nonce)).json()["code"] == "signature-refused"


@pytest.mark.parametrize("text", ["", "x", 'a=("@method")', 'a=("@method");keyid="00000000"', "a=();b=();c"])
def test_what_is_no_signature_is_refused(machine, text):
    data, headers = machine.signed()
    assert machine.sends(data, headers | {"Signature-Input": text}).status_code == 401


def test_a_device_with_a_key_pair_has_to_sign():
    machine = Machine(with_key_pair=True)
    answer = machine.client.post(BEAT, {}, "application/json", HTTP_AUTHORIZATION=f"Device {machine.given.key}")
    assert (answer.status_code, answer.json()["code"]) == (401, "signature-required")


def test_only_a_device_that_may_calls_unsigned():
    machine = Machine(a_device(unsigned_allowed=False))
    answer = machine.client.post(BEAT, {}, "application/json", HTTP_AUTHORIZATION=f"Device {machine.given.key}")
    assert answer.json()["code"] == "signature-required"
    assert machine.sends(*machine.signed()).status_code == 200


def test_a_revoked_device_signs_in_vain(machine):
    services.revoke(machine.device, actor="user:1")
    assert machine.sends(*machine.signed()).json()["code"] == "credentials-refused"


def test_marks_are_kept_longer_than_any_signature_that_could_bring_them_again(machine):
    machine.sends(*machine.signed())
    with clock.frozen(clock.now() + 2 * signatures.CLOCK_SKEW):
        assert signatures.prune() == 0
    with clock.frozen(clock.now() + signatures.KEPT_FOR + timedelta(seconds=1)):
        assert signatures.prune() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [False, True], ids=["as-it-is", "broken-twin"])
def test_a_copy_that_comes_at_the_same_moment(broken):
    """The twin looks whether the mark is there and then goes on: original and copy are both let in."""
    machine = Machine()
    request, both_have_looked, row = machine.signed(), Barrier(2, timeout=10), prepared.row

    def look_only(name, values):
        if name == "device_of_key":
            return row(name, values)
        known = Nonce.objects.filter(device_id=values["device"], nonce=values["nonce"]).exists()
        both_have_looked.wait()
        return None if known else (1,)

    def send(_number):
        try:
            return machine.sends(*request).status_code
        finally:
            connections.close_all()

    taking = look_only if broken else prepared.row
    with mock.patch.object(signatures.prepared, "row", taking), ThreadPoolExecutor(2) as senders:
        statuses = sorted(senders.map(send, (1, 2)))
    assert statuses == ([200, 200] if broken else [200, 401])
