"""The same programmes worked out again with pandas, column by column over all receipts: no engine, no rule, no loop
over the programmes' definitions. What each gives is written here a second time, from the words of the campaign."""

from fractions import Fraction

import pandas as pd

from tests.rules.benefits import real_receipts
from tests.rules.benefits.real_receipts import RealData

BY_RECEIPT = ["basket_id", "programme"]


def totals(data: RealData) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Cents by (receipt, programme), points by receipt; what is nothing is left out."""
    lines = data.lines.copy()
    lines["left"] = lines.amount
    given = [_yogurts(lines), _bread(lines)]
    given += [_campaign(lines, data, row) for row in data.campaigns.itertuples()]
    given += [*_dairy(lines, data), _tuesdays(lines, data)]
    cents = pd.concat(given).query("cents > 0")
    return (
        {(str(one.basket_id), one.programme): int(one.cents) for one in cents.itertuples()},
        {str(basket): int(points) for basket, points in _points(lines).items() if points},
    )


def _yogurts(lines: pd.DataFrame) -> pd.DataFrame:
    """Of all yogurts on a receipt every third is free, the cheapest ones by unit price."""
    lines["off"] = 0
    for _, rows in lines[lines.category == "yogurt"].groupby("basket_id"):
        free = int(rows.quantity.sum()) // 3
        cheapest = sorted(rows.itertuples(), key=lambda row: (Fraction(row.amount, row.quantity), row.line))
        for row in cheapest:
            units = min(free, row.quantity)
            lines.loc[row.Index, "off"] = row.amount * units // row.quantity
            free -= units
    return _taken(lines, "three-yogurts-for-two")


def _bread(lines: pd.DataFrame) -> pd.DataFrame:
    dearer = (lines.amount - 100 * lines.quantity).clip(lower=0)
    lines["off"] = dearer.where(lines.category == "baked-bread-buns-rolls", 0)
    return _taken(lines, "bread-for-a-euro")


def _campaign(lines: pd.DataFrame, data: RealData, row) -> pd.DataFrame:
    """At most so many cents a month; a receipt that finds nothing left takes nothing off its lines."""
    day = lines["at"].dt.strftime("%Y-%m-%d")
    products = data.coupons.loc[data.coupons.code == row.code, "product_id"]
    households = data.members.loc[data.members.code == row.code, "household_id"]
    eligible = lines.product_id.isin(products) & lines.household_id.isin(households)
    eligible &= (day >= row.start_date) & (day <= row.end_date)
    match row.campaign_type:
        case "Type A":
            off = _half_up(lines.amount, 10)
        case "Type B":
            off = _half_up(lines.amount, 25)
        case "Type C":
            off = 50 * lines.quantity
    lines["off"] = pd.concat([off, lines.left], axis=1).min(axis=1).where(eligible, 0)
    months = lines.groupby(["household_id", "month"], sort=False)
    by_receipt = lines.groupby(["household_id", "month", "basket_id"], sort=False).off.transform("sum")
    # What the household's earlier receipts of the month would have got: up to this line, without its own receipt.
    running = months.off.cumsum() - lines.groupby("basket_id", sort=False).off.cumsum()
    cap = real_receipts.CAMPAIGN_CENTS_A_MONTH
    lines.loc[running >= cap, "off"] = 0
    allowed = (cap - running).clip(lower=0)
    lines["granted"] = pd.concat([by_receipt, allowed], axis=1).min(axis=1)
    firsts = lines.drop_duplicates("basket_id")
    granted = firsts[["basket_id"]].assign(programme=row.code, cents=firsts.granted)
    lines["left"] -= lines.off
    return granted


def _dairy(lines: pd.DataFrame, data: RealData) -> list[pd.DataFrame]:
    """A tenth for families, a seventh (14.3 %, cents rounded down) off cheese in June; a line has the better one."""
    families = data.people.loc[data.people.kids_count == "3+", "household_id"]
    dairy = lines.category.isin(["cheese", "eggs", "fluid-milk-products"])
    tenth = _half_up(lines.amount, 10).where(dairy & lines.household_id.isin(families), 0)
    june = lines.month == "2017-06"
    seventh = (lines.amount * 143 // 1000).where((lines.category == "cheese") & june, 0)
    tenth, seventh = (pd.concat([off, lines.left], axis=1).min(axis=1) for off in (tenth, seventh))
    # Where both would take the same, the programme whose code comes first has the line.
    lines["off"] = seventh.where(seventh >= tenth, 0)
    cheese = _taken(lines, "cheese-in-june", tell=False)
    lines["off"] = tenth.where(tenth > seventh, 0)
    families_own = _taken(lines, "dairy-for-families", tell=False)
    lines["left"] -= pd.concat([tenth, seventh], axis=1).max(axis=1)
    return [cheese, families_own]


def _tuesdays(lines: pd.DataFrame, data: RealData) -> pd.DataFrame:
    """A twentieth of the whole receipt, twice a month."""
    seniors = data.people.loc[data.people.age == "65+", "household_id"]
    mine = lines[(lines["at"].dt.day_of_week == 1) & lines.household_id.isin(seniors)]
    receipts = mine.groupby(["household_id", "month", "basket_id"], sort=False).agg(
        amount=("amount", "sum"), left=("left", "sum")
    )
    receipts["cents"] = _half_up(receipts.amount, 5)
    assert (receipts.cents <= receipts.left).all()
    receipts = receipts[receipts.cents > 0]
    receipts = receipts[receipts.groupby(["household_id", "month"]).cumcount() < real_receipts.TUESDAYS_A_MONTH]
    return receipts.reset_index()[["basket_id", "cents"]].assign(programme="seniors-on-tuesdays")


def _points(lines: pd.DataFrame) -> pd.Series:
    fruit = lines.assign(points=(3 * lines.quantity).where(lines.category == "tropical-fruit", 0))
    receipts = fruit.groupby(["household_id", "month", "basket_id"], sort=False).points.sum()
    running = receipts.groupby(["household_id", "month"]).cumsum() - receipts
    allowed = (real_receipts.POINTS_A_MONTH - running).clip(lower=0)
    return pd.concat([receipts, allowed], axis=1).min(axis=1).droplevel(["household_id", "month"])


def _taken(lines: pd.DataFrame, programme: str, *, tell: bool = True) -> pd.DataFrame:
    if tell:
        lines["left"] -= lines.off
    sums = lines.groupby("basket_id", sort=False).off.sum()
    return sums.rename("cents").reset_index().assign(programme=programme)


def _half_up(amount: pd.Series, percent: int) -> pd.Series:
    return (2 * amount * percent + 100) // 200
