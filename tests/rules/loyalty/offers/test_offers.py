"""Offers by position: edge, outside, stale and imprecise positions, hours, limits, audience, and nothing stored."""

import logging
import struct
from datetime import date, time, timedelta

import pytest
from django.contrib.gis.geos import LineString, Point, Polygon
from django.db import connection

from gis_platform.core import clock
from gis_platform.residents import consents
from gis_platform.residents.models import Group, Membership
from rules.benefits.triggering import PositionImprecise, PositionOld
from rules.loyalty.models import Given, Offer
from rules.loyalty.offers import giving
from rules.loyalty.offers.errors import LocationConsentMissing
from rules.loyalty.offers.matching import Position, not_left, reached
from tests.people import LIBRARY, a_resident, north_of

pytestmark = pytest.mark.django_db

HALF = 0.001  # degrees
SQUARE = Polygon.from_bbox((LIBRARY.x - HALF, LIBRARY.y - HALF, LIBRARY.x + HALF, LIBRARY.y + HALF))
EDGE = Point(LIBRARY.x, LIBRARY.y + HALF, srid=4326)


def an_offer(trigger="zone", geometry=SQUARE, metres=0, **fields) -> Offer:
    at = clock.now()
    values = {"title_en": "Half price", "valid_from": at - timedelta(days=1), "valid_to": at + timedelta(days=9)}
    offer = Offer.objects.create(trigger=trigger, geometry=geometry, metres=metres, reach=geometry, **values | fields)
    offer.refresh_from_db()
    return offer


def at(point: Point, accuracy_m: float = 10) -> Position:
    return Position(longitude=point.x, latitude=point.y, accuracy_m=accuracy_m)


def a_willing_resident():
    resident = a_resident()
    consents.give(resident, giving.PURPOSE)
    return resident


def go(resident, point, *, inside=(), accuracy_m=10.0, age=timedelta(0)):
    return giving.around(resident, at(point, accuracy_m), taken_at=clock.now() - age, inside=inside)


def reaches(point, accuracy_m=10.0) -> bool:
    return bool(reached([at(point, accuracy_m)], at=clock.now()))


class TestReach:
    def test_inside_and_the_edge_are_inside_and_a_step_outside_is_not(self):
        an_offer()
        assert [reaches(point) for point in (LIBRARY, EDGE, north_of(EDGE, 1))] == [True, True, False]

    @pytest.mark.parametrize(("metres", "is_near"), [(49, True), (51, False)])
    def test_near_a_place_is_metres_on_the_ground(self, metres, is_near):
        an_offer("near", LIBRARY, 50)
        assert reaches(north_of(LIBRARY, metres)) is is_near

    def test_along_a_route_is_beside_its_whole_line_and_not_beyond_its_end(self):
        end = north_of(LIBRARY, 1000)
        an_offer("route", LineString(LIBRARY.coords, end.coords, srid=4326), 20)
        beside = Point(LIBRARY.x + 15 / 61_300, LIBRARY.y + 0.004, srid=4326)  # 1° of longitude: 61.3 km at 56.65° N
        assert reaches(beside)
        assert not reaches(Point(LIBRARY.x + 25 / 61_300, LIBRARY.y + 0.004, srid=4326))
        assert not reaches(north_of(end, 25))

    def test_a_small_reach_asks_for_a_precise_position(self):
        an_offer("near", LIBRARY, 20)
        assert [reaches(LIBRARY, metres) for metres in (30, 31)] == [True, False]

    def test_only_offers_that_hold_are_matched(self):
        now = clock.now()
        an_offer(valid_to=now)
        an_offer(valid_from=now + timedelta(minutes=1))
        an_offer(paused_at=now)
        assert not reaches(LIBRARY)

    def test_many_positions_are_matched_in_one_statement(self, django_assert_num_queries):
        one, other = an_offer(), an_offer("near", north_of(LIBRARY, 500), 50)
        positions = [at(LIBRARY), at(north_of(LIBRARY, 5000)), at(north_of(LIBRARY, 500))]
        assert reached(positions, at=clock.now()) == [(0, one.pk), (2, other.pk)]

    def test_a_moved_geometry_moves_the_reach(self):
        offer = an_offer("near", LIBRARY, 50)
        offer.geometry = north_of(LIBRARY, 500)
        offer.save()
        assert not reaches(LIBRARY)


class TestEntering:
    def test_to_enter_a_zone_one_has_been_outside(self):
        offer, resident = an_offer(), a_willing_resident()
        first = go(resident, LIBRARY, inside=None)
        assert (first.offers, first.inside) == ((), (offer.pk,))
        outside = go(resident, north_of(EDGE, 200), inside=first.inside)
        assert outside.inside == ()
        assert go(resident, LIBRARY, inside=outside.inside).offers == (offer,)

    def test_a_phone_that_trembles_at_the_edge_does_not_leave(self):
        offer = an_offer()
        assert not_left(at(north_of(EDGE, 20)), [offer.pk]) == {offer.pk}
        assert not_left(at(north_of(EDGE, 30)), [offer.pk]) == set()
        assert not_left(at(north_of(EDGE, 60), accuracy_m=80), [offer.pk]) == {offer.pk}

    def test_a_place_gives_to_who_is_there_already_once(self):
        offer, resident = an_offer("near", LIBRARY, 50), a_willing_resident()
        first = go(resident, LIBRARY, inside=None)
        assert (first.offers, first.inside) == ((offer,), (offer.pk,))
        assert go(resident, LIBRARY, inside=first.inside).offers == ()


class TestRefusals:
    def test_nothing_is_matched_without_consent(self):
        an_offer()
        resident = a_willing_resident()
        consents.withdraw(resident, giving.PURPOSE)
        with pytest.raises(LocationConsentMissing):
            go(resident, LIBRARY)

    @pytest.mark.parametrize("age", [timedelta(minutes=2, seconds=1), timedelta(minutes=-3)])
    def test_a_stale_position_and_one_of_tomorrow_are_refused(self, age):
        with pytest.raises(PositionOld):
            go(a_willing_resident(), LIBRARY, age=age)

    def test_an_imprecise_position_is_refused(self):
        with pytest.raises(PositionImprecise):
            go(a_willing_resident(), LIBRARY, accuracy_m=101)


class TestLimits:
    @pytest.mark.parametrize(
        ("quiet", "moment", "is_quiet"),
        [
            ((time(22), time(7)), time(23), True),
            ((time(22), time(7)), time(6, 59), True),
            ((time(22), time(7)), time(7), False),
            ((time(12), time(13)), time(12), True),
            ((time(12), time(13)), time(13), False),
            ((None, None), time(3), False),
        ],
    )
    def test_quiet_hours_may_go_over_midnight(self, quiet, moment, is_quiet):
        assert giving.is_quiet(Offer(quiet_from=quiet[0], quiet_to=quiet[1]), moment) is is_quiet

    def test_what_quiet_hours_hold_back_is_given_afterwards_to_who_is_still_there(self):
        now = clock.now().replace(hour=12, minute=0)
        local = clock.local(now).time()
        later = clock.local(now + timedelta(minutes=30)).time()
        offer, resident = an_offer(quiet_from=local, quiet_to=later), a_willing_resident()
        with clock.frozen(now + timedelta(minutes=1)):
            held_back = go(resident, LIBRARY)
        assert (held_back.offers, held_back.inside) == ((), ())
        with clock.frozen(now + timedelta(minutes=31)):
            assert go(resident, LIBRARY, inside=held_back.inside).offers == (offer,)

    def test_once_a_day_and_so_often_in_all(self):
        offer, resident = an_offer(per_person_total=2), a_willing_resident()
        given = []
        for day in range(4):
            with clock.frozen(clock.now() + timedelta(days=day)):
                given.append([len(go(resident, LIBRARY).offers) for _ in range(2)])
        assert given == [[1, 0], [1, 0], [0, 0], [0, 0]]
        offer.refresh_from_db()
        assert offer.given == 2

    def test_an_offer_for_the_first_three_is_given_to_three(self):
        offer = an_offer(total_max=3)
        assert [len(go(a_willing_resident(), LIBRARY).offers) for _ in range(5)] == [1, 1, 1, 0, 0]
        assert Given.objects.filter(offer=offer).count() == 3

    def test_a_person_gets_five_a_day_in_all(self):
        for _ in range(7):
            an_offer()
        assert len(go(a_willing_resident(), LIBRARY).offers) == giving.A_DAY_MAX

    def test_another_audience_learns_nothing(self):
        pupils = Group.objects.create(code="pupil")
        offer, pupil, other = an_offer(audience=pupils), a_willing_resident(), a_willing_resident()
        Membership.objects.create(resident=pupil, group=pupils, period=(date(2020, 1, 1), None))
        assert go(pupil, LIBRARY).offers == (offer,)
        assert go(other, LIBRARY) == giving.Around(offers=(), inside=())

    def test_who_got_an_offer_is_forgotten_a_month_after_its_end(self):
        an_offer()
        go(a_willing_resident(), LIBRARY)
        with clock.frozen(clock.now() + timedelta(days=9 + 29)):
            assert giving.forget() == 0
        with clock.frozen(clock.now() + timedelta(days=9 + 31)):
            assert giving.forget() == 1


SPOT = Point(23.7271234567, 56.6511987654, srid=4326)


def traces() -> list[str]:
    """The tables written in this test in which a row holds a number of the spot, as text or within a geometry."""
    marks = [f"{number:.5f}" for number in SPOT.coords]
    marks += [struct.pack("<d", number).hex().upper() for number in SPOT.coords]
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd > 0")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {table} AS kept WHERE kept::text ILIKE ANY(%s))",
                [[f"%{mark}%" for mark in marks]],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


class TestNothingIsStored:
    def send(self, client, resident, **changes):
        body = {
            "longitude": SPOT.x, "latitude": SPOT.y, "accuracy_m": 5, "taken_at": clock.now().isoformat(), "inside": []
        }  # fmt: skip
        client.force_login(resident.user)
        return client.post("/api/v1/positions", body | changes, content_type="application/json")

    def test_neither_the_database_nor_the_log_holds_the_position(self, client, caplog, capfd):
        offer, resident = an_offer(), a_willing_resident()
        with caplog.at_level(logging.DEBUG):
            answer = self.send(client, resident)
            refused = self.send(client, resident, accuracy_m=900)
        assert [one["offer"] for one in answer.json()["offers"]] == [offer.pk]
        assert refused.json()["code"] == "position-too-imprecise"
        assert traces() == []
        out, err = capfd.readouterr()
        said = caplog.text + out + err
        assert "23.72712" not in said
        assert "56.65119" not in said

    def test_the_check_catches_a_position_that_is_kept(self):
        an_offer("near", SPOT, 50)
        assert traces() == ["loyalty_offer"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"longitude": 181}, "longitude"),
            ({"taken_at": "2026-09-01T10:00:00"}, "taken_at"),
            ({"inside": "x"}, "inside"),
        ],
    )
    def test_a_wrong_position_is_a_problem_that_names_the_field(self, client, changes, field):
        answer = self.send(client, a_willing_resident(), **changes)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
