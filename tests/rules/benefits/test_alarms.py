"""A smog day: it begins with a reading, ends when the air is clean again, and while it holds the buses are free."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gis_platform.core import clock
from gis_platform.core.models import AuditEntry, OutboxEntry
from layers.sensors.services import ingest
from layers.sensors.vocabulary import define
from rules.benefits import alarms, jobs, triggering
from rules.benefits.alarms import Watch
from rules.benefits.models import AlarmThreshold, CityAlarm, Decision
from rules.benefits.triggering import BATCH
from tests.people import a_resident
from tests.rules.benefits.programmes import a_programme, put_in_force
from tests.stations import NOON, a_reading, a_stream

pytestmark = pytest.mark.django_db

AIR = ("AIR-1/pm10", "AIR-2/pm10")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def smog():
    """PM10 from 50 µg/m³ on, the day's limit of Directive 2008/50/EC (annex XI), until it is below 45."""
    for key in AIR:
        a_stream(key)
    return AlarmThreshold.objects.create(code="smog", observed_property=define("pm10"), begins_from=50, ends_below=45)


def reads(value, *, stream=AIR[0], at=NOON):
    with clock.frozen(at):
        assert ingest([a_reading(value, time=at, stream=stream)], sender="device:1").accepted == 1


def watched(at=NOON):
    return alarms.watch(at)


BEGAN, ENDED, NOTHING = Watch(began=1, ended=0), Watch(began=0, ended=1), Watch(began=0, ended=0)


class TestWatch:
    @pytest.mark.parametrize(("value", "outcome"), [(49.9, NOTHING), (50.0, BEGAN), (80.0, BEGAN)])
    def test_it_begins_from_its_value_on(self, smog, value, outcome):
        reads(value)
        assert watched() == outcome

    def test_one_sensor_is_enough_and_it_begins_once(self, smog):
        reads(20)
        reads(55, stream=AIR[1])
        assert (watched(), watched()) == (BEGAN, NOTHING)
        assert CityAlarm.objects.get().stream.key == AIR[1]
        assert AuditEntry.objects.get(action="benefits.alarm-began").data["value"] == 55

    @pytest.mark.parametrize(("value", "outcome"), [(47, NOTHING), (45, NOTHING), (44.9, ENDED)])
    def test_it_ends_when_the_air_is_clean_again(self, smog, value, outcome):
        reads(55)
        watched()
        later = NOON + timedelta(minutes=10)
        reads(value, at=later)
        assert watched(later) == outcome

    def test_it_goes_on_while_any_sensor_reads_too_much(self, smog):
        reads(55)
        watched()
        later = NOON + timedelta(minutes=10)
        reads(10, at=later)
        reads(46, stream=AIR[1], at=later)
        assert watched(later) == NOTHING

    def test_silence_neither_begins_nor_ends_it(self, smog):
        reads(55)
        watched()
        assert watched(NOON + timedelta(minutes=31)) == NOTHING  # three readings are missing
        assert alarms.active(NOON + HOUR) == {"smog"}

    def test_an_old_reading_begins_nothing(self, smog):
        reads(80)
        assert watched(NOON + HOUR) == NOTHING

    def test_it_can_begin_again(self, smog):
        for number, value in enumerate([55, 40, 60]):
            at = NOON + number * timedelta(minutes=10)
            reads(value, at=at)
            watched(at)
        assert [one.ended_at is None for one in CityAlarm.objects.order_by("began_at")] == [False, True]

    def test_which_alarms_held_at_an_instant_can_be_asked_later(self, smog):
        reads(55)
        watched()
        end = NOON + timedelta(minutes=10)
        reads(10, at=end)
        watched(end)
        instants = [NOON - timedelta(seconds=1), NOON, end - timedelta(seconds=1), end]
        assert [sorted(alarms.active(at)) for at in instants] == [[], ["smog"], ["smog"], []]

    def test_two_active_ones_of_a_kind_cannot_be_stored(self, smog):
        reads(55)
        watched()
        first = CityAlarm.objects.get()
        with pytest.raises(IntegrityError, match="benefits_alarm_is_active_once"), transaction.atomic():
            CityAlarm.objects.create(threshold=smog, stream=first.stream, value=1, began_at=NOON)


class TestEvent:
    @pytest.fixture
    def masks(self):
        """A voucher would do; points are shorter."""
        rule = {
            "id": "points",
            "effect": {"kind": "points", "points": 5},
            "group": {"code": "masks", "mode": "best"},
        }
        when = {"op": "=", "args": [{"property": "sensor.alarm"}, "smog"]}
        written = {"format": 1, "triggers": ["sensor-alarm"], "rules": [rule], "when": when}
        return put_in_force(a_programme("masks"), written)

    def test_everybody_is_asked_once_however_often_it_is_told(self, smog, masks, monkeypatch):
        people = [a_resident(user=None) for _ in range(3)]
        monkeypatch.setattr(triggering, "BATCH", 2)
        reads(55)
        watched()
        (told,) = OutboxEntry.objects.filter(topic=alarms.BEGAN)
        for _ in range(2):  # a worker was killed after its work and before it could say so
            jobs.on_alarm(**told.payload)
        follow_ups = OutboxEntry.objects.filter(topic=alarms.BEGAN).exclude(pk=told.pk)
        for entry in follow_ups:
            jobs.on_alarm(**entry.payload)
        assert {entry.payload["after"] for entry in follow_ups} == {people[1].pk}
        assert [one.points for one in Decision.objects.all()] == [5, 5, 5]
        assert BATCH == 500

    def test_the_same_alarm_on_another_day_is_another_event(self, smog, masks):
        a_resident(user=None)
        for number, value in enumerate([55, 40, 60]):
            at = NOON + number * timedelta(minutes=10)
            reads(value, at=at)
            watched(at)
        for entry in OutboxEntry.objects.filter(topic=alarms.BEGAN):
            jobs.on_alarm(**entry.payload)
        assert Decision.objects.count() == 2


def test_a_day_begins_once():
    for _ in range(3):
        jobs.begin_day()
    with clock.frozen(NOON + timedelta(days=1)):
        jobs.begin_day()
    days = [entry.payload["day"] for entry in OutboxEntry.objects.filter(topic=jobs.DAY_BEGAN).order_by("pk")]
    assert days == ["2026-06-15", "2026-06-16"]
