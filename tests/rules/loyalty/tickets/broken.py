"""A twin of the booking that is broken on purpose: what a check does not catch in it, it does not check."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from gis_platform.core import sqlfiles

LOCKS = (("loyalty_hold_tickets", " FOR NO KEY UPDATE"), ("loyalty_confirm_order", " FOR NO KEY UPDATE"))
# Reads what is left and writes it then, as a slow network would have it; the table's own check is out of the way.
READ_THEN_WRITE = """
ALTER TABLE loyalty_quota DROP CONSTRAINT ticket_quota_is_never_oversold;
CREATE OR REPLACE FUNCTION public.loyalty_take_seats(wanted jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    need record;
    had bigint;
BEGIN
    FOR need IN SELECT * FROM loyalty_seats_wanted(wanted) LOOP
        SELECT taken INTO had FROM loyalty_quota WHERE id = need.quota;
        PERFORM pg_sleep(0.01);
        IF had + need.seats > (SELECT capacity FROM loyalty_quota WHERE id = need.quota) THEN
            RETURN jsonb_build_object('refused', 'sold-out', 'left', 0);
        END IF;
        UPDATE loyalty_quota SET taken = had + need.seats WHERE id = need.quota;
    END LOOP;
    RETURN NULL;
END $$
"""
HEALED = """
ALTER TABLE loyalty_quota ADD CONSTRAINT ticket_quota_is_never_oversold CHECK (taken <= capacity) NOT VALID
"""


def break_booking() -> None:
    for name, lock in LOCKS:
        text = sqlfiles.load(f"functions/{name}").as_string()
        assert lock in text
        run(text.replace(lock, ""))
    run(READ_THEN_WRITE)


@contextmanager
def broken_booking() -> Iterator[None]:
    break_booking()
    try:
        yield
    finally:
        for name in ("loyalty_take_seats", *(name for name, _lock in LOCKS)):
            run(sqlfiles.load(f"functions/{name}").as_string())
        run(HEALED)


def run(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
