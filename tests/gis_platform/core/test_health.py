from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import RequestFactory
from rq import Worker
from rq.serializers import JSONSerializer

from gis_platform.core import clock, health, workers

ALL = {"database": True, "migrations": True, "redis": True, "workers": True, "dispatcher": True}


def ready() -> tuple[int, dict]:
    response = health.readyz(RequestFactory().get("/readyz"))
    body = __import__("json").loads(response.content)
    return response.status_code, body


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(health, "_migrated", set())


@pytest.fixture
def crew(redis):
    """A worker and a dispatcher that have just shown a sign of life."""
    worker = Worker(["default"], connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    redis.set(workers.DISPATCHER_KEY, "alive", ex=workers.DISPATCHER_ALIVE_S)
    return worker


def test_alive_asks_nobody(no_redis):
    response = health.healthz(RequestFactory().get("/healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_when_all_is_well(crew):
    assert ready() == (200, {"ready": True, "checks": ALL})


@pytest.mark.django_db
def test_without_redis_it_is_not_ready_and_says_no_more(no_redis):
    status, body = ready()
    assert status == 503
    assert body == {"ready": False, "checks": ALL | {"redis": False, "workers": False, "dispatcher": False}}


@pytest.mark.django_db
def test_without_anybody_at_work_it_is_not_ready(redis):
    assert ready()[1]["checks"] == ALL | {"workers": False, "dispatcher": False}


@pytest.mark.django_db
def test_a_worker_that_went_silent_counts_as_dead(crew):
    with clock.frozen(datetime.now(UTC) + timedelta(seconds=101)):
        assert ready()[1]["checks"] == ALL | {"workers": False}


@pytest.mark.django_db
def test_a_migration_to_come_makes_it_unready(crew):
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")
    assert ready() == (503, {"ready": False, "checks": ALL | {"migrations": False}})


@pytest.mark.django_db
def test_the_reason_is_for_the_log_alone(crew, monkeypatch, caplog):
    def fail() -> bool:
        raise OperationalError("password of city at 10.0.0.7 refused")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    assert ready() == (503, {"ready": False, "checks": ALL | {"database": False}})
    assert "OperationalError" in caplog.text
    assert "10.0.0.7" not in caplog.text
