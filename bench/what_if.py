"""`python -m bench.what_if`: a draft replayed over 1,000,000 stored receipts of 5 lines, as SQL.

Wants DATABASE_URL of a migrated database. The receipts, their programmes and people are made by SQL with a seed, and
taken away afterwards.
"""

import argparse
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

from gis_platform.identity.models import User
from rules.benefits import replaying
from rules.benefits.models import Programme, ProgrammeVersion
from rules.benefits.reading import read
from rules.engine.sql.replay import Version

FIRST_DAY, DAYS = date(2026, 1, 1), 90
CATEGORIES = ["bus-ticket", "bread", "milk", "museum", "swimming"]
MAKE = """
INSERT INTO benefits_decision (id, code, trigger, resident, terminal, merchant, decided_at, day, facts, lines, versions,
    remaining, counters, withheld, usage, vouchers, reason, discount_cents, points, status, status_at)
SELECT gen_random_uuid(), 'B' || lpad(number::text, 9, '0'), 'receipt', 'bench-' || number %% %(people)s, 'bench',
    'merchant:' || number %% 400, at, at::date,
    jsonb_build_object('trigger', 'receipt', 'at', at, 'day', at::date, 'weekday', extract(isodow FROM at)::int,
        'time', (extract(hour FROM at) * 60 + extract(minute FROM at))::int, 'resident.age', (number * 7919) %% 90 + 5,
        'resident.district', 'district-' || (number %% %(people)s) %% 12,
        'resident.groups', CASE WHEN number %% 3 = 0 THEN '["pupil"]' ELSE '[]' END::jsonb,
        'place.category', 'bus_stop', 'place.position',
        jsonb_build_object('type', 'Point', 'coordinates',
            jsonb_build_array(23.6 + (number %% 1000) / 5000.0, 56.6 + (number %% 777) / 7000.0))),
    (SELECT jsonb_agg(jsonb_build_object('id', line::text, 'category', (%(categories)s::text[])[line], 'gtin', '',
        'amount_cents', 50 + (number * 31 + line * 977) %% 900, 'quantity', 1 + (number + line) %% 3))
        FROM generate_series(1, 5) AS line),
    %(versions)s, '{}', '{}', '{}', '[]', '[]', 'granted', 0, 0, 'committed', now()
FROM (SELECT number, %(first_day)s::timestamptz + interval '8 hours'
    + (number::bigint * 86400 * %(days)s / %(receipts)s) %% 86400 * interval '0.5 second'
    + number::bigint * %(days)s / %(receipts)s * interval '1 day' AS at
    FROM generate_series(1, %(receipts)s::bigint) AS number) AS receipts
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=40_000)
    given = parser.parse_args()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    try:
        with transaction.atomic():
            draft = make(given.receipts, given.people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE benefits_decision")
        measure(draft)
    finally:
        take_away()


def measure(draft: Version) -> None:
    begun, worked = time.monotonic(), dict[int, float]()

    def report(percent: int) -> None:
        """On the connection of the lane that is so far."""
        process, spent = server_cpu_s()
        worked[process] = spent
        print(f"{percent} % after {time.monotonic() - begun:.1f} s", flush=True)

    sums = replaying.what_if(draft, FIRST_DAY, FIRST_DAY + timedelta(days=DAYS), report=report)
    before, after = (sum(getattr(one, side) for one in sums.programmes) for side in ("before_cents", "after_cents"))
    each = " + ".join(f"{spent:.1f}" for spent in worked.values())
    print(f"{sums.decisions:,} receipts: {time.monotonic() - begun:.1f} s; the server computed {each} s")
    print(f"{before:,} cents before, {after:,} after")


def take_away() -> None:
    """What only the owner of the tables may: stored decisions and versions are for ever."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, mine in (
            ("benefits_decision", "terminal = 'bench'"),
            (
                "benefits_programmeversion",
                "programme_id IN (SELECT id FROM benefits_programme WHERE code LIKE 'bench-%')",
            ),
            ("benefits_programme", "code LIKE 'bench-%'"),
            ("identity_user", "username LIKE 'bench-%'"),
        ):
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
            cursor.execute(SQL("DELETE FROM {} WHERE ").format(Identifier(table)) + SQL(mine))
            cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(Identifier(table)))


def server_cpu_s() -> tuple[int, float]:
    """The connection's own server process, and what it has computed; 0 where it is not on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return pid, 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return pid, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def make(receipts: int, people: int) -> Version:
    author, approver = (User.objects.create(username=name) for name in ("bench-author", "bench-approver"))
    versions = [a_version(f"bench-{number}", written, author, approver) for number, written in enumerate(DEFINITIONS)]
    values = {
        "receipts": receipts,
        "people": people,
        "categories": CATEGORIES,
        "versions": [version.pk for version in versions],
        "first_day": FIRST_DAY,
        "days": DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAKE, values)
    draft = definition("pupils", [trips(8_000)], caps=[cap("units", "day", 2)])
    return Version(read(versions[0].programme, draft), None)


def a_version(code: str, written: dict[str, Any], author: User, approver: User) -> ProgrammeVersion:
    programme = Programme.objects.create(
        code=code, name_en=code, legal_act="Bench", legal_number="1", legal_date=FIRST_DAY, funder="city"
    )
    return ProgrammeVersion.objects.create(
        programme=programme, number=1, definition=written, effective=(FIRST_DAY, None), author=author
    )


def definition(group: str, rules: list[dict[str, Any]], **parts: Any) -> dict[str, Any]:
    numbered = [
        rule | {"id": f"r{place}", "group": {"code": group, "mode": "best"}} for place, rule in enumerate(rules)
    ]
    return {"format": 1, "triggers": ["receipt"], "rules": numbered} | parts


def trips(basis_points: int) -> dict[str, Any]:
    return {
        "when": {"op": "a_contains", "args": [{"property": "resident.groups"}, ["pupil"]]},
        "target": {"kind": "lines", "categories": ["bus-ticket"]},
        "effect": {"kind": "percent", "basis_points": basis_points},
    }


def cap(unit: str, period: str, limit: int) -> dict[str, Any]:
    return {"code": f"{unit}-{period}", "per": "person", "unit": unit, "period": period, "limit": limit}


AREA = {
    "type": "Polygon",
    "coordinates": [[[23.62, 56.62], [23.70, 56.62], [23.70, 56.68], [23.62, 56.68], [23.62, 56.62]]],
}
DEFINITIONS = [
    definition("pupils", [trips(10_000)], caps=[cap("units", "day", 4)]),
    definition(
        "groceries",
        [
            {
                "when": {"op": ">=", "args": [{"property": "resident.age"}, 65]},
                "target": {"kind": "lines", "categories": ["bread", "milk"]},
                "effect": {"kind": "percent", "basis_points": 1_000},
            },
            {
                "when": {"op": "between", "args": [{"property": "time"}, 600, 840]},
                "target": {"kind": "lines", "categories": ["bread"]},
                "effect": {"kind": "amount", "cents": 20, "per": "unit"},
            },
        ],
        caps=[cap("cents", "month", 1_000)],
    ),
    definition(
        "culture",
        [
            {
                "when": {"op": "s_within", "args": [{"property": "place.position"}, AREA]},
                "target": {"kind": "lines", "categories": ["museum", "swimming"], "units_max": 2},
                "effect": {"kind": "amount", "cents": 300},
            }
        ],
        caps=[cap("grants", "week", 1)],
    ),
]

if __name__ == "__main__":
    main()
