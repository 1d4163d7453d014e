"""Quests before residents: stamps are check-ins, and completion is booked once."""

import threading
from datetime import timedelta

import pytest

from gis_platform.core import clock
from rules.loyalty import jobs, points, quests
from rules.loyalty.models import QuestCompletion
from rules.loyalty.voiding import void
from tests.people import LIBRARY, a_beacon, a_place, a_resident, north_of
from tests.rules.loyalty.samples import a_quest, a_reward, at_once, visit

TRIES = 6


@pytest.fixture
def beacons():
    """At three places, 300 m apart: a walk of minutes."""
    return [a_beacon(a_place(geometry=north_of(LIBRARY, 300 * number))) for number in range(3)]


@pytest.fixture
def anna():
    return a_resident()


def walk(resident, beacons, *, follow=True):
    start = clock.now()
    for number, beacon in enumerate(beacons):
        with clock.frozen(start + timedelta(minutes=10 * number)):
            record = visit(resident, beacon)
            assert record.decision == "accepted"
            if follow:
                jobs.follow_check_in(check_in_id=record.pk)
    return record


def places(beacons):
    return [beacon.place for beacon in beacons]


@pytest.mark.django_db
class TestProgress:
    def test_it_shows_what_is_done_and_what_is_next(self, anna, beacons):
        quest = a_quest(*places(beacons))
        walk(anna, beacons[:2])
        stands = quests.standing(anna, quest)
        assert (stands.done, stands.progress.next, stands.completion) == (2, (beacons[2].place_id,), None)

    def test_a_visit_before_its_first_day_is_no_stamp(self, anna, beacons):
        quest = a_quest(*places(beacons), first_day=clock.today() + timedelta(days=1))
        walk(anna, beacons)
        assert quests.standing(anna, quest).done == 0

    def test_a_visit_that_is_taken_back_is_no_stamp(self, anna, beacons):
        quest = a_quest(*places(beacons))
        void(walk(anna, beacons[:1]).pk, actor="user:1", reason="")
        assert quests.standing(anna, quest).done == 0


@pytest.mark.django_db
class TestCompletion:
    def test_it_gives_points_and_a_reward_once(self, anna, beacons):
        a_quest(*places(beacons), reward=a_reward(stock=1))
        record = walk(anna, beacons)
        jobs.follow_check_in(check_in_id=record.pk)
        completion = QuestCompletion.objects.get()
        assert completion.redemption.code
        assert points.held(anna.handle).points == 3 * 10 + 40

    def test_a_reward_out_of_stock_does_not_keep_the_points_back(self, anna, beacons):
        a_quest(*places(beacons), reward=a_reward(stock=0))
        walk(anna, beacons)
        assert QuestCompletion.objects.get().redemption is None
        assert points.held(anna.handle).points == 70

    def test_in_the_wrong_order_it_is_not_completed(self, anna, beacons):
        a_quest(*places(beacons), kind="order")
        walk(anna, beacons[::-1])
        assert not QuestCompletion.objects.exists()

    def test_a_draft_is_nobody_s(self, anna, beacons):
        quest = a_quest(*places(beacons), state="draft")
        walk(anna, beacons)
        assert not QuestCompletion.objects.exists()
        assert quests.quest(quest.code) is None


def points_after_tries_at_once(anna, beacons):
    record = walk(anna, beacons, follow=False)
    at_once(TRIES, lambda _number: quests.complete_after(record))
    return points.held(anna.handle).points


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_complete_it_once(anna, beacons):
    a_quest(*places(beacons))
    assert points_after_tries_at_once(anna, beacons) == 70


@pytest.mark.django_db(transaction=True)
def test_the_check_above_would_notice_a_completion_that_is_only_looked_up(anna, beacons, monkeypatch):
    a_quest(*places(beacons))
    together = threading.Barrier(TRIES)

    def look(resident, quest):
        completion = QuestCompletion(quest=quest, resident=resident, at=clock.now(), pk=threading.get_ident())
        is_new = not QuestCompletion.objects.exists()
        together.wait(timeout=20)
        monkeypatch.setattr(completion, "save", lambda **_: None)
        return completion, is_new

    monkeypatch.setattr(quests, "_claim", look)
    assert points_after_tries_at_once(anna, beacons) == 30 + TRIES * 40
