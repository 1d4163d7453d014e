"""Reports: taken in, routed, moved, told."""

import json
import threading
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.luhn import CardNumberRefused
from gis_platform.core.models import OutboxEntry
from gis_platform.reports import jobs, services
from gis_platform.reports.models import Notice, Report, ReportEvent, Routing
from gis_platform.reports.states import MOVES, State
from layers.base.models import Change
from tests.people import LIBRARY, a_category, a_department, a_district, a_resident, a_user, north_of

pytestmark = pytest.mark.django_db


def draft(point=LIBRARY, **fields):
    values = {
        "category": "lighting",
        "text": "The lamp at the door is dark.",
        "longitude": point.x,
        "latitude": point.y,
    }
    return services.Draft(**values | fields)


def receive(by=None, **fields):
    return services.receive(draft(**fields), by=by or AnonymousUser())


@pytest.fixture
def category(city_of_jelgava):
    return a_category()


class TestReceiving:
    def test_district_by_position_department_by_category_deadline_by_working_days(self, category):
        a_district("centre")
        monday = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
        with clock.frozen(monday):
            report = receive()
        assert (report.district, report.department.code, report.routed_by) == ("centre", "streets", "lighting")
        assert clock.local(report.due_at).isoformat() == "2026-09-22T00:00:00+03:00"  # ten days on: Monday 21 September

    def test_in_one_district_another_department_handles_it_and_the_rule_is_named(self, category):
        a_district("centre")
        Routing.objects.create(category=category, district="centre", department=a_department("old-town"))
        report, outside = receive(), receive(point=north_of(LIBRARY, 10_000))
        assert (report.department.code, report.routed_by) == ("old-town", "lighting / centre")
        assert (outside.department.code, outside.district) == ("streets", "")

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"category": "dragons"}, "category"),
            ({"latitude": 54.0}, "geometry"),
            ({"longitude": LIBRARY.y, "latitude": LIBRARY.x}, "geometry"),
            ({"email": "nobody"}, "email"),
        ],
    )
    def test_what_cannot_be_a_report_is_refused_by_field(self, category, fields, field):
        with pytest.raises(InvalidInput) as refusal:
            receive(**fields)
        assert list(refusal.value.fields) == [field]
        assert not Report.objects.exists()

    def test_a_category_that_is_no_longer_offered_is_refused(self, category):
        category.active = False
        category.save()
        with pytest.raises(InvalidInput):
            receive()

    def test_a_card_number_in_the_text_is_refused(self, category):
        with pytest.raises(CardNumberRefused):
            receive(text="I lost my card 4111 1111 1111 1111")

    def test_the_public_layer_holds_no_person_and_no_words(self, category):
        a_district("centre")
        resident = a_resident(user=a_user(email="anna@example.com", username="anna"))
        report = receive(by=resident.user, text="Call Anna at 29123456")
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_jsonb(r)::text FROM published.reports AS r")
            ((text,),) = cursor.fetchall()
        row = json.loads(text)
        shown = {key: row[key] for key in ("code", "category_id", "district", "state", "received_on")}
        assert shown == {
            "code": report.code,
            "category_id": "lighting",
            "district": "centre",
            "state": "received",
            "received_on": clock.today().isoformat(),
        }
        for secret in ("Anna", "anna", "29123456", "example.com", str(resident.handle)):
            assert secret not in text

    def test_no_word_and_no_contact_is_in_the_history(self, category):
        receive(email="anna@example.com", text="Call Anna at 29123456")
        kept = str(list(Change.objects.filter(layer="reports").values()))
        assert "received" in kept
        assert "anna@example.com" not in kept
        assert "29123456" not in kept


class TestMoving:
    @pytest.fixture
    def clerk(self):
        return a_user("clerk", department=a_department("streets"))

    def test_every_move_of_the_table_is_allowed_and_every_other_is_refused(self, category, clerk):
        for before in State:
            for after in State:
                report = receive()
                Report.objects.filter(pk=report.pk).update(state=before)
                report.refresh_from_db()
                if after in MOVES[before]:
                    assert services.move(report, after, by=clerk).after == after
                else:
                    with pytest.raises(services.MoveNotAllowed) as refusal:
                        services.move(report, after, by=clerk)
                    assert refusal.value.data["allowed"] == sorted(MOVES[before])

    def test_a_move_is_kept_with_who_and_why(self, category, clerk):
        report = receive()
        services.move(report, State.ACCEPTED, by=clerk, note="We come tomorrow.")
        events = list(ReportEvent.objects.filter(report=report).values_list("before", "after", "actor", "note"))
        assert events == [
            ("", "received", "visitor", ""),
            ("received", "accepted", clerk.actor, "We come tomorrow."),
        ]
        assert Change.objects.filter(layer="reports", feature_id=report.pk).first().actor == clerk.actor

    def test_of_two_who_loaded_the_same_state_the_second_is_refused(self, category, clerk):
        report = receive()
        stale = Report.objects.get(pk=report.pk)
        services.move(report, State.ACCEPTED, by=clerk)
        with pytest.raises(services.MovedMeanwhile):
            services.move(stale, State.REJECTED, by=clerk)
        assert ReportEvent.objects.filter(report=report).count() == 2

    def test_the_department_and_the_operations_centre_may_and_others_may_not(self, category, clerk):
        outcome = {}
        for name, user in {
            "department": clerk,
            "operations": a_user("operator"),
            "colleague": a_user("clerk", department=a_department("parks")),
            "planner": a_user("planner", department=a_department("streets")),
        }.items():
            try:
                services.move(receive(), State.ACCEPTED, by=user)
                outcome[name] = "moved"
            except services.NotYourReport as refusal:
                outcome[name] = refusal.code
        assert outcome == {
            "department": "moved",
            "operations": "moved",
            "colleague": "report-of-another-department",
            "planner": "report-of-another-department",
        }


class TestTelling:
    @pytest.fixture
    def moved(self, category):
        report = receive(by=a_user(language="lv"))
        return services.move(report, State.ACCEPTED, by=a_user("operator"), note="Rīt.")

    def test_a_move_promises_to_tell(self, moved):
        assert OutboxEntry.objects.get(topic="reports.moved").payload == {"event_id": moved.pk}

    def test_running_twice_tells_once(self, moved):
        jobs.tell_reporter(event_id=moved.pk)
        jobs.tell_reporter(event_id=moved.pk)
        notice = Notice.objects.get()
        assert moved.report.code in notice.subject
        assert notice.body.endswith("Rīt.")

    def test_whoever_left_no_contact_is_told_nothing(self, category):
        event = services.move(receive(), State.ACCEPTED, by=a_user("operator"))
        jobs.tell_reporter(event_id=event.pk)
        assert not Notice.objects.exists()

    def test_it_is_told_in_the_reporters_language(self, moved):
        jobs.tell_reporter(event_id=moved.pk)
        assert Notice.objects.get().subject == f"Ziņojums {moved.report.code}: Pieņemts"


@pytest.mark.django_db(transaction=True)
def test_of_eight_moves_at_once_one_succeeds(city_of_jelgava):
    a_category()
    report, operator = receive(), a_user("operator")
    copies = [Report.objects.get(pk=report.pk) for _n in range(8)]
    outcomes = []
    barrier = threading.Barrier(8)

    def work(copy):
        try:
            barrier.wait()
            services.move(copy, State.ACCEPTED, by=operator)
            outcomes.append("moved")
        except services.MovedMeanwhile:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[copy]) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved"] + 7 * ["refused"]
    assert OutboxEntry.objects.count() == 1
