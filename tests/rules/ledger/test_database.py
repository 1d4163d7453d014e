"""Raw SQL against the ledger: what PostgreSQL itself refuses, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import Error, IntegrityError, connection, transaction

from rules.ledger.models import Entry, Leg
from rules.ledger.services import AccountKey, Posting, post

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)  # slow: the database is emptied afterwards

PROGRAMME = AccountKey(kind="programme", holder="trips", funder="city", unit="cents")
MERCHANT = AccountKey(kind="merchant", holder="merchant:1", unit="cents")
RESIDENT = AccountKey(kind="resident", holder="a-handle", unit="points")
SCORED = AccountKey(kind="programme", holder="visits", funder="city", unit="points")


@pytest.fixture
def entry() -> Entry:
    postings = [Posting(PROGRAMME, -85), Posting(MERCHANT, 85), Posting(SCORED, -50), Posting(RESIDENT, 50)]
    with as_at_commit():
        return post("benefit", reference="decision:1", effective_on=date(2026, 9, 1), postings=postings)


@contextmanager
def as_at_commit() -> Iterator[None]:
    """What is deferred to the commit is checked at the end of this block, as the commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def run(statement: str) -> None:
    with as_at_commit(), connection.cursor() as cursor:
        cursor.execute(statement)


def new_entry(*legs: tuple[str, int]) -> str:
    """One statement that writes an entry with legs to the accounts of these holders."""
    values = ", ".join(f"('{holder}', {amount})" for holder, amount in legs)
    return (
        "WITH entry AS (INSERT INTO ledger_entry (kind, reference, posted_at, effective_on)"
        " VALUES ('benefit', 'raw', now(), '2026-09-01') RETURNING id)"
        " SELECT id FROM entry"
        if not legs
        else "DO $$ DECLARE entry bigint; BEGIN"
        " INSERT INTO ledger_entry (kind, reference, posted_at, effective_on)"
        " VALUES ('benefit', 'raw', now(), '2026-09-01') RETURNING id INTO entry;"
        " INSERT INTO ledger_leg (entry_id, account_id, amount)"
        f" SELECT entry, id, amount FROM (VALUES {values}) AS v (holder, amount) JOIN ledger_account USING (holder);"
        " END $$"
    )


def test_a_balanced_entry_by_raw_sql_is_kept(entry):
    run(new_entry(("trips", -10), ("merchant:1", 10)))
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    ("legs", "message"),
    [
        ([("trips", -10), ("merchant:1", 11)], "off balance by 1 cents"),
        ([("trips", -10), ("a-handle", 10)], "off balance by -10 cents, 10 points"),
        ([("trips", -10)], "has 1 legs"),
        ([], "has 0 legs"),
    ],
)
def test_an_unbalanced_entry_fails_at_commit(entry, legs, message):
    with pytest.raises(IntegrityError, match=message):
        run(new_entry(*legs))
    assert Entry.objects.count() == 1


@commits
def test_it_is_the_commit_that_fails_and_not_the_statement(entry):
    transaction.set_autocommit(False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(new_entry(("trips", -10), ("merchant:1", 11)))
        assert Entry.objects.filter(reference="raw").exists()
        with pytest.raises(IntegrityError, match="off balance"):
            transaction.commit()
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leg SET amount = amount * 2",
        "UPDATE ledger_entry SET effective_on = '2020-01-01'",
        "UPDATE ledger_account SET unit = 'points' WHERE unit = 'cents'",
        "DELETE FROM ledger_leg",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_leg CASCADE",
        "TRUNCATE ledger_entry CASCADE",
        "TRUNCATE ledger_account CASCADE",
    ],
)
def test_what_is_posted_stays(entry, statement):
    with pytest.raises(Error, match="is refused: it is only ever added to"):
        run(statement)
    assert sorted(Leg.objects.values_list("amount", flat=True)) == [-85, -50, 50, 85]


@commits
def test_a_posted_entry_takes_no_further_legs_even_balanced_ones(entry):
    third = AccountKey(kind="merchant", holder="merchant:2", unit="cents")
    fourth = AccountKey(kind="merchant", holder="merchant:3", unit="cents")
    post(
        "benefit",
        reference="decision:2",
        effective_on=date(2026, 9, 1),
        postings=[Posting(third, 5), Posting(fourth, -5)],
    )
    with pytest.raises(IntegrityError, match="is posted: no leg can be added"):
        run(
            f"INSERT INTO ledger_leg (entry_id, account_id, amount) SELECT {entry.pk}, id, CASE holder"
            " WHEN 'merchant:2' THEN 7 ELSE -7 END FROM ledger_account WHERE holder IN ('merchant:2', 'merchant:3')"
        )


def test_a_leg_of_nothing_is_refused(entry):
    with pytest.raises(IntegrityError, match="ledger_leg_moves_something"):
        run(new_entry(("trips", 0), ("merchant:1", 0)))


def test_a_programmes_account_names_its_funder():
    with pytest.raises(IntegrityError, match="names_its_funder"):
        run("INSERT INTO ledger_account (kind, holder, funder, unit) VALUES ('programme', 'trips', '', 'cents')")
