"""Twins of the booking that are broken on purpose: what a check does not catch in them, it does not check."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from gis_platform.core import sqlfiles

# Reads the budget first and writes it then, as a slow network would have it; the table's own check is out of the way.
READ_THEN_WRITE = """
ALTER TABLE benefits_budget DROP CONSTRAINT benefits_budget_is_never_overdrawn;
CREATE OR REPLACE FUNCTION public.benefits_spend(decision benefits_decision) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    spent record;
    budget benefits_budget;
BEGIN
    FOR spent IN SELECT * FROM benefits_spent(decision.id) LOOP
        SELECT * INTO budget FROM benefits_budget WHERE programme_id = spent.programme;
        PERFORM pg_sleep(0.01);
        IF budget.used_cents + spent.cents > budget.limit_cents THEN
            RETURN jsonb_build_object(
                'refused', 'budget', 'programme', spent.code, 'reason', 'budget-exhausted'
            );
        END IF;
        UPDATE benefits_budget SET used_cents = budget.used_cents + spent.cents WHERE id = budget.id;
    END LOOP;
    RETURN NULL;
END $$
"""
HEALED_BUDGETS = """
ALTER TABLE benefits_budget ADD CONSTRAINT benefits_budget_is_never_overdrawn
CHECK (reserved_cents >= 0 AND used_cents >= 0 AND used_cents <= limit_cents - reserved_cents) NOT VALID
"""
# Takes every cap that it is asked for.
TAKES_ALWAYS = """
CREATE OR REPLACE FUNCTION public.benefits_take_usage(
    of_holder text, of_programme bigint, of_code text, begins date, opened timestamptz, taken bigint, most bigint,
    seen bigint, seen_opened timestamptz
) RETURNS boolean LANGUAGE sql AS $$ SELECT pg_sleep(0.05) IS NOT NULL $$
"""
# Claims no key: whoever asks again is booked again.
NO_KEY = """
CREATE OR REPLACE FUNCTION public.benefits_forget_key() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN NEW.key := gen_random_uuid(); RETURN NEW; END $$;
CREATE TRIGGER broken_forgets_keys BEFORE INSERT ON core_idempotencyrecord
FOR EACH ROW EXECUTE FUNCTION public.benefits_forget_key()
"""
HEALED_KEYS = "DROP TRIGGER broken_forgets_keys ON core_idempotencyrecord; DROP FUNCTION public.benefits_forget_key()"


@contextmanager
def broken_budgets() -> Iterator[None]:
    run(READ_THEN_WRITE)
    try:
        yield
    finally:
        run(sqlfiles.load("functions/benefits_spend").as_string())
        run(HEALED_BUDGETS)


@contextmanager
def broken_caps() -> Iterator[None]:
    run(TAKES_ALWAYS)
    try:
        yield
    finally:
        run(sqlfiles.load("functions/benefits_take_usage").as_string())


@contextmanager
def broken_keys() -> Iterator[None]:
    run(NO_KEY)
    try:
        yield
    finally:
        run(HEALED_KEYS)


def run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
