"""Events that no till asks about: each counts once, and only where a programme can give something."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange

from gis_platform.core import clock, outbox
from gis_platform.core.models import OutboxEntry
from gis_platform.devices.identification import look_up
from gis_platform.residents.models import Group, Membership
from gis_platform.residents.services import issue_means
from layers.boundaries.models import Boundary
from rules.benefits import triggering
from rules.benefits.models import Decision
from rules.benefits.triggering import Fix, PositionImprecise, PositionOld, zone_entered
from tests.people import LIBRARY, a_device, a_place, a_resident
from tests.rules.benefits.programmes import a_programme, put_in_force

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)  # a Tuesday, noon in Jelgava
WEST, SOUTH, EAST, NORTH = 23.72, 56.65, 23.73, 56.66
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def autumn():
    with clock.frozen(NOON):
        yield


@pytest.fixture
def deliver():
    """Does what the workers would, and says which topics."""

    def run_all() -> list[str]:
        entries = list(OutboxEntry.objects.alive().order_by("pk"))
        assert all(outbox.run(entry.pk) for entry in entries)
        return [entry.topic for entry in entries]

    return run_all


def gives_points(trigger, points=5, *, code="points", when=None, caps=()):
    rule = {
        "id": "points",
        "effect": {"kind": "points", "points": points},
        "group": {"code": code, "mode": "best"},
    }
    written = {"format": 1, "triggers": [trigger], "rules": [rule], "caps": list(caps)}
    return put_in_force(a_programme(code), written | ({"when": when} if when else {}))


def equals(fact, value):
    return {"op": "=", "args": [{"property": fact}, value]}


def member(code):
    return {"op": "a_contains", "args": [{"property": "resident.groups"}, [code]]}


def points_given():
    return sum(Decision.objects.values_list("points", flat=True))


class TestZones:
    @pytest.fixture(autouse=True)
    def calm_zone(self):
        box = Polygon.from_bbox((WEST, SOUTH, EAST, NORTH))
        Boundary.objects.create(code="calm", kind="zone", name_en="Calm", geometry=MultiPolygon(box, srid=4326))
        gives_points("zone-entered", when=equals("zone.entered", "boundaries/calm"))

    def at(self, longitude, latitude, *, accuracy_m=10.0, age=timedelta()):
        fix = Fix(longitude=longitude, latitude=latitude, accuracy_m=accuracy_m, taken_at=NOON - age)
        return zone_entered(self.anna, fix)

    @pytest.fixture(autouse=True)
    def a_person(self):
        self.anna = a_resident()

    @pytest.mark.parametrize(
        ("longitude", "latitude", "inside"),
        [
            (23.725, 56.655, True),
            (WEST, 56.655, True),  # on the edge is inside
            (WEST, SOUTH, True),  # and so is the corner
            (EAST, NORTH, True),
            (WEST - 1e-6, 56.655, False),  # 6 cm further west
            (23.725, NORTH + 1e-6, False),
            (0.0, 0.0, False),
        ],
    )
    def test_inside_on_the_edge_and_outside(self, longitude, latitude, inside):
        entered = self.at(longitude, latitude)
        assert [one.zone for one in entered] == (["boundaries/calm"] if inside else [])
        assert points_given() == (5 if inside else 0)

    @pytest.mark.parametrize(("age", "ok"), [(2 * MINUTE, True), (-2 * MINUTE, True), (3 * MINUTE, False)])
    def test_an_old_position_is_refused(self, age, ok):
        if ok:
            assert len(self.at(23.725, 56.655, age=age)) == 1
        else:
            with pytest.raises(PositionOld):
                self.at(23.725, 56.655, age=age)
            assert not Decision.objects.exists()

    def test_a_position_from_the_future_is_refused(self):
        with pytest.raises(PositionOld):
            self.at(23.725, 56.655, age=-3 * MINUTE)

    def test_an_imprecise_position_is_refused(self):
        assert len(self.at(23.725, 56.655, accuracy_m=100.0)) == 1
        with pytest.raises(PositionImprecise):
            self.at(23.725, 56.655, accuracy_m=100.1)

    def test_a_zone_counts_once_a_day(self):
        first, again = self.at(23.725, 56.655), self.at(23.726, 56.656)
        assert first[0].answer.decision == again[0].answer.decision
        assert (Decision.objects.count(), points_given()) == (1, 5)
        with clock.frozen(NOON + timedelta(days=1)):
            zone_entered(self.anna, Fix(longitude=23.725, latitude=56.655, accuracy_m=5, taken_at=clock.now()))
        assert points_given() == 10

    def test_where_somebody_is_is_not_stored(self):
        self.at(23.7251234, 56.6554321)
        facts = Decision.objects.get().facts
        assert facts["zone.entered"] == "boundaries/calm"
        assert "23.7251" not in str(facts)
        assert "56.6554" not in str(facts)

    def test_a_zone_that_gives_nothing_leaves_no_trace(self):
        box = Polygon.from_bbox((23.80, 56.60, 23.81, 56.61))
        Boundary.objects.create(code="other", kind="zone", name_en="Other", geometry=MultiPolygon(box, srid=4326))
        assert self.at(23.805, 56.605) == []
        assert not Decision.objects.exists()

    def test_a_zone_that_is_only_a_draft_holds_nobody(self):
        Boundary.objects.update(status="draft")
        assert self.at(23.725, 56.655) == []


class TestIdentification:
    @pytest.fixture
    def reader(self):
        return a_device("library", place=a_place(geometry=LIBRARY))

    @pytest.fixture
    def anna(self):
        anna = a_resident()
        issue_means(anna, kind="library", token="JB-1", actor="user:1")
        return anna

    def read(self, reader, deliver, token="JB-1"):
        look_up(reader, kind="library", token=token)
        return deliver()

    def test_a_read_card_gives_what_the_place_gives(self, reader, anna, deliver):
        gives_points("identification", when=equals("place.category", "library"))
        assert "residents.identified" in self.read(reader, deliver)
        decision = Decision.objects.get()
        assert (decision.trigger, decision.points) == ("identification", 5)
        assert decision.facts["identification.kind"] == "library"

    def test_a_reader_that_sends_it_twice_tells_of_one_event(self, reader, anna, deliver):
        gives_points("identification")
        self.read(reader, deliver)
        self.read(reader, deliver)
        assert points_given() == 5
        with clock.frozen(NOON + MINUTE):
            self.read(reader, deliver)
        assert points_given() == 10  # what is to be given once a day has a cap that says so

    def test_a_card_that_nobody_knows_is_no_event(self, reader, anna, deliver):
        gives_points("identification")
        assert self.read(reader, deliver, token="JB-2") == []

    def test_without_a_programme_that_asks_nothing_is_stored(self, reader, anna, deliver):
        self.read(reader, deliver)
        assert not Decision.objects.exists()


class TestDays:
    @pytest.fixture
    def pupils(self):
        group = Group.objects.create(code="pupil")
        people = [a_resident(user=None) for _ in range(3)]
        for one in people[:2]:
            Membership.objects.create(resident=one, group=group, period=DateRange(date(2026, 9, 1), None))
        return people

    def test_the_first_school_day_gives_each_pupil_points_once(self, pupils):
        first_of_september = {"op": "=", "args": [{"property": "day"}, {"date": "2026-09-01"}]}
        gives_points("date", when={"op": "and", "args": [member("pupil"), first_of_september]})
        for _ in range(2):
            assert triggering.day_began(date(2026, 9, 1)) is None
        assert Decision.objects.count() == 2
        assert points_given() == 10
        triggering.day_began(date(2026, 9, 2))
        assert points_given() == 10

    def test_it_counts_from_the_first_minute_however_late_it_is_worked_off(self, pupils):
        gives_points("date", when=member("pupil"))
        with clock.frozen(NOON + timedelta(days=3)):
            triggering.day_began(date(2026, 9, 1))
        assert {one.decided_at for one in Decision.objects.all()} == {datetime(2026, 8, 31, 21, 0, tzinfo=UTC)}
        assert {one.day for one in Decision.objects.all()} == {date(2026, 9, 1)}

    def test_it_goes_on_where_the_batch_before_ended(self, pupils, monkeypatch):
        gives_points("date")
        monkeypatch.setattr(triggering, "BATCH", 2)
        after = triggering.day_began(date(2026, 9, 1))
        assert (after, points_given()) == (pupils[1].pk, 10)
        assert triggering.day_began(date(2026, 9, 1), after=after) is None
        assert points_given() == 15

    def test_a_birthday_is_given_to_whom_it_is(self):
        gives_points("date", when=equals("resident.birthday", True))
        a_resident(birth_date=date(1990, 9, 1), user=None)
        a_resident(birth_date=date(1990, 9, 2), user=None)
        triggering.day_began(date(2026, 9, 1))
        assert points_given() == 5
