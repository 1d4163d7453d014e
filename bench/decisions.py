"""`python -m bench.decisions`: a decision over HTTP beside pgbench with its own database function, and the ORM.

100 active programmes, receipts of 20 lines, 8 clients, 2 workers. Wants DATABASE_URL and REDIS_URL of servers with a
migrated database that may be filled, wrk and pgbench. Prints a table in Markdown.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from django.db import connection

from bench import by_rows, servers
from bench.load import CLIENTS, transactions_per_s, wait_until_idle
from bench.processor import Spent, metered
from gis_platform.core import clock
from gis_platform.devices import services as devices
from gis_platform.devices.models import Device
from gis_platform.identity.models import User
from gis_platform.residents.models import Resident
from gis_platform.residents.services import issue_means
from rules.benefits import booking, versions
from rules.benefits.booking import Claim
from rules.benefits.facts import RECEIPT, Case, ResidentFacts
from rules.benefits.models import Budget, Programme
from rules.benefits.weighing import Weighing
from rules.engine.receipt import Line

PROGRAMMES, LINES, PEOPLE = 100, 20, 500
SCRIPT = Path(__file__).with_name("decisions.lua")
ROOM_CENTS = 10**15
BARS = {"many": 0.5, "hot": 0.6, "rows": 4.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    seconds = parser.parse_args().seconds
    prepare()
    print("| budgets | decisions a second over HTTP | pgbench, benefits_book itself | ratio | wanted |")
    print("| --- | --- | --- | --- | --- |")
    for name, choices in (("many", PROGRAMMES), ("hot", 1)):
        over_http, spent = decisions_per_s(choices, seconds=seconds)
        with metered(None) as alone:
            limit = transactions_per_s(script(choices), seconds=seconds)
        ratio = over_http / limit
        print(f"| {name} | {over_http:,.0f} | {limit:,.0f} | {ratio:.2f} | {BARS[name]} |", flush=True)
        each, at_least = over_http * seconds / 1000, limit * seconds / 1000
        print(
            f"CPU ms of each: web {spent.server_s / each:.2f}, PostgreSQL {spent.database_s / each:.2f}, all"
            f" {spent.all_s / each:.2f}; pgbench's {alone.all_s / at_least:.2f}, of which a decision is"
            f" {alone.all_s / at_least / (spent.all_s / each):.2f}",
            flush=True,
        )
    function, rows = rate(_by_function, seconds=seconds / 2), rate(_by_rows, seconds=seconds / 2)
    print(f"booked by the function {function:,.0f}/s, row by row {rows:,.0f}/s: {function / rows:.1f}x", flush=True)


def prepare() -> None:
    """Adds what is missing: the programmes with their budgets, the people with their cards, the till."""
    author, approver = (User.objects.get_or_create(username=f"bench-{name}")[0] for name in ("author", "approver"))
    today = clock.today()
    for number in range(PROGRAMMES):
        programme, is_new = Programme.objects.get_or_create(
            code=f"bench-{number}",
            defaults={"legal_act": "Act", "legal_number": "1", "legal_date": today, "funder": "city"},
        )
        if is_new:
            Budget.objects.create(
                programme=programme, period=(today, date(today.year + 5, 1, 1)), limit_cents=ROOM_CENTS
            )
            draft = versions.draft(programme, definition=_definition(number), first_day=today, author=author)
            versions.submit(draft.pk, author=author)
            versions.approve(draft.pk, approver=approver)
    for number in range(Resident.objects.filter(family_name="Bench").count(), PEOPLE):
        resident = Resident.objects.create(given_name="B", family_name="Bench", birth_date=date(1990, 1, 1))
        issue_means(resident, kind="library", token=f"BENCH-{number:05}", actor="system:bench")
    Device.objects.get_or_create(code="bench-till", defaults={"role": Device.Role.TILL})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _definition(number: int) -> dict[str, object]:
    """Four conditions, one category, and a cap of the person that is never reached."""
    when = {
        "op": "and",
        "args": [
            {"op": ">=", "args": [{"property": "resident.age"}, 18]},
            {"op": "<", "args": [{"property": "resident.age"}, 65]},
            {"op": "between", "args": [{"property": "weekday"}, 1, 7]},
            {"op": ">", "args": [{"property": "receipt.total"}, number]},
        ],
    }
    rule = {
        "id": "only",
        "when": when,
        "target": {"kind": "lines", "categories": [f"goods-{number}"]},
        "effect": {"kind": "percent", "basis_points": 1_000},
        "group": {"code": "bench", "mode": "best"},
    }
    cap = {"code": "month", "period": "month", "unit": "cents", "limit": 100_000_000}
    return {"format": 1, "triggers": ["receipt"], "rules": [rule], "caps": [cap]}


def _lines(number: int) -> list[dict[str, object]]:
    return [
        {"id": f"{line:02}", "category": f"goods-{number}", "amount_cents": 100 + 7 * line, "quantity": 1 + line % 3}
        for line in range(LINES)
    ]


def decisions_per_s(choices: int, *, seconds: int) -> tuple[float, Spent]:
    """Over HTTP, with the CPU time of all of them."""
    code = devices.open_registration(Device.objects.get(code="bench-till"), actor="system:bench")
    key = devices.register(code)[1].key
    with servers.platform() as (url, process), tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for number in range(PEOPLE):
            body = {"kind": "library", "token": f"BENCH-{number:05}", "lines": _lines(number % choices)}
            file.write(json.dumps(body) + "\n")
        file.flush()
        address = "http://" + urlsplit(url).netloc
        _wrk(address, file.name, key, seconds=3)  # warm: connections, plans, the book of rules
        wait_until_idle()
        with metered(process) as spent:
            found = _wrk(address, file.name, key, seconds=seconds)
        return found, spent


def _wrk(address: str, bodies: str, key: str, *, seconds: int) -> float:
    command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), address, "--"]
    said = subprocess.run([*command, bodies, f"Device {key}"], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def script(choices: int) -> str:
    """What a decision sends, for pgbench: each time with an id, a code, a key and a person of its own."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_asked")
        cursor.execute("CREATE TABLE bench_asked (number int PRIMARY KEY, asked text)")
        for number in range(choices):
            decision, weighed, claim = _weighed(number)
            asked = booking.document(decision, weighed, claim=claim, actor="device:1")
            asked = asked.replace(str(decision.pk), "@id@").replace(claim.key, "@id@")
            asked = asked.replace(decision.code, "@code@").replace("resident:bench", "@person@")
            cursor.execute("INSERT INTO bench_asked VALUES (%s, %s)", [number, asked])
        cursor.execute("ANALYZE bench_asked")
    return (
        f"\\set number random(0, {choices - 1})\n\\set person random(1, {PEOPLE})\n"
        "SELECT benefits_book(replace(replace(replace(asked, '@id@', gen_random_uuid()::text),"
        " '@code@', upper(substr(md5(random()::text), 1, 10))), '@person@', 'resident-' || :person)::jsonb)"
        " FROM bench_asked WHERE number = :number;\n"
    )


def _weighed(number: int) -> tuple[booking.Decision, booking.Weighed, Claim]:
    lines = tuple(Line(**line) for line in _lines(number))
    case = Case(
        trigger=RECEIPT, at=clock.now(), resident=ResidentFacts(handle="bench", birth_date=date(1990, 1, 1)),
        terminal="device:1", merchant="merchant:1", lines=lines,
    )  # fmt: skip
    weighed = Weighing(case).weigh({})
    decision = booking.decided(case, weighed, reason="granted", at=clock.now())
    claim = Claim(
        scope="bench",
        key=f"{time.time_ns()}",
        body_hash=hashlib.sha256(b"").digest(),
        answer=json.dumps({"code": decision.code}),
    )
    return decision, weighed, claim


def rate(book: Callable[..., object], *, seconds: float) -> float:
    """Of one client in this process, without the deciding: what differs is how it is written down."""
    wait_until_idle()
    done, took_s = 0, 0.0
    while took_s < seconds:
        prepared = _weighed(done % PROGRAMMES)
        began = time.perf_counter()
        book(*prepared)
        took_s += time.perf_counter() - began
        done += 1
    return done / took_s


def _by_function(decision: booking.Decision, weighed: booking.Weighed, claim: Claim) -> None:
    booking.book(decision, weighed, claim=claim, actor="device:1")


def _by_rows(decision: booking.Decision, weighed: booking.Weighed, claim: Claim) -> None:
    by_rows.book(decision, weighed, claim)


if __name__ == "__main__":
    main()
