"""The temporary tables that a replay works on. `place` is the order in time; lines and texts sort by code points."""

from psycopg.sql import SQL, Composable

RECEIPTS = SQL(
    "CREATE TEMPORARY TABLE replay_receipt (receipt bigint PRIMARY KEY, place bigint, at timestamptz, day date,"
    ' person text COLLATE "C", household text COLLATE "C", merchant text COLLATE "C", trigger text, withheld text[],'
    " versions bigint[]{})"
)
TAKEN = 'receipt bigint, rule int, line text COLLATE "C", cents bigint, units bigint'
LINE = 'receipt bigint, line text COLLATE "C"'

TABLES = {
    "replay_line": f'{LINE}, category text COLLATE "C", gtin text COLLATE "C", amount bigint, quantity bigint',
    "replay_matched": "receipt bigint, rule int",
    "replay_due": "receipt bigint",
    "replay_active": "receipt bigint, rule int",
    "replay_take": f"{TAKEN}, step int",
    "replay_bid": f"{TAKEN}, standing int",
    "replay_try": f"{TAKEN}, standing int",
    "replay_tried": "receipt bigint, rule int, turn int, wins boolean",
    "replay_used": LINE,
    "replay_won": f"{LINE}, rule int",
    "replay_grant": TAKEN,
    "replay_earned": "receipt bigint, rule int, points bigint",
    "replay_points": "receipt bigint, rule int, points bigint",
    "replay_voucher": "receipt bigint, rule int, cents bigint",
    "replay_asked": "receipt bigint, cap int, asked bigint",
    "replay_over": "receipt bigint",
    "replay_cap": "receipt bigint, cap int, whole bigint, most bigint",
    "replay_cap_now": "receipt bigint, cap int, most bigint",
    "replay_counter": "receipt bigint, counter int, before bigint",
    "replay_counter_now": "receipt bigint, counter int, before bigint",
}
INDEXES = {
    "replay_line": "receipt",
    "replay_matched": "rule",
    "replay_counter": "receipt, counter",
}

CREATE = [SQL(f"CREATE TEMPORARY TABLE {name} ({columns})") for name, columns in TABLES.items()]
CREATE_INDEXES = [SQL(f"CREATE INDEX ON {name} ({columns})") for name, columns in INDEXES.items()]
EMPTY = SQL(f"TRUNCATE {', '.join(name for name in TABLES if name != 'replay_line')}")
DROP = SQL(f"DROP TABLE IF EXISTS replay_receipt, {', '.join(TABLES)}")


def fact_column(number: int, kind: SQL) -> Composable:
    """Texts sort by code points, as in memory."""
    collation = ' COLLATE "C"' if kind.as_string().startswith("text") else ""
    return SQL(f", f{number} {{}}{collation}").format(kind)
