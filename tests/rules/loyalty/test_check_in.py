"""Checking in against the real database: decision, points and promise together, and nothing of the exact position."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from gis_platform.core import clock, sqlfiles
from gis_platform.core.models import OutboxEntry
from layers.places.services import LabelForged, label_token
from rules.ledger.models import Account, Unit
from rules.ledger.queries import balance
from rules.ledger.services import AccountKey
from rules.loyalty import jobs, services
from rules.loyalty.errors import CheckInUnknown
from rules.loyalty.models import CheckIn, PlaceDay
from rules.loyalty.scoring import assess
from rules.loyalty.voiding import void
from tests.people import LIBRARY, a_beacon, a_place, a_resident, north_of

SCANS = 6  # at once; the pool has eight connections, and the test itself holds one


def fix_at(point, *, accuracy_m=10.0, age_s=1):
    taken_at = clock.now() - timedelta(seconds=age_s)
    return services.Fix(longitude=point.x, latitude=point.y, accuracy_m=accuracy_m, taken_at=taken_at)


def points_of(resident):
    return balance(AccountKey(kind=Account.Kind.RESIDENT, holder=str(resident.handle), unit=Unit.POINTS))


@pytest.mark.django_db
class TestOneCheckIn:
    def test_it_earns_points_that_equal_the_ledger(self):
        resident = a_resident()
        record = services.book(resident, beacon=a_beacon(), fix=fix_at(LIBRARY))
        assert (record.decision, record.score, record.points) == ("accepted", 100, 10)
        assert points_of(resident) == 10

    def test_it_promises_to_tell(self):
        record = services.book(a_resident(), beacon=a_beacon(), fix=fix_at(LIBRARY))
        entry = OutboxEntry.objects.get(topic="loyalty.checked-in")
        assert entry.payload == {"check_in_id": record.pk}

    def test_a_copied_label_five_kilometres_away_is_refused_and_earns_nothing(self):
        resident = a_resident()
        record = services.book(resident, beacon=a_beacon(), fix=fix_at(north_of(LIBRARY, 5_000)))
        assert (record.decision, record.reasons, record.points) == ("refused", ["label-copied"], 0)
        assert points_of(resident) == 0
        assert not OutboxEntry.objects.exists()

    def test_the_distance_is_measured_on_the_ground(self):
        # Radius 60 m and accuracy 10 m reach 70 m; a degree of latitude in metres is test data, not the code's.
        beacon = a_beacon()
        inside, outside = fix_at(north_of(LIBRARY, 69)), fix_at(north_of(LIBRARY, 71))
        assert services.book(a_resident(), beacon=beacon, fix=inside).decision == "accepted"
        assert services.book(a_resident(), beacon=beacon, fix=outside).reasons == ["too-far"]

    def test_without_a_position_it_asks_for_a_stronger_proof_and_says_how(self):
        record = services.book(a_resident(), beacon=a_beacon(), fix=None)
        assert record.decision == "needs-stronger-proof"
        assert services.shown(record)["reasons"] == [
            {
                "code": "no-position",
                "advice": "Allow the app to use your position and scan again, or show your card at the desk.",
            }
        ]

    def test_the_same_place_counts_again_after_an_hour_and_not_before(self):
        resident, beacon, start = a_resident(), a_beacon(), clock.now()
        decisions = []
        for minutes in (0, 59, 60):
            with clock.frozen(start + timedelta(minutes=minutes)):
                decisions.append(services.book(resident, beacon=beacon, fix=fix_at(LIBRARY)).decision)
        assert decisions == ["accepted", "refused", "accepted"]
        assert points_of(resident) == 20

    def test_nobody_is_at_two_ends_of_the_city_at_once(self):
        resident = a_resident()
        far = north_of(LIBRARY, 20_000)
        here, there = a_beacon(), a_beacon(a_place(geometry=far))
        services.book(resident, beacon=here, fix=fix_at(LIBRARY))
        with clock.frozen(clock.now() + timedelta(minutes=2)):
            record = services.book(resident, beacon=there, fix=fix_at(far))
        assert (record.decision, record.reasons) == ("needs-stronger-proof", ["impossible-speed"])

    def test_only_the_cell_of_the_position_is_kept(self):
        spot = north_of(LIBRARY, 33.3)
        record = services.book(a_resident(), beacon=a_beacon(), fix=fix_at(spot))
        assert len(record.cell) == 15
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(c)::text FROM loyalty_checkin AS c")
            kept = cursor.fetchone()[0]
        assert str(spot.y)[:8] not in kept
        assert "POINT" not in kept

    def test_counting_the_visits_twice_changes_nothing(self):
        beacon = a_beacon()
        records = [services.book(a_resident(), beacon=beacon, fix=fix_at(LIBRARY)) for _person in range(2)]
        services.book(a_resident(), beacon=beacon, fix=None)  # not accepted, not counted
        for record in (*records, *records):
            jobs.follow_check_in(check_in_id=record.pk)
        day = PlaceDay.objects.get()
        assert (day.place, day.visits, day.people) == (beacon.place, 2, 2)

    def test_who_was_where_is_forgotten_and_the_points_stay(self):
        resident = a_resident()
        record = services.book(resident, beacon=a_beacon(), fix=fix_at(LIBRARY))
        jobs.follow_check_in(check_in_id=record.pk)
        jobs.forget_old_check_ins()
        assert CheckIn.objects.exists()
        with clock.frozen(clock.now() + timedelta(days=401)):
            jobs.forget_old_check_ins()
        assert not CheckIn.objects.exists()
        assert (points_of(resident), PlaceDay.objects.get().visits) == (10, 1)


@pytest.mark.django_db
class TestOneKey:
    def check_in(self, resident, token, key="k1", body=b"{}"):
        return services.check_in(resident, label=token, fix=fix_at(LIBRARY), idempotency_key=key, body=body)

    def test_a_retry_gets_the_stored_answer_and_books_nothing(self):
        resident, token = a_resident(), label_token(a_beacon())
        first, again = self.check_in(resident, token), self.check_in(resident, token)
        assert again.replayed
        assert first.body == again.body
        assert CheckIn.objects.count() == 1
        assert points_of(resident) == 10

    def test_a_forged_label_books_nothing_and_leaves_the_key_free(self):
        resident = a_resident()
        with pytest.raises(LabelForged):
            self.check_in(resident, "forged")
        assert not CheckIn.objects.exists()
        assert self.check_in(resident, label_token(a_beacon())).status == 201


def decisions_of_scans_at_once(resident, beacon):
    barrier = threading.Barrier(SCANS)
    decisions = []

    def scan():
        try:
            barrier.wait()
            decisions.append(services.book(resident, beacon=beacon, fix=fix_at(LIBRARY)).decision)
        finally:
            connection.close()

    threads = [threading.Thread(target=scan) for _n in range(SCANS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(decisions)


@pytest.mark.django_db(transaction=True)
def test_of_six_scans_at_once_one_is_accepted():
    resident = a_resident()
    assert decisions_of_scans_at_once(resident, a_beacon()) == ["accepted"] + (SCANS - 1) * ["refused"]
    assert points_of(resident) == 10


@pytest.fixture
def function_without_its_lock():
    """The broken twin of loyalty_begin_check_in: nobody waits for the other."""
    text = sqlfiles.load("functions/loyalty_begin_check_in").as_string()
    broken = re.sub(r"    PERFORM FROM residents_resident.*?;\n", "", text)
    assert broken != text
    with connection.cursor() as cursor:
        cursor.execute(broken)
        yield
        cursor.execute(text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("function_without_its_lock")
def test_the_check_above_would_notice_a_missing_lock(monkeypatch):
    # All have looked for a repeat before any has booked.
    all_have_looked = threading.Barrier(SCANS)

    def assess_together(evidence):
        all_have_looked.wait(timeout=20)
        return assess(evidence)

    monkeypatch.setattr(services, "assess", assess_together)
    assert decisions_of_scans_at_once(a_resident(), a_beacon()).count("accepted") > 1


@pytest.mark.django_db
class TestThePhone:
    def scans(self, people, *, phone="p1", at=0):
        beacon = a_beacon()
        with clock.frozen(clock.now() + timedelta(minutes=at)):
            return [
                services.book(a_resident(), beacon=beacon, fix=fix_at(LIBRARY), phone=phone) for _n in range(people)
            ]

    def test_a_family_shares_one_and_a_crowd_does_not(self):
        records = self.scans(4)
        assert [record.decision for record in records] == [*3 * ["accepted"], "needs-stronger-proof"]
        assert records[3].reasons == ["phone-shared"]

    def test_an_unknown_phone_is_nobody_s(self):
        assert {record.decision for record in self.scans(4, phone="")} == {"accepted"}

    def test_it_may_pass_on_after_ten_minutes(self):
        self.scans(4)
        assert self.scans(1, at=11)[0].decision == "accepted"

    def test_it_cannot_be_followed_into_the_next_day(self):
        today = self.scans(1)[0].phone
        tomorrow = self.scans(1, at=24 * 60)[0].phone
        assert len(today) == 16
        assert today != tomorrow
        assert "p1" not in today


@pytest.mark.django_db
class TestTakingBack:
    def test_the_visit_stays_and_its_points_go(self):
        resident = a_resident()
        record = services.book(resident, beacon=a_beacon(), fix=fix_at(LIBRARY))
        for _again in range(2):
            assert void(record.pk, actor="user:1", reason="tried out").decision == "voided"
        assert points_of(resident) == 0

    def test_what_was_never_accepted_cannot_be_taken_back(self):
        record = services.book(a_resident(), beacon=a_beacon(), fix=None)
        with pytest.raises(CheckInUnknown):
            void(record.pk, actor="user:1", reason="")
