import json
from collections import Counter as Multiset
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Literal

from rules.engine.book import RuleBook
from rules.engine.condition import Condition
from rules.engine.sql import parts, tables
from rules.engine.sql.conditions import condition
from rules.engine.sql.replay import Replay, Version
from tests.rules.engine import conditions, definitions
from tests.rules.engine.programmes import SCHEMA
from tests.rules.engine.tallying import Tally

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 8, 30, 21, tzinfo=UTC)  # of Monday, 31 August in Jelgava
WHENS = st.one_of(st.none(), st.none(), definitions.counted, conditions.leaves)
IN_ONE_TEST = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@st.composite
def histories(draw):
    """Some programmes, and receipts of a few people in order of time."""
    some = draw(definitions.programmes(whens=WHENS, most=3))
    at, past = MIDNIGHT, []
    for number in range(draw(st.integers(1, 6))):
        at += timedelta(minutes=draw(st.sampled_from([0, 5, 40, 60, 700, 3_000])))
        person = draw(st.sampled_from("ab"))
        past.append(
            SimpleNamespace(
                number=number,
                resident=person,
                usage=[{"holder": "household:1"}] if person == "a" or draw(st.booleans()) else [],
                merchant=draw(st.sampled_from(["merchant:1", "merchant:2"])),
                decided_at=at,
                day=(at + timedelta(hours=3)).date(),
                facts=draw(conditions.facts) | {"trigger": draw(st.sampled_from(definitions.TRIGGERS))},
                receipt=draw(definitions.receipts(most=4)),
                withheld=["p0"] if draw(st.integers(0, 9)) == 9 else [],
            )
        )
    return some, past


def in_memory(some, past):
    """One after the other, as they were decided."""
    book, tally, found = RuleBook(some), Tally(), Multiset()
    for one in past:
        outcome = book.decide(
            SCHEMA.read(one.facts),
            one.receipt,
            remaining=tally.remaining(one, book.programmes),
            counters=tally.counters(one, book.programmes),
            withheld=dict.fromkeys(one.withheld, "suspended"),
        )
        tally.add(one, book.programmes, outcome)
        found += Multiset((one.number, *rule(grant), grant.line, grant.cents, grant.units) for grant in outcome.grants)
        found += Multiset((one.number, *rule(grant), grant.points) for grant in outcome.points)
        found += Multiset((one.number, *rule(grant), "voucher", grant.cents) for grant in outcome.vouchers)
    return found


def rule(grant):
    return grant.programme, grant.rule


def in_sql(some, past):
    """Each part of the programmes apart from the others."""
    found = Multiset()
    for codes in parts.apart(some):
        found += replayed([one for one in some if one.code in codes], past)
    return found


def replayed(some, past):
    replay, found = Replay([Version(one, None) for one in some], SCHEMA), Multiset()
    with transaction.atomic(), connection.cursor() as cursor:
        run(cursor, replay.tables())
        for one in past:
            store(cursor, replay, one)
        run(cursor, replay.staged())
        run(cursor, replay.matching())
        for _ in range(len(past) * 20):
            run(cursor, replay.deciding())
            run(cursor, replay.comparing())
            cursor.execute("SELECT count(*) FROM replay_due")
            if not cursor.fetchone()[0]:
                break
        else:
            pytest.fail("the limits do not come to rest")
        key = [(version.programme.code, rule.id) for version, rule in replay.rules]
        cursor.execute("SELECT receipt, rule, line, cents, units FROM replay_grant")
        found += Multiset((receipt, *key[rule], *rest) for receipt, rule, *rest in cursor.fetchall())
        cursor.execute("SELECT receipt, rule, points FROM replay_points")
        found += Multiset((receipt, *key[rule], points) for receipt, rule, points in cursor.fetchall())
        cursor.execute("SELECT receipt, rule, cents FROM replay_voucher")
        found += Multiset((receipt, *key[rule], "voucher", cents) for receipt, rule, cents in cursor.fetchall())
        cursor.execute(tables.DROP)
    return found


def run(cursor, statements):
    for statement in statements:
        cursor.execute(statement)


def store(cursor, replay, one):
    household = one.usage[0]["holder"] if one.usage else f"resident:{one.resident}"
    values = [one.number, one.number, one.decided_at, one.day, one.resident, household, one.merchant]
    values += [one.facts["trigger"], one.withheld, []]
    facts = SQL("{}::jsonb").format(Literal(json.dumps(one.facts)))
    cursor.execute(
        SQL("INSERT INTO replay_receipt SELECT {}{}").format(
            SQL(", ").join(map(Literal, values)), replay.stored_facts(facts)
        )
    )
    for line in one.receipt.lines:
        cursor.execute(
            "INSERT INTO replay_line VALUES (%s, %s, %s, %s, %s, %s)",
            [one.number, line.id, line.category, line.gtin, line.amount_cents, line.quantity],
        )


@settings(max_examples=60, deadline=None, suppress_health_check=IN_ONE_TEST)
@given(histories())
def test_sql_and_memory_give_the_same(history):
    some, past = history
    for one in some:
        note(
            f"{one.code}: {one.form.model_dump_json(exclude_defaults=True, exclude={'counters', 'tariffs', 'funders'})}"
        )
    for one in past:
        note(f"{one.decided_at} {one.resident} {one.merchant} {one.facts} {one.receipt.lines}")
    assert in_sql(*history) == in_memory(*history)


def _forgets_the_order_of_time(versions, *, due_only):
    """A twin for which every receipt is the first."""
    return SQL("SELECT WHERE false")


def _gives_the_rest_to_nobody(chain, source, columns, order):
    """A twin that only rounds half up."""
    return chain.add(
        "SELECT {0}, least(weight, (total * weight / greatest(1, sum(weight) OVER (PARTITION BY receipt)))::bigint)"
        " AS part FROM {1}",
        columns,
        source,
    )


def _parts_what_belongs_together(programmes):
    """A twin for which no programme touches another."""
    return [{one.code} for one in programmes]


@pytest.mark.parametrize(
    ("module", "name", "twin"),
    [
        ("replay", "left_of_cap", _forgets_the_order_of_time),
        ("offers", "share_out", _gives_the_rest_to_nobody),
        ("parts", "apart", _parts_what_belongs_together),
    ],
)
def test_a_broken_twin_does_not_agree(module, name, twin, monkeypatch):
    monkeypatch.setattr(f"rules.engine.sql.{module}.{name}", twin)

    @settings(max_examples=400, deadline=None, phases=[Phase.generate], database=None, derandomize=True,
              suppress_health_check=IN_ONE_TEST)  # fmt: skip
    @given(histories())
    def search(history):
        assert in_sql(*history) == in_memory(*history)

    with pytest.raises(AssertionError):
        search()


@settings(max_examples=200, deadline=None, suppress_health_check=IN_ONE_TEST)
@given(conditions.conditions, conditions.facts)
def test_a_condition_in_sql_is_true_false_or_unknown_as_in_memory(written, values):
    read = Condition(written, SCHEMA)
    replay = Replay([], SCHEMA)
    replay.facts = list(SCHEMA)
    names = {fact.name: SQL("f.{}").format(SQL(f"f{place}")) for place, fact in enumerate(replay.facts)}
    columns = SQL(", ").join(SQL(f"f{place}") for place in range(len(replay.facts)))
    facts = SQL("{}::jsonb").format(Literal(json.dumps(values)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            SQL("SELECT {} FROM (SELECT 0{}) AS f (n, {})").format(
                condition(read.expression, names.__getitem__), replay.stored_facts(facts), columns
            )
        )
        assert cursor.fetchone()[0] is read.holds(SCHEMA.read(values))
