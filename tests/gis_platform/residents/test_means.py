"""Many means, one entitlement; no card number anywhere."""

from datetime import timedelta

import pytest

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.luhn import CardNumberRefused
from gis_platform.core.models import AuditEntry
from gis_platform.residents import errors, services
from gis_platform.residents.models import Means
from gis_platform.residents.standing import standing
from tests.people import a_resident

pytestmark = pytest.mark.django_db
VISA_TEST_NUMBER = "4111111111111111"  # published by the card schemes for tests; Luhn-valid


def issue(resident, kind="library", token="JB-004711", **fields):
    return services.issue_means(resident, kind=kind, token=token, actor="user:1", **fields)


def test_each_of_many_means_leads_to_the_same_resident():
    resident = a_resident()
    issue(resident)
    issue(resident, kind="nfc", token="04A21F5B")
    _means, code = services.mint_means(resident, kind="qr", actor="user:1")
    for kind, token in (("library", "JB-004711"), ("nfc", "04A21F5B"), ("qr", code)):
        assert services.identify(kind, token) == resident


def test_an_nfc_serial_number_is_the_same_however_the_reader_writes_it():
    resident = a_resident()
    issue(resident, kind="nfc", token="04:a2:1f:5b")
    assert services.identify("nfc", "04A21F5B") == services.identify("nfc", "04 a2 1f 5b") == resident


def test_blocking_one_stops_it_at_once_and_leaves_the_rest():
    resident = a_resident()
    lost = issue(resident)
    issue(resident, kind="nfc", token="04A21F5B")
    assert services.block_means(lost, actor="user:1", reason="lost")
    with pytest.raises(errors.MeansBlocked, match="other cards still work"):
        services.identify("library", "JB-004711")
    assert services.identify("nfc", "04A21F5B") == resident
    assert not services.block_means(lost, actor="user:1")


def test_a_card_ends_at_the_instant_it_expires():
    expires_at = clock.now() + timedelta(days=1)
    issue(a_resident(), expires_at=expires_at)
    with clock.frozen(expires_at - timedelta(microseconds=1)):
        services.identify("library", "JB-004711")
    with clock.frozen(expires_at), pytest.raises(errors.MeansExpired):
        services.identify("library", "JB-004711")


def test_a_till_recognises_a_card_up_to_the_instant_it_is_blocked_or_expires():
    resident, expires_at = a_resident(), clock.now() + timedelta(days=1)
    today = clock.today()
    lost, _ = issue(resident), issue(resident, kind="nfc", token="04A21F5B", expires_at=expires_at)
    found = services.recognise("library", "JB-004711", on=today)
    assert (found.pk, found.handle, found.birth_date) == (resident.pk, str(resident.handle), resident.birth_date)
    assert found.standing == standing(resident, on=today)
    services.block_means(lost, actor="user:1", reason="lost")
    with pytest.raises(errors.MeansBlocked):
        services.recognise("library", "JB-004711", on=today)
    with clock.frozen(expires_at - timedelta(microseconds=1)):
        services.recognise("nfc", "04 a2 1f 5b", on=today)
    with clock.frozen(expires_at), pytest.raises(errors.MeansExpired):
        services.recognise("nfc", "04A21F5B", on=today)
    with pytest.raises(errors.MeansUnknown):
        services.recognise("printed", "04A21F5B", on=today)
    with pytest.raises(CardNumberRefused):
        services.recognise("bank_token", VISA_TEST_NUMBER, on=today)


def test_a_token_of_one_kind_opens_nothing_as_another():
    issue(a_resident())
    with pytest.raises(errors.MeansUnknown):
        services.identify("printed", "JB-004711")


def test_one_card_belongs_to_one_person():
    issue(a_resident())
    with pytest.raises(errors.MeansTaken):
        issue(a_resident())


@pytest.mark.parametrize("token", [VISA_TEST_NUMBER, "4111 1111 1111 1111", "4111-1111-1111-1111"])
def test_a_card_number_is_refused_and_kept_nowhere(token):
    with pytest.raises(CardNumberRefused):
        issue(a_resident(), kind="bank_token", token=token)
    with pytest.raises(CardNumberRefused):
        issue(a_resident(), label=f"card {token}")
    with pytest.raises(CardNumberRefused):
        services.identify("bank_token", token)
    assert not Means.objects.exists()


@pytest.mark.parametrize(
    ("kind", "token", "field"), [("tattoo", "JB-004711", "kind"), ("nfc", "04A", "token"), ("nfc", "A" * 257, "token")]
)
def test_what_is_no_card_is_refused_by_field(kind, token, field):
    with pytest.raises(InvalidInput) as refusal:
        issue(a_resident(), kind=kind, token=token)
    assert list(refusal.value.fields) == [field]


def test_the_token_itself_is_kept_nowhere():
    means = issue(a_resident(), label="grey card")
    assert "004711" not in str(Means.objects.filter(pk=means.pk).values().get())
    assert "004711" not in str(list(AuditEntry.objects.values()))
