"""An editor's process is killed in the middle of edits: history, audit and promise are there together or not at all."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from shapely import Point

from gis_platform.core.models import AuditEntry, OutboxEntry
from layers import catalog
from layers.base.editing import CHANGED, create_feature
from layers.base.models import Change
from tests.servers import database_url, ended

KILLS = 2
EDITOR = Path(__file__).with_name("editor.py")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("FAULT_SEED") or random.randrange(10**6))
    print(f"FAULT_SEED={chosen}")  # noqa: T201 - shown with a failure, to repeat it
    return chosen


def versions_told_of(seed: int, *options: str) -> tuple[set[int], set[int], set[int]]:
    """By history, audit log and outbox, after the editor was killed KILLS times."""
    made = create_feature(
        catalog.layer("tourism"), properties={"name_lv": "x"}, geometry=Point(23.72, 56.65), actor="user:1"
    )
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LOG_LEVEL": "ERROR",
        "CITY": "jelgava",
    }
    chance = random.Random(seed)
    command = [sys.executable, str(EDITOR), str(made.id), *options]
    for _ in range(KILLS):
        with ended(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)) as editor:
            assert editor.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(1, 1.5))
    history = set(Change.objects.filter(layer="tourism", feature_id=made.id).values_list("version", flat=True))
    audit = set(AuditEntry.objects.filter(subject=f"tourism:{made.id}").values_list("data__version", flat=True))
    promised = OutboxEntry.objects.filter(topic=CHANGED).values_list("payload__version", flat=True)
    return history, audit, set(promised)


def test_an_edit_and_what_is_told_of_it_are_one(seed, city_of_jelgava):
    history, audit, promised = versions_told_of(seed)
    assert len(history) > KILLS
    assert history == audit == promised


def test_the_check_catches_one_who_tells_after_the_commit(seed, city_of_jelgava):
    history, audit, promised = versions_told_of(seed, "broken")
    assert not history == audit == promised
