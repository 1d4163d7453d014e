"""Rewards, quests and visits for the tests, made the way the platform makes them."""

import itertools
import threading
from datetime import timedelta

from django.db import connection

from gis_platform.core import clock
from rules.loyalty import points, services
from rules.loyalty.models import Quest, QuestPlace, Reward

_numbers = itertools.count(1)


def a_reward(**fields) -> Reward:
    number = next(_numbers)
    values = {"code": f"cup-{number}", "name_lv": "Krūze", "name_en": "Cup", "price": 50, "stock": 5}
    return Reward.objects.create(**values | {"first_day": clock.today()} | fields)


def a_quest(*places, **fields) -> Quest:
    number = next(_numbers)
    values = {"code": f"walk-{number}", "name_lv": "Pastaiga", "name_lt": "Pasivaikščiojimas", "name_en": "Walk"}
    values |= {"needed": len(places), "state": "published", "points": 40}
    values |= {"first_day": clock.today(), "last_day": clock.today() + timedelta(days=30)}
    quest = Quest.objects.create(**values | fields)
    QuestPlace.objects.bulk_create(
        QuestPlace(quest=quest, place=place, position=number) for number, place in enumerate(places, 1)
    )
    return quest


def rich(resident, amount: int = 100):
    points.earn(resident.handle, amount, kind="benefit", reference=f"gift:{resident.pk}-{next(_numbers)}")
    return resident


def visit(resident, beacon):
    point = beacon.place.geometry
    fix = services.Fix(longitude=point.x, latitude=point.y, accuracy_m=5, taken_at=clock.now())
    return services.book(resident, beacon=beacon, fix=fix)


def at_once(count: int, run) -> list:
    """What so many threads got that ran `run(number)` at the same time."""
    barrier, got = threading.Barrier(count), []

    def one(number):
        try:
            barrier.wait(timeout=30)
            got.append(run(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got
