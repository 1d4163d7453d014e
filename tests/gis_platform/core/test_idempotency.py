import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from gis_platform.core import clock
from gis_platform.core.errors import InvalidInput
from gis_platform.core.idempotency import KeyReused, StoredAnswer, once
from gis_platform.core.models import IdempotencyRecord

TWINS = 8


@pytest.fixture
def booked(django_db_blocker):
    """A table that counts what really happened."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE booking (cents int)")
    yield lambda: count("booking")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE booking")


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def book() -> StoredAnswer:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO booking VALUES (85)")
        # Long enough that the twins meet.
        cursor.execute("SELECT pg_sleep(0.05)")
    return StoredAnswer.of({"booked": 85, "note": "ā"}, status=201)


def redeem(key: str = "k-1", body: bytes = b"{}", scope: str = "redeem:device:7") -> StoredAnswer:
    return once(scope=scope, key=key, body=body, run=book)


@pytest.mark.django_db
def test_a_retry_gets_the_stored_answer(booked):
    first, second = redeem(), redeem()
    assert booked() == 1
    assert (first.status, first.body, first.replayed) == (201, second.body, False)
    assert second == StoredAnswer(status=201, body=first.body, replayed=True)
    assert second.value == {"booked": 85, "note": "ā"}


@pytest.mark.django_db
def test_the_response_says_that_it_is_a_replay(booked):
    assert "Idempotent-Replayed" not in redeem().response()
    replay = redeem().response()
    assert replay["Idempotent-Replayed"] == "true"
    assert (replay.status_code, json.loads(replay.content)["booked"]) == (201, 85)


@pytest.mark.django_db
def test_another_body_is_refused(booked):
    redeem(body=b'{"cents": 1}')
    with pytest.raises(KeyReused) as refused:
        redeem(body=b'{"cents": 2}')
    assert (refused.value.status, refused.value.code) == (409, "idempotency-key-reused")
    assert booked() == 1


@pytest.mark.django_db
def test_keys_of_another_scope_are_others(booked):
    redeem(scope="redeem:device:7")
    redeem(scope="redeem:device:8")
    assert booked() == 2


@pytest.mark.django_db
def test_what_fails_leaves_the_key_free(booked):
    def fail() -> StoredAnswer:
        book()
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        once(scope="s", key="k", body=b"", run=fail)
    assert booked() == 0
    assert not once(scope="s", key="k", body=b"", run=book).replayed
    assert booked() == 1


@pytest.mark.django_db
def test_a_key_can_be_used_anew_after_its_time(booked):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for days, replayed in ((0, False), (29, True), (30, False)):
        with clock.frozen(start + timedelta(days=days)):
            assert redeem().replayed is replayed
    assert booked() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 201])
def test_an_unusable_key_is_refused(key):
    with pytest.raises(InvalidInput) as refused:
        redeem(key=key)
    assert "Idempotency-Key" in refused.value.fields


@pytest.mark.django_db(transaction=True)
def test_answer_and_effect_are_lost_together_when_the_caller_s_transaction_fails(booked):
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        redeem()
        _ = 1 // 0
    assert (booked(), IdempotencyRecord.objects.count()) == (0, 0)


def at_once(call: Callable[[], StoredAnswer]) -> list[StoredAnswer | Exception]:
    """What TWINS threads get that call at the same moment."""
    results: list[StoredAnswer | Exception] = []
    start = threading.Barrier(TWINS, timeout=20)

    def twin() -> None:
        try:
            start.wait()
            results.append(call())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=twin) for _ in range(TWINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_effect_one_answer(results: list[StoredAnswer | Exception], effects: int) -> bool:
    answers = [result for result in results if isinstance(result, StoredAnswer)]
    fresh = [answer for answer in answers if not answer.replayed]
    return effects == 1 and len(answers) == TWINS and len(fresh) == 1 and len({a.body for a in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_twins_book_once_and_all_get_the_answer(booked):
    assert one_effect_one_answer(at_once(redeem), booked())


@pytest.mark.django_db(transaction=True)
def test_the_check_catches_one_who_looks_before_leaping(booked):
    """The broken twin: it asks whether the key is known, and only then works and writes the key down."""

    def broken() -> StoredAnswer:
        with transaction.atomic():
            known = IdempotencyRecord.objects.filter(scope="s", key="k").first()
            if known:
                return StoredAnswer(status=known.status, body=bytes(known.answer), replayed=True)
            answer = book()
            at = clock.now()
            record = IdempotencyRecord(
                scope="s", key="k", body_hash=b"", status=201, answer=answer.body, created_at=at, expires_at=at
            )
            IdempotencyRecord.objects.bulk_create([record], ignore_conflicts=True)
            return answer

    assert not one_effect_one_answer(at_once(broken), booked())


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_the_twins_fails_the_next_does_the_work(booked):
    failures = iter([True] + [False] * TWINS)

    def fail_once() -> StoredAnswer:
        answer = book()
        if next(failures):
            raise InvalidInput("the first one stumbles")
        return answer

    results = at_once(lambda: once(scope="s", key="k", body=b"", run=fail_once))
    assert booked() == 1
    assert sum(isinstance(result, InvalidInput) for result in results) == 1
    assert sum(isinstance(result, StoredAnswer) and not result.replayed for result in results) == 1
