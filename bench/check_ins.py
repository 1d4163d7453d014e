"""`python -m bench.check_ins`: a check-in over HTTP beside pgbench with the statements of the same transaction.

8 clients, 2 workers, residents signed in by session, each at a place where they have not been: every check-in is
accepted, decided by the benefits, and booked. Wants DATABASE_URL and REDIS_URL of servers with a migrated database that
may be filled, wrk and pgbench. Prints a table in Markdown.
"""

import argparse
import itertools
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client

from bench import servers
from bench.load import CLIENTS, transactions_per_s, wait_until_idle
from bench.processor import metered
from gis_platform.core import clock, prepared
from gis_platform.identity.models import User
from gis_platform.residents.models import Resident
from layers.places.models import Beacon, Place
from layers.places.services import label_token
from rules.loyalty import evidence, services
from rules.loyalty.models import CheckIn

PEOPLE, PLACES = 400, 200
CORNER = (23.7200, 56.6500)
STEP_DEG = 0.00001  # all places within a few metres: nobody has to run from one to the next
BAR = 0.5
SCRIPT = Path(__file__).with_name("check_ins.lua")
SENT = ("loyalty_begin_check_in", "benefits_at_a_check_in", "benefits_book", "loyalty_book_check_in")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6)
    seconds = parser.parse_args().seconds
    residents, beacons = prepare()
    over_http, cpu_us = check_ins_per_s(residents, beacons, seconds=seconds)
    limit = transactions_per_s(script(residents, beacons), seconds=seconds)
    print("| check-ins a second over HTTP | pgbench, the same transaction | ratio | wanted | CPU of the web workers |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| {over_http:,.0f} | {limit:,.0f} | {over_http / limit:.2f} | {BAR} | {cpu_us / 1000:.2f} ms each |")


def prepare() -> tuple[list[Resident], list[Beacon]]:
    """Adds what is missing, and forgets the check-ins of earlier runs."""
    for number in range(Resident.objects.filter(family_name="Walker").count(), PEOPLE):
        user = User.objects.create(username=f"bench-walker-{number}")
        Resident.objects.create(user=user, given_name="B", family_name="Walker", birth_date=date(1990, 1, 1))
    for number in range(Place.objects.filter(source="bench").count(), PLACES):
        point = Point(CORNER[0] + number * STEP_DEG, CORNER[1], srid=4326)
        place = Place.objects.create(name_en=f"Bench {number}", source="bench", geometry=point)
        Beacon.objects.create(place=place, technology="qr", source="bench", geometry=point)
    residents = list(Resident.objects.filter(family_name="Walker").select_related("user").order_by("pk"))
    CheckIn.objects.filter(resident__in=residents).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return residents, list(Beacon.objects.filter(source="bench").select_related("place").order_by("pk"))


def check_ins_per_s(residents: list[Resident], beacons: list[Beacon], *, seconds: int) -> tuple[float, float]:
    """Over HTTP, with the CPU time of the web workers for each, in microseconds."""
    lines = _lines(residents, beacons)
    with servers.platform() as (url, process):
        address = "http://" + urlsplit(url).netloc
        _wrk(address, itertools.islice(lines, 20_000), seconds=3)  # warm: connections, plans, the book of rules
        wait_until_idle()
        with metered(process) as spent:
            found = _wrk(address, lines, seconds=seconds)
        return found, spent.server_s * 1e6 / (found * seconds)


def _lines(residents: list[Resident], beacons: list[Beacon]) -> Iterator[str]:
    """Session, CSRF token and body of each check-in: every pair of a person and a place once."""
    tokens = [label_token(beacon) for beacon in beacons]
    sessions = []
    for resident in residents:
        client = Client()
        client.force_login(resident.user)
        sessions.append(client.cookies["sessionid"].value)
    position = {"longitude": CORNER[0], "latitude": CORNER[1], "accuracy_m": 10, "taken_at": "@taken@"}
    for token, session in itertools.product(tokens, sessions):
        yield f"{session} {session[:32]} " + json.dumps({"label": token, "position": position})


def _wrk(address: str, lines: Iterator[str], *, seconds: int) -> float:
    """Check-ins a second that were accepted; raises AssertionError when any was not."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines))
        file.flush()
        earlier = CheckIn.objects.count()
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(SCRIPT), address, "--"]
        said = subprocess.run([*command, file.name], capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    made = CheckIn.objects.order_by("-pk")[: CheckIn.objects.count() - earlier]
    assert {one.decision for one in made} == {CheckIn.Decision.ACCEPTED}, "not every check-in was accepted"
    return float(found[1])


def script(residents: list[Resident], beacons: list[Beacon]) -> str:
    """What one check-in sends, for pgbench: each time with an id, a key and a person of its own."""
    sent = dict(_recorded(residents[0], beacons[0]))
    before = _filled(sent["benefits_at_a_check_in"], "benefits_at_a_check_in")
    decision = sent["benefits_book"][0]
    told = json.loads(decision)
    for found, mark in ((told["decision"]["id"], "@id@"), (told["decision"]["code"], "@code@")):
        decision = decision.replace(found, mark)
    decision = decision.replace(told["claim"]["key"], "@id@").replace(str(residents[0].handle), "@person@")
    visit = sent["loyalty_book_check_in"]
    asked = json.loads(visit["asked"])
    asked |= {"id": "@visit@", "resident_id": "@resident@"}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_asked")
        cursor.execute("CREATE TABLE bench_asked (decision text, visit text, answer text)")
        cursor.execute("INSERT INTO bench_asked VALUES (%s, %s, %s)", [decision, json.dumps(asked), visit["answer"]])
    first, last = residents[0].pk, residents[-1].pk
    return (
        f"\\set resident random({first}, {last})\n\\set label random({beacons[0].pk}, {beacons[-1].pk})\n"
        "BEGIN;\n"
        "SELECT id AS visit FROM loyalty_begin_check_in(:resident, 'bench', gen_random_uuid()::text, :label, 1, 0, '',"
        " interval '10 minutes', interval '1 hour', now()) \\gset\n"
        f"{before};\n"
        "SELECT benefits_book(replace(replace(replace(decision, '@id@', gen_random_uuid()::text),"
        " '@code@', upper(substr(md5(random()::text), 1, 10))), '@person@', 'resident-' || :resident)::jsonb)"
        " FROM bench_asked;\n"
        "SELECT loyalty_book_check_in(replace(replace(visit, '\"@visit@\"', :visit::text), '\"@resident@\"',"
        " :resident::text)::jsonb, 'resident-' || :resident, 'bench', 'bench', gen_random_uuid()::text, '\\x00'::bytea,"
        " answer, now() + interval '30 days') FROM bench_asked;\n"
        "COMMIT;\n"
    )


def _recorded(resident: Resident, beacon: Beacon) -> list[tuple[str, Any]]:
    """The statements of one check-in with their values; raises AssertionError when they are not those scripted here."""
    row, found = prepared.row, []

    def record(name: str, values: Any) -> tuple[Any, ...] | None:
        found.append((name, values))
        return row(name, values)

    prepared.row = record
    try:
        fix = evidence.Fix(longitude=CORNER[0], latitude=CORNER[1], accuracy_m=10, taken_at=clock.now())
        services.book(resident, beacon=beacon, fix=fix)
    finally:
        prepared.row = row
    assert {name for name, _ in found} == set(SENT), found
    return found


def _filled(values: Any, name: str) -> str:
    """The statement as text with its values in it."""
    with connection.cursor() as cursor:
        return cursor.mogrify(prepared._text(name).decode(), values).rstrip()


if __name__ == "__main__":
    main()
