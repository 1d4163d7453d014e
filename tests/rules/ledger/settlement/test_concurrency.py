"""Two approvals at once, a booking while the period closes, and a process that is killed in the middle."""

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from gis_platform.core import clock, sqlfiles
from gis_platform.core.errors import CityError
from rules.ledger.models import Entry, Run, Statement
from rules.ledger.queries import balance, balances_before
from rules.ledger.services import Posting, post
from rules.ledger.settlement import periods, runs
from tests.people import a_user
from tests.rules.ledger.bookings import OCTOBER_2, a_merchant, account, close, grant
from tests.rules.ledger.test_properties import legs_before
from tests.servers import database_url

pytestmark = pytest.mark.django_db(transaction=True)
CREW = Path(__file__).with_name("approving_crew.py")
SHOPS, KILLS = 20, 8


@pytest.fixture
def bus():
    return a_merchant()


@pytest.fixture
def run(bus) -> Run:
    grant(bus, 185)
    with clock.frozen(OCTOBER_2):
        return runs.prepare(close(), by=a_user("clerk"))


def at_once(approve: Callable[[Run, threading.Barrier], object], run: Run) -> int:
    """Two approve together; how many succeeded."""
    together = threading.Barrier(2, timeout=20)

    def one() -> bool:
        try:
            with clock.frozen(OCTOBER_2):
                approve(run, together)
        except CityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        return sum(future.result() for future in [pool.submit(one) for _ in range(2)])


def test_two_approvals_at_once_pay_once(run, bus):
    checkers = [a_user("clerk"), a_user("clerk")]

    def approve(run: Run, together: threading.Barrier) -> None:
        together.wait()
        runs.approve(run.pk, by=checkers.pop())

    assert at_once(approve, run) == 1
    assert Entry.objects.filter(kind="payment").count() == 1
    assert balance(account(bus)) == 0


def test_the_broken_twin_that_looks_first_pays_twice(run, bus):
    """The canary: it reads the state, and books under a name of its own, so that nothing stops the second."""

    def approve(run: Run, together: threading.Barrier) -> None:
        assert Run.objects.get(pk=run.pk).state == Run.State.PREPARED
        together.wait()
        postings = [Posting(account(bus), -185), Posting(runs.CLEARING, 185)]
        post("payment", reference=f"twin:{uuid4()}", effective_on=date(2026, 10, 2), postings=postings)
        run.refresh_from_db()

    assert at_once(approve, run) == 2
    assert balance(account(bus)) == -185


def closing_meets_booking(bus) -> bool:
    """Whether the close waited for a booking that was under way."""
    grant(bus, 100)
    clerk = a_user("clerk")
    booked, committed = threading.Event(), threading.Event()

    def book() -> None:
        try:
            with transaction.atomic():
                grant(bus, 85)
                booked.set()
                committed.wait(20)
        finally:
            connection.close()

    def close_it() -> None:
        try:
            with clock.frozen(OCTOBER_2):
                periods.complete(periods.close_next(by=clerk).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        booking = pool.submit(book)
        assert booked.wait(20)
        closing = pool.submit(close_it)
        waited = not threading.Event().wait(0.7) and not closing.done()
        committed.set()
        booking.result(), closing.result()
    return waited


def test_a_close_waits_for_what_is_being_booked(bus):
    assert closing_meets_booking(bus)
    assert Statement.objects.get().closing_cents == 185
    assert balances_before() == legs_before(None)


def test_the_broken_twin_without_the_lock_books_into_a_closed_period(bus):
    """The canary: what was under way appears in a closed period, and no statement has it."""
    sql = sqlfiles.load("functions/ledger_stamp_entry")
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.as_string().replace("PERFORM pg_advisory_xact_lock_shared(7340040);", ""))
        assert not closing_meets_booking(bus)
        assert Statement.objects.get().closing_cents == 100
        assert balances_before() != legs_before(None)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql)


def approve_under_blows(*options: str) -> subprocess.CompletedProcess[str]:
    """A prepared run, approved by processes that are killed one after another; the crew looks after each blow."""
    for number in range(SHOPS):
        grant(a_merchant(f"Shop {number}"), 100)
    with clock.frozen(OCTOBER_2):
        runs.prepare(close(), by=a_user("clerk"))
    checker = a_user("clerk")
    seed = os.environ.get("FAULT_SEED") or str(random.randrange(10**6))
    print(f"FAULT_SEED={seed}")  # noqa: T201 - shown with a failure, to repeat it
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "gis_platform.settings",
    }
    command = [sys.executable, str(CREW), seed, str(KILLS), str(checker.pk), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_a_process_killed_while_it_approves_leaves_nothing_or_the_whole():
    crew = approve_under_blows()
    assert crew.returncode == 0, crew.stdout + crew.stderr
    assert "half" not in crew.stdout
    assert not Run.objects.filter(state=Run.State.PREPARED).exists()
    assert sum(balances_before().values()) == 0


def test_the_broken_twin_that_books_first_and_writes_the_file_later_is_caught():
    assert "half" in approve_under_blows("broken").stdout
