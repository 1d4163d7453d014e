"""What a rule takes off the units it may have, as effects.offer: rows of receipt, line, cents, units.

A row with 0 cents is a line that the offer uses up without making it cheaper.
"""

from psycopg.sql import SQL, Composable, Identifier
from psycopg.sql import Literal as Quoted

from gis_platform.core.money import BASIS_POINTS
from rules.engine.definition import Rule
from rules.engine.forms import (
    Amount,
    Bundle,
    ByTariff,
    FixedPrice,
    FreeQuantity,
    LinesTarget,
    PayAtMost,
    Percent,
    Rounded,
)
from rules.engine.sql.portions import BY_LINE, COLUMNS, first_of
from rules.engine.sql.shares import Chain, rounded, share_out

WHOLE = SQL(str(BASIS_POINTS))


def offer(chain: Chain, rule: Rule, portions: Identifier) -> Identifier:
    match rule.form.effect:
        case FreeQuantity() as effect:
            return _free(chain, rule, effect, portions)
        case Bundle() as effect:
            return _bundle(chain, effect, portions)
        case _ if not shares(rule):
            return _taken(chain, chain.add("SELECT *, {1} AS part FROM {0}", portions, off_each(rule)))
        case Percent() as effect:
            return _taken(chain, _percent(chain, rule, effect, portions))
        case Amount(cents=cents):
            return _shared(chain, portions, Quoted(cents))
        case PayAtMost(cents=cents):
            most = SQL("greatest(0, {} - counted)").format(Quoted(cents))
            return _shared(
                chain, portions, SQL("greatest(0, sum(due) OVER (PARTITION BY receipt)::bigint - {})").format(most)
            )
        case _:
            raise AssertionError(f"{rule.form.effect.kind} takes nothing off a receipt")


def shares(rule: Rule) -> bool:
    """What it takes off a line depends on the other lines that it has."""
    match rule.form.effect:
        case Percent(cents_max=cents_max):
            return rule.target.whole or cents_max is not None
        case Amount(per="receipt") | PayAtMost():
            return True
        case _:
            return False


def off_each(rule: Rule) -> Composable:
    """What a rule that does not share takes off a row of portions; it may be less than 0, or more than is due."""
    match rule.form.effect:
        case Percent() as effect:
            return _part(effect)
        case Amount(cents=cents):
            return SQL("({} * units)").format(Quoted(cents))
        case FixedPrice(cents=cents):
            return SQL("(due - {} * units)").format(Quoted(cents))
        case ByTariff():
            prices = [SQL("WHEN {} THEN {}").format(Quoted(of), Quoted(price)) for of, price in rule.prices.items()]
            return SQL("(due - CASE category {} END * units)").format(SQL(" ").join(prices))
        case _:
            raise AssertionError(f"{rule.form.effect.kind} looks at more than one line")


def _shared(chain: Chain, portions: Identifier, total: Composable) -> Identifier:
    weighed = chain.add("SELECT {0}, due AS weight, {2} AS total FROM {1}", COLUMNS, portions, total)
    return _taken(chain, share_out(chain, weighed, COLUMNS, BY_LINE))


def _taken(chain: Chain, source: Identifier) -> Identifier:
    return chain.add(
        "SELECT receipt, line, least(part, due)::bigint AS cents, units FROM {0} WHERE part > 0 AND due > 0", source
    )


def _percent(chain: Chain, rule: Rule, effect: Percent, portions: Identifier) -> Identifier:
    if rule.target.whole:
        total = _rounded(SQL("sum(cents) OVER (PARTITION BY receipt)::bigint"), effect)
        weighed = chain.add("SELECT {0}, cents AS weight, {2} AS total FROM {1}", COLUMNS, portions, total)
        found = share_out(chain, weighed, COLUMNS, BY_LINE)
    else:
        found = chain.add("SELECT {0}, {2} AS part FROM {1}", COLUMNS, portions, _part(effect))
    if effect.cents_max is None:
        return found
    capped = chain.add(
        "SELECT {0}, greatest(0, part) AS weight, {2} AS total FROM {1}", COLUMNS, found, Quoted(effect.cents_max)
    )
    return share_out(chain, capped, COLUMNS, BY_LINE)


def _part(effect: Percent) -> Composable:
    """Of one row of portions."""
    if effect.rounding.of is not Rounded.UNIT_PRICE:
        return _rounded(SQL("cents"), effect)
    asked = SQL("(amount * {})").format(Quoted(BASIS_POINTS - effect.basis_points))
    per_unit = SQL("({} * quantity)").format(WHOLE)
    price = rounded(asked, per_unit, way=effect.rounding.way, step=effect.rounding.step_cents)
    return SQL("(cents - units * {})").format(price)


def _rounded(cents: Composable, effect: Percent) -> Composable:
    asked = SQL("({} * {})").format(cents, Quoted(effect.basis_points))
    return rounded(asked, WHOLE, way=effect.rounding.way, step=effect.rounding.step_cents)


def _bundle(chain: Chain, effect: Bundle, portions: Identifier) -> Identifier:
    here = SQL("sum(units) OVER (PARTITION BY receipt)::bigint")
    size = here if effect.units is None else Quoted(effect.units)
    counted = chain.add("SELECT *, {1} AS here, {2} AS size FROM {0}", portions, here, size)
    wanted = SQL("(here / size * size)")
    taken = first_of(chain, counted, wanted, dearest=True)
    # Every row of a receipt has the same number of bundles: all the units that were taken, by the size.
    bundles = (
        SQL("1") if effect.units is None
        else SQL("(sum(units) OVER (PARTITION BY receipt)::bigint / {})").format(Quoted(effect.units))
    )  # fmt: skip
    dues = chain.add(
        "SELECT *, amount * units / quantity AS cents, whole_due * units / quantity AS due FROM {0}", taken
    )
    total = SQL("greatest(0, sum(due) OVER (PARTITION BY receipt)::bigint - {} * {})").format(
        Quoted(effect.cents), bundles
    )
    weighed = chain.add("SELECT {0}, due AS weight, {2} AS total FROM {1}", COLUMNS, dues, total)
    shared = share_out(chain, weighed, COLUMNS, BY_LINE)
    summed = chain.add("SELECT *, sum(part) OVER (PARTITION BY receipt) AS gain FROM {0}", shared)
    return chain.add("SELECT receipt, line, part::bigint AS cents, units FROM {0} WHERE gain > 0", summed)


def _free(chain: Chain, rule: Rule, effect: FreeQuantity, portions: Identifier) -> Identifier:
    target = rule.form.target
    dearest = isinstance(target, LinesTarget) and target.order == "dearest"
    before = SQL("counted") if effect.counter else SQL("0")
    here = chain.add("SELECT *, sum(units) OVER (PARTITION BY receipt)::bigint AS here FROM {0}", portions)
    free = SQL("({} - {})").format(_free_among(SQL("({} + here)").format(before), effect), _free_among(before, effect))
    many = chain.add("SELECT *, {1} AS free FROM {0}", here, free)
    freed = first_of(chain, many, SQL("free"), dearest=dearest)
    found = chain.add(
        "SELECT receipt, line, whole_due * units / quantity AS cents, units FROM {0}"
        " WHERE whole_due * units / quantity > 0",
        freed,
    )
    if effect.counter:
        return found
    bought = SQL("((free + {0} - 1) / {0} * {1})").format(Quoted(effect.free), Quoted(effect.bought))
    others = chain.add(
        "SELECT one.receipt, one.line, category, amount, quantity, one.units - coalesce(freed.units, 0) AS units,"
        " counted, whole_due, {2} AS bought FROM {0} AS one"
        " LEFT JOIN (SELECT receipt, line, units FROM {1}) AS freed USING (receipt, line)"
        " WHERE one.units > coalesce(freed.units, 0)",
        many,
        freed,
        bought,
    )
    paid = first_of(chain, others, SQL("bought"), dearest=True)
    return chain.add(
        "SELECT receipt, line, cents, units FROM {0} UNION ALL"
        " SELECT receipt, line, 0, units FROM {1} AS paid"
        " WHERE NOT EXISTS (SELECT FROM {0} AS found WHERE found.receipt = paid.receipt AND found.line = paid.line)",
        found,
        paid,
    )


def _free_among(units: Composable, effect: FreeQuantity) -> Composable:
    return SQL("({0} / {1} * {2} + greatest(0, {0} % {1} - {3}))").format(
        units, Quoted(effect.bought + effect.free), Quoted(effect.free), Quoted(effect.bought)
    )
