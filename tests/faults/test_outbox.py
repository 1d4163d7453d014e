"""Workers are killed in the middle of handlers, Redis loses everything, and each promise is still kept once."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from gis_platform.core import outbox
from tests.servers import database_url, redis_server

ENTRIES = 30
KILLS = 8
TOPIC = "fault.effect"
CREW = Path(__file__).with_name("outbox_crew.py")

pytestmark = pytest.mark.django_db(transaction=True)


class Outcome(NamedTuple):
    attempts: int
    effects: int
    done: int


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    print(f"FAULT_SEED={chosen}")  # noqa: T201 - shown with a failure, to repeat it
    return chosen


@pytest.fixture
def tables():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE fault_effect (number int PRIMARY KEY)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE fault_effect")


def suffer(seed: int, folder: Path, *options: str) -> Outcome:
    """Publishes ENTRIES, lets the crew work on them under blows, and counts what came of it."""
    outbox.HANDLERS[TOPIC] = outbox.Handler(run=lambda number: None)
    try:
        with transaction.atomic():
            for number in range(ENTRIES):
                outbox.publish(TOPIC, number=number)
    finally:
        del outbox.HANDLERS[TOPIC]
    with redis_server() as url:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": url,
            "FAULT_FOLDER": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LOG_LEVEL": "ERROR",
        }
        subprocess.run([sys.executable, CREW, str(seed), str(KILLS), *options], env=environment, check=True, timeout=60)
    return Outcome(
        attempts=count(f"SELECT sum(attempts) FROM core_outboxentry WHERE topic = '{TOPIC}'"),
        effects=count("SELECT count(*) FROM fault_effect"),
        done=count(f"SELECT count(*) FROM core_outboxentry WHERE topic = '{TOPIC}' AND state = 'done'"),
    )


def count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def kept_every_promise(outcome: Outcome) -> bool:
    return outcome.done == outcome.effects == ENTRIES


def test_every_effect_happens_although_workers_are_killed_and_redis_is_emptied(seed, tables, tmp_path):
    outcome = suffer(seed, tmp_path)
    assert kept_every_promise(outcome), outcome
    assert outcome.attempts > ENTRIES, "no blow fell in the middle of a handler"


def test_the_check_catches_one_who_marks_before_doing(seed, tables, tmp_path):
    outcome = suffer(seed, tmp_path, "broken")
    assert outcome.done == ENTRIES
    assert not kept_every_promise(outcome), outcome
