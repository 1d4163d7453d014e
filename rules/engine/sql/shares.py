"""Exact integer arithmetic of rounding.py in SQL, and the chain of expressions that statements are made of."""

from psycopg.sql import SQL, Composable, Identifier

from rules.engine.forms import Way

ROUNDED = {
    Way.HALF_UP: SQL("((2 * {0} + {1}) / (2 * {1}) * {2})"),
    Way.DOWN: SQL("({0} / {1} * {2})"),
    Way.UP: SQL("(({0} + {1} - 1) / {1} * {2})"),
}


class Chain:
    """Common table expressions, each made from the one before."""

    def __init__(self) -> None:
        self._parts: list[Composable] = []

    def add(self, template: str, *parts: Composable) -> Identifier:
        name = Identifier(f"t{len(self._parts)}")
        body = SQL(template).format(*parts)
        self._parts.append(SQL("{} AS ({})").format(name, body))
        return name

    def statement(self, template: str, *parts: Composable) -> Composable:
        """The chain, and what is done with its last."""
        body = SQL(template).format(*parts)
        return SQL("WITH {} {}").format(SQL(", ").join(self._parts), body)


def rounded(numerator: Composable, denominator: Composable, *, way: Way, step: int) -> Composable:
    """As rounding.round_to: of a fraction that is not negative, a multiple of the step."""
    whole = SQL("({} * {})").format(denominator, SQL(str(step)))
    return ROUNDED[way].format(numerator, whole, SQL(str(step)))


def share_out(chain: Chain, source: Composable, columns: Composable, order: Composable) -> Identifier:
    """As rounding.share_out: `total` of a receipt over the `weight` of its rows, in the new column `part`.

    The remainder of half up goes to the largest and on; it may be negative. Products stay under 2^63.
    """
    summed = chain.add(
        "SELECT {0}, weight, total, sum(weight) OVER (PARTITION BY receipt)::bigint AS whole FROM {1}", columns, source
    )
    cut = chain.add("SELECT {0}, weight, whole, least(total, whole) AS total FROM {1}", columns, summed)
    halves = chain.add(
        "SELECT {0}, weight, total, CASE WHEN whole = 0 THEN 0"
        " ELSE total * weight / whole + (2 * (total * weight % whole) >= whole)::int END AS part FROM {1}",
        columns,
        cut,
    )
    rests = chain.add(
        "SELECT {0}, weight, part, total - sum(part) OVER (PARTITION BY receipt)::bigint AS rest FROM {1}",
        columns,
        halves,
    )
    rooms = chain.add("SELECT *, CASE WHEN rest >= 0 THEN weight - part ELSE part END AS room FROM {0}", rests)
    queued = chain.add(
        "SELECT *, sum(room) OVER (PARTITION BY receipt ORDER BY weight DESC, {1} ROWS UNBOUNDED PRECEDING)::bigint"
        " - room AS before FROM {0}",
        rooms,
        order,
    )
    return chain.add(
        "SELECT {0}, part + sign(rest)::bigint * least(room, greatest(0, abs(rest) - before)) AS part FROM {1}",
        columns,
        queued,
    )
