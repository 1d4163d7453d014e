"""The units that a rule's target chooses, as targets.Chooser does."""

from collections.abc import Sequence

from psycopg.sql import SQL, Composable, Identifier
from psycopg.sql import Literal as Quoted

from rules.engine.definition import Rule
from rules.engine.forms import Lines
from rules.engine.sql.conditions import condition
from rules.engine.sql.shares import Chain
from rules.engine.targets import Choice

COLUMNS = SQL("receipt, line, category, amount, quantity, units, cents, due, counted")
BY_LINE = SQL("line")
# Two different prices of a unit differ by more than a double can blur: a ten million millionth part at least.
UNIT_PRICE = SQL("amount::double precision / quantity")


def choose(chain: Chain, rule: Rule, lines: Composable) -> Identifier:
    """COLUMNS of the chosen units; `lines` has receipt, the line's own columns, `due` of the line, and `counted`."""
    if rule.target.whole:
        return _portions(chain, chain.add("SELECT *, quantity AS units FROM {0}", lines))
    choices = rule.target.choices
    taken = chain.add(
        "SELECT * FROM (SELECT *, {1} AS part FROM {0}) AS lines WHERE part IS NOT NULL", lines, _part(choices)
    )
    if not any(_limits(choice.form) for choice in choices) and len(choices) == 1:
        return _portions(chain, chain.add("SELECT *, quantity AS units FROM {0}", taken))
    totals = [
        SQL("coalesce(sum(quantity) FILTER (WHERE part = {0}) OVER (PARTITION BY receipt), 0) AS all_{0}").format(n)
        for n in _numbers(choices)
    ]
    queued = chain.add(
        "SELECT *, sum(quantity) OVER (PARTITION BY receipt, part ORDER BY {1}, line ROWS UNBOUNDED PRECEDING)"
        " - quantity AS before, {2} FROM {0}",
        taken,
        _order(choices),
        SQL(", ").join(totals),
    )
    there = [
        SQL("all_{} >= {}").format(n, Quoted(choice.form.units_min))
        for n, choice in zip(_numbers(choices), choices, strict=True)
    ]
    chosen = chain.add(
        "SELECT *, least(quantity, {1} - before)::bigint AS units FROM {0} WHERE {2}",
        queued,
        _most(choices),
        SQL(" AND ").join(there),
    )
    return _portions(chain, chosen)


def first_of(chain: Chain, portions: Composable, units: Composable, *, dearest: bool) -> Identifier:
    """So many units of each receipt, as targets.first_of; `units` is a column of the portions or a number."""
    queued = chain.add(
        "SELECT *, {1} AS wanted, sum(units) OVER (PARTITION BY receipt ORDER BY {2}, line ROWS UNBOUNDED PRECEDING)"
        " - units AS before FROM {0}",
        portions,
        units,
        _priced(dearest=dearest),
    )
    return chain.add(
        "SELECT receipt, line, category, amount, quantity, least(units, wanted - before)::bigint AS units, counted,"
        " whole_due FROM {0} WHERE wanted > before",
        queued,
    )


def _portions(chain: Chain, source: Identifier) -> Identifier:
    return chain.add(
        "SELECT receipt, line, category, amount, quantity, units, amount * units / quantity AS cents,"
        " due * units / quantity AS due, counted, due AS whole_due FROM {0} WHERE units > 0",
        source,
    )


def _numbers(choices: Sequence[Choice]) -> list[SQL]:
    return [SQL(str(place)) for place in range(len(choices))]


def _part(choices: Sequence[Choice]) -> Composable:
    """A line belongs to the first part that takes it."""
    whens = [
        SQL("WHEN {} THEN {}").format(takes(choice), n) for n, choice in zip(_numbers(choices), choices, strict=True)
    ]
    return SQL("CASE {} END").format(SQL(" ").join(whens))


def takes(choice: Choice) -> Composable:
    form, parts = choice.form, [SQL("true")]
    found: list[Composable] = [*parts]
    if form.categories is not None:
        found.append(SQL("category = ANY({})").format(Quoted(list(form.categories))))
    if form.gtins is not None:
        found.append(SQL("gtin = ANY({})").format(Quoted(list(form.gtins))))
    if choice.condition is not None:
        found.append(condition(choice.condition.expression, lambda name: COLUMN_OF_FACT[name]))
    return SQL("({})").format(SQL(" AND ").join(found))


COLUMN_OF_FACT = {
    "line.category": SQL("category"),
    "line.gtin": SQL("nullif(gtin, '')"),
    "line.quantity": SQL("quantity"),
    "line.unit_price": SQL("(amount / quantity)"),
    "line.amount": SQL("amount"),
}


def _order(choices: Sequence[Choice]) -> Composable:
    dear = [SQL("{}").format(n) for n, one in zip(_numbers(choices), choices, strict=True) if _dearest(one.form)]
    if not dear:
        return _priced(dearest=False)
    return SQL("CASE WHEN part IN ({}) THEN -1 ELSE 1 END * {}").format(SQL(", ").join(dear), UNIT_PRICE)


def _limits(form: Lines) -> bool:
    """Else it takes every line that it is about, whole."""
    return form.units_min > 1 or form.units_max is not None


def _dearest(form: Lines) -> bool:
    return form.order == "dearest"


def _priced(*, dearest: bool) -> Composable:
    return SQL("{} DESC" if dearest else "{}").format(UNIT_PRICE)


def _most(choices: Sequence[Choice]) -> Composable:
    whens = [
        SQL("WHEN {} THEN {}").format(n, Quoted(choice.form.units_max))
        for n, choice in zip(_numbers(choices), choices, strict=True)
        if choice.form.units_max is not None
    ]
    return (
        SQL("CASE part {} ELSE quantity + before END").format(SQL(" ").join(whens))
        if whens
        else SQL("quantity + before")
    )
