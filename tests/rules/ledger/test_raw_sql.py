"""What somebody with the application's rights and no wish to go through it could try."""

import re

import pytest
from django.db import Error, connection, transaction

from gis_platform.core import clock
from rules.ledger.guards import missing_guards
from rules.ledger.models import Entry, Leg, Payment, Period, Run, Statement
from rules.ledger.reconciliation.services import import_statements
from tests.people import a_user
from tests.rules.ledger.bank import execute
from tests.rules.ledger.bookings import NOVEMBER_2, OTHER_IBAN, a_merchant, close, grant, settle

pytestmark = pytest.mark.django_db
STAYS = "is refused: it is only ever added to"


@pytest.fixture
def settled(db):
    """A month that is closed, paid and confirmed, with one finding."""
    grant(a_merchant(), 185), grant(a_merchant("B", iban=OTHER_IBAN), 40)
    paper = execute(bytes(settle(close()).payment_file))
    with clock.frozen(NOVEMBER_2):
        import_statements(paper.but(lines=paper.lines[1:]).xml(), by=a_user("clerk"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE ledger_period SET days = '[2026-09-01,2026-09-02)'", "is closed for ever"),
        ("UPDATE ledger_period SET completed_at = NULL", "is closed for ever"),
        ("DELETE FROM ledger_period", STAYS),
        ("UPDATE ledger_statement SET closing_cents = closing_cents + 1", STAYS),
        ("DELETE FROM ledger_statement", STAYS),
        ("UPDATE ledger_balancesnapshot SET balance = 0", STAYS),
        ("UPDATE ledger_run SET state = 'prepared'", "it stays as it is"),
        ("UPDATE ledger_run SET payment_file = ''", "it stays as it is"),
        ("UPDATE ledger_payment SET iban = 'LV19PARX0000435195001'", "stays as it was approved"),
        ("UPDATE ledger_payment SET is_cancelled = true", "stays as it was approved"),
        ("DELETE FROM ledger_payment", STAYS),
        ("UPDATE ledger_bankline SET amount_cents = 1", STAYS),
        ("UPDATE ledger_finding SET kind = 'unknown'", "stays as it is"),
        ("DELETE FROM ledger_finding", STAYS),
        ("TRUNCATE ledger_statement CASCADE", STAYS),
        ("TRUNCATE ledger_entry, ledger_leg CASCADE", STAYS),
        ("DELETE FROM ledger_leg USING ledger_entry WHERE entry_id = ledger_entry.id", STAYS),
        ("WITH gone AS (DELETE FROM ledger_leg RETURNING id) SELECT count(*) FROM gone", STAYS),
        ("UPDATE ledger_leg SET entry_id = entry_id", STAYS),
        (
            "MERGE INTO ledger_leg AS leg USING ledger_account AS one ON one.id = account_id"
            " WHEN MATCHED THEN UPDATE SET amount = leg.amount + 1",
            STAYS,
        ),
    ],
)
def test_what_was_settled_stays(settled, statement, message):
    before = everything()
    with pytest.raises(Error, match=message):
        run(statement)
    assert everything() == before


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (Period, Statement, Entry, Leg, Run, Payment)]


def test_a_period_leaves_no_gap(settled):
    with pytest.raises(Error, match="the next period begins on 2026-10-01, not on 2026-11-01"):
        run(
            "INSERT INTO ledger_period (days, closed_at, closed_by_id, progress)"
            " SELECT '[2026-11-01,2026-12-01)', now(), closed_by_id, 0 FROM ledger_period"
        )


def test_a_complete_period_takes_no_further_balance(settled):
    with pytest.raises(Error, match="is complete: nothing can be added"):
        run(
            "INSERT INTO ledger_balancesnapshot (period_id, account_id, balance)"
            " SELECT id, (SELECT max(id) FROM ledger_account), 5 FROM ledger_period"
        )


def test_a_statement_that_does_not_add_up_is_no_statement(db):
    grant(a_merchant(), 185)
    with pytest.raises(Error, match="ledger_statement_adds_up"):
        run(
            "INSERT INTO ledger_period (id, days, closed_at, closed_by_id, progress)"
            f" VALUES (77, '[2026-09-01,2026-10-01)', now(), {a_user('clerk').pk}, 0);"
            "INSERT INTO ledger_statement (period_id, account_id, number, opening_cents, granted_cents, returned_cents,"
            " correction_cents, paid_cents, closing_cents, decisions)"
            " SELECT 77, min(id), 'x', 0, 185, 0, 0, 0, 186, 1 FROM ledger_account"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ledger_leg DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_leg DISABLE TRIGGER ledger_leg_stays",
        "DROP TRIGGER ledger_leg_stays ON ledger_leg",
        "CREATE OR REPLACE FUNCTION public.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "ALTER TABLE ledger_leg ADD COLUMN other bigint",
        "CREATE RULE quiet AS ON DELETE TO ledger_leg DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "DROP TABLE ledger_leg CASCADE",
    ],
)
def test_a_role_that_may_write_every_row_cannot_switch_a_guard_off(settled, statement):
    """The role that production should run as: it owns nothing (docs/settlement.md)."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ledger_writer_of_tests")
        cursor.execute("GRANT USAGE ON SCHEMA public TO ledger_writer_of_tests")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO ledger_writer_of_tests")
        cursor.execute("GRANT ledger_writer_of_tests TO CURRENT_USER")
        cursor.execute("SET LOCAL ROLE ledger_writer_of_tests")
    with pytest.raises(Error, match=re.compile("must be owner|permission denied|must be superuser")):
        run(statement)


def test_the_owner_cannot_suspend_all_triggers_of_a_session(settled):
    with pytest.raises(Error, match="permission denied to set parameter"):
        run("SET session_replication_role = replica")


def test_the_owner_who_switches_a_guard_off_is_found_out(settled):
    assert missing_guards() == []
    run("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
    run("DROP TRIGGER ledger_statement_stays ON ledger_statement")
    assert missing_guards() == ["ledger_entry_stays", "ledger_statement_stays"]
