"""Approves the prepared run in processes that it kills: `python approving_crew.py SEED KILLS CHECKER [broken]`.

After each blow it looks at the run and prints "half" when a part of the approval is there without the rest.
"""

import os
import random
import signal
import sys
import time
from contextlib import suppress

import django

django.setup()

from django.db import connections, transaction  # noqa: E402 needs Django

from gis_platform.core.errors import CityError  # noqa: E402 needs Django
from gis_platform.identity.models import User  # noqa: E402 needs Django
from rules.ledger.models import Payment, Run  # noqa: E402 needs Django
from rules.ledger.settlement import runs  # noqa: E402 needs Django
from rules.ledger.settlement.payment_file import payment_file  # noqa: E402 needs Django


def approve(run_id: int, checker: User) -> None:
    with suppress(CityError):
        runs.approve(run_id, by=checker)


def approve_broken(run_id: int, checker: User) -> None:
    """The broken twin: books and commits, and then writes the file."""
    payments = list(Payment.objects.filter(run=run_id).select_related("run", "statement__account"))
    for payment in payments:
        if payment.entry_id is None:
            with transaction.atomic():
                runs._book(payment)
    file = payment_file(payments[0].run, payments)
    Run.objects.filter(pk=run_id).update(
        state="approved", checker=checker, approved_at=payments[0].run.prepared_at, payment_file=file
    )


def is_half(run_id: int) -> bool:
    run = Run.objects.get(pk=run_id)
    booked = run.payments.exclude(entry=None).count()
    approved = run.state == Run.State.APPROVED
    return booked != (run.payments.count() if approved else 0) or bool(run.payment_file) != approved


def main(seed: str, kills: str, checker_id: str, *options: str) -> None:
    connections.settings["default"]["OPTIONS"]["pool"] = False  # a pool's threads and sockets do not survive a fork
    chance = random.Random(int(seed))
    checker = User.objects.get(pk=int(checker_id))
    work = approve_broken if options else approve
    run_id = Run.objects.get(state="prepared").pk
    for blow in range(int(kills) + 1):
        connections.close_all()
        if not (pid := os.fork()):
            work(run_id, checker)
            os._exit(0)
        if blow < int(kills):
            time.sleep(chance.uniform(0.005, 0.2))
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        time.sleep(0.05)  # PostgreSQL notices that the other side is gone
        if is_half(run_id):
            print("half", blow, flush=True)  # noqa: T201 what the test reads
        if Run.objects.get(pk=run_id).state == Run.State.APPROVED:
            break


main(*sys.argv[1:])
