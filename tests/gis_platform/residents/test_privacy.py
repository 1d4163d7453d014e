"""The privacy desk: every reference to a resident has a rule; data is given out, forgotten, and not kept for ever."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.identity.models import User
from gis_platform.residents import consents, evidence, mandates
from gis_platform.residents.looking import looked
from gis_platform.residents.models import Erasure, Group, Look, Mandate, Membership, RegisterAnswer, Resident
from gis_platform.residents.privacy import erasing, exporting
from gis_platform.residents.privacy.retention import forget_old
from gis_platform.residents.privacy.rules import RULES, Erase, references
from gis_platform.residents.services import mint_means
from rules.ledger.models import Account, Leg, Unit
from rules.ledger.services import AccountKey, Posting, post
from tests.people import a_resident, a_user

pytestmark = pytest.mark.django_db

CLERK = "user:900"


@pytest.fixture
def known():
    """A resident of whom every part of the residents' room holds something."""
    resident = a_resident()
    other = a_resident(given_name="Pēteris", user=None)
    group = Group.objects.create(code="disability", made="register", register="disability", question="disability")
    evidence.check_membership(resident, group, actor=CLERK)
    mint_means(resident, kind="qr", actor=CLERK)
    consents.give(resident, "city-news")
    looked(resident, actor=CLERK, what="profile", purpose="desk")
    mandates.between(other, resident, "escort", DateRange(clock.today(), None), asked_by=resident)
    return resident


class TestEveryReference:
    def test_has_a_rule(self):
        missing = set(references()) - set(RULES)
        assert not missing, f"say in a privacy_rules.py what becomes of {sorted(missing)}"

    def test_that_a_rule_names_is_there(self):
        assert set(RULES) <= set(references())

    def test_that_is_new_is_seen(self):
        """The canary: without its rule the walk would name the consents."""
        assert ("residents.Consent", "resident") in set(references()) - (
            set(RULES) - {("residents.Consent", "resident")}
        )

    @pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: f"{rule.label}.{rule.field}")
    def test_that_is_detached_can_be_empty(self, rule):
        assert rule.erase is not Erase.DETACH or rule.model._meta.get_field(rule.field).null


class TestExport:
    def test_it_holds_every_kind_of_record_and_no_secret_and_nobody_else(self, known):
        document = exporting.export(known, actor=known.user.actor)
        text = json.dumps(document, cls=exporting.ExportEncoder)
        assert document["profile"]["family_name"] == "Bērziņa"
        assert {"memberships", "consents", "means of identification", "answers of registers"} <= set(
            document["records"]
        )
        assert known.means.get().token_hash not in text
        assert "Pēteris" not in text
        assert json.loads(json.loads(text)["records"]["answers of registers"][0]["document"])["holds"] is True

    def test_somebody_elses_is_not_in_it(self, known):
        stranger = a_resident()
        assert exporting.export(stranger, actor="user:1")["records"] == {}


class TestErasure:
    def test_the_person_goes_and_the_books_still_balance(self, known):
        points = AccountKey(kind=Account.Kind.RESIDENT, holder=str(known.handle), unit=Unit.POINTS)
        issuer = AccountKey(kind=Account.Kind.PROGRAMME, holder="walks", funder="city", unit=Unit.POINTS)
        book(points, issuer)
        user, handle = known.user, known.handle
        counts = erasing.erase(erasing.ask(known, actor=user.actor), actor=CLERK)
        assert not Resident.objects.filter(handle=handle).exists()
        assert not User.objects.filter(pk=user.pk).exists()
        assert [model.objects.count() for model in (Membership, RegisterAnswer, Mandate)] == [0, 0, 0]
        assert (counts["residents.Membership"], counts["residents.Consent"], counts["account"]) == (1, 1, 1)
        assert sorted(Leg.objects.values_list("amount", flat=True)) == [-10, 10]
        done = Erasure.objects.get()
        assert (done.state, done.resident, done.asked_by) == ("done", None, "resident")

    def test_a_refusal_needs_a_reason_and_changes_nothing(self, known):
        asked = erasing.ask(known, actor=known.user.actor)
        with pytest.raises(InvalidInput):
            erasing.refuse(asked, reason="  ", actor=CLERK)
        erasing.refuse(asked, reason="A claim is open until March", actor=CLERK)
        assert Resident.objects.filter(pk=known.pk).exists()
        with pytest.raises(erasing.ErasureAnswered):
            erasing.erase(asked, actor=CLERK)

    def test_it_is_asked_for_once_and_can_be_taken_back(self, known):
        erasing.ask(known, actor="user:1")
        with pytest.raises(erasing.ErasureAsked):
            erasing.ask(known, actor="user:1")
        erasing.take_back(known, actor="user:1")
        with pytest.raises(erasing.ErasureAnswered):
            erasing.take_back(known, actor="user:1")
        erasing.ask(known, actor="user:1")

    def test_nobody_answers_their_own(self, known):
        asked = erasing.ask(known, actor=known.user.actor)
        with pytest.raises(erasing.OwnErasure):
            erasing.erase(asked, actor=known.user.actor)

    def test_a_colleagues_account_stays(self):
        clerk = a_resident(user=a_user("clerk"))
        erasing.erase(erasing.ask(clerk, actor="user:1"), actor=CLERK)
        assert User.objects.filter(pk=clerk.user_id, is_active=True).exists()


class TestRetention:
    def test_what_is_old_goes_and_what_something_rests_on_stays(self, known):
        day = datetime.now(UTC) + timedelta(days=2 * 366 + 1)
        evidence.ask(known, "school", "pupil", purpose="survey", actor=CLERK)
        with clock.frozen(day):
            assert forget_old() == {"residents.Look": 1, "residents.RegisterAnswer": 1}
        assert not Look.objects.exists()
        assert RegisterAnswer.objects.get().memberships.count() == 1

    def test_a_day_before_nothing_goes(self, known):
        with clock.frozen(datetime.now(UTC) + timedelta(days=2 * 366 - 1)):
            assert forget_old() == {}


def book(credited, debited):
    day = date(2026, 11, 24)
    post("check-in", reference="test:1", effective_on=day, postings=[Posting(credited, 10), Posting(debited, -10)])
