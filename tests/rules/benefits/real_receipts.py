"""Real receipts of a grocer's customers (completejourney, CC0), and programmes written for them in our own format.

The grocer's campaigns become programmes: their households are the group, their coupons' products the target. What a
coupon gave is not in the data, so that each type of campaign gives what is written in CAMPAIGN_EFFECTS.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd

from rules.benefits.facts import SCHEMA
from rules.engine.definition import Programme, read_definition
from rules.engine.gtin import check_digit
from rules.engine.outcome import CapKey
from rules.engine.receipt import Line

FILES = "receipts/completejourney_"
ARTICLES_A_RULE = 1_000
CAMPAIGN_EFFECTS: dict[str, dict[str, Any]] = {
    "Type A": {"kind": "percent", "basis_points": 1_000},
    "Type B": {"kind": "percent", "basis_points": 2_500},
    "Type C": {"kind": "amount", "cents": 50, "per": "unit"},
}
CAMPAIGN_CENTS_A_MONTH = 150  # a household
TUESDAYS_A_MONTH = 2
POINTS_A_MONTH = 12


@dataclass(frozen=True)
class RealData:
    lines: pd.DataFrame
    campaigns: pd.DataFrame  # code, type, start_date, end_date
    members: pd.DataFrame  # household_id, code
    coupons: pd.DataFrame  # code, product_id
    people: pd.DataFrame


@dataclass(frozen=True)
class Basket:
    id: str
    household: str
    day: date
    facts: dict[str, Any]
    lines: tuple[Line, ...]


@dataclass
class Usage:
    """What each household has used of each cap in each month, and what is left."""

    limits: dict[CapKey, int]
    used: dict[str, dict[tuple[CapKey, str], int]] = field(default_factory=dict)

    @classmethod
    def of(cls, programmes: Iterable[Programme]) -> "Usage":
        return cls({(one.code, cap.code): cap.limit for one in programmes for cap in one.caps})

    def remaining(self, basket: Basket) -> dict[CapKey, int]:
        month = f"{basket.day:%Y-%m}"
        mine = self.used.get(basket.household, {})
        return {key: self.limits[key] - used for (key, when), used in mine.items() if when == month}

    def take(self, basket: Basket, usage: dict[CapKey, int]) -> None:
        month, mine = f"{basket.day:%Y-%m}", self.used.setdefault(basket.household, {})
        for key, used in usage.items():
            mine[key, month] = mine.get((key, month), 0) + used


def read_data(find) -> RealData:
    """`find` is the fixture `real_data`. Lines without a whole unit (voided at the till) are no lines."""
    table = {name: pd.read_csv(_path(find, name)) for name in TABLES}
    lines = table["transactions_weeks_1_40"].merge(table["products"], on="product_id", how="left")
    lines = lines[lines.quantity >= 1].copy()
    lines["amount"] = (lines.sales_value * 100).round().astype("int64")
    lines["quantity"] = lines.quantity.astype("int64")
    lines["category"] = lines.product_category.fillna("other").map(slug)
    lines["at"] = pd.to_datetime(lines.transaction_timestamp)
    lines["month"] = lines["at"].dt.strftime("%Y-%m")
    lines["line"] = lines.groupby("basket_id").cumcount().map("{:03}".format)
    lines = lines.sort_values(["at", "basket_id", "line"]).reset_index(drop=True)
    campaigns = table["campaign_descriptions"].assign(code=lambda rows: rows.campaign_id.map(code_of))
    return RealData(
        lines=lines,
        campaigns=campaigns.sort_values("code").reset_index(drop=True),
        members=table["campaigns"].assign(code=lambda rows: rows.campaign_id.map(code_of)),
        coupons=table["coupons"].assign(code=lambda rows: rows.campaign_id.map(code_of)),
        people=table["demographics"],
    )


def baskets(data: RealData) -> Iterator[Basket]:
    """In order of time. The wall clock of the shop is taken for the city's."""
    groups = groups_of_households(data)
    for basket_id, rows in groupby(data.lines.itertuples(), key=attrgetter("basket_id")):
        bought = list(rows)
        household, at = str(bought[0].household_id), bought[0].at.to_pydatetime()
        lines = tuple(
            Line(
                id=row.line,
                category=row.category,
                amount_cents=row.amount,
                quantity=row.quantity,
                gtin=gtin_of(row.product_id),
            )
            for row in bought
        )
        yield Basket(str(basket_id), household, at.date(), _facts(at, groups.get(household, ())), lines)


def groups_of_households(data: RealData) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for household, code in zip(data.members.household_id, data.members.code, strict=True):
        groups.setdefault(str(household), []).append(code)
    for household, age, kids in zip(data.people.household_id, data.people.age, data.people.kids_count, strict=True):
        mine = groups.setdefault(str(household), [])
        mine += ["senior"] if age == "65+" else []
        mine += ["large-family"] if kids == "3+" else []
    return groups


def definitions(data: RealData) -> dict[str, dict[str, Any]]:
    """By the programme's code."""
    return OWN | {row.code: _campaign(row, _articles(data, row.code)) for row in data.campaigns.itertuples()}


def programmes(data: RealData) -> list[Programme]:
    return [read_definition(code, written, SCHEMA) for code, written in definitions(data).items()]


def code_of(campaign_id: int) -> str:
    return f"campaign-{campaign_id:02}"


@cache
def gtin_of(product_id: int) -> str:
    """A shop's own number (GS1 prefix 2, for use inside a company), with 14 digits."""
    digits = f"02{product_id:011d}"
    return digits + check_digit(digits)


def slug(text: str) -> str:
    """
    >>> slug("BAKED BREAD/BUNS/ROLLS")
    'baked-bread-buns-rolls'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


TABLES = {
    "transactions_weeks_1_40": ".csv.gz",
    "products": ".csv.gz",
    "coupons": ".csv.gz",
    "campaigns": ".csv",
    "campaign_descriptions": ".csv",
    "demographics": ".csv",
}
DAIRY = ["cheese", "eggs", "fluid-milk-products"]


def _path(find, name: str) -> Path:
    return find(f"{FILES}{name}{TABLES[name]}")


def _facts(at: datetime, groups: Iterable[str]) -> dict[str, Any]:
    return {
        "trigger": "receipt",
        "day": at.date().isoformat(),
        "weekday": at.isoweekday(),
        "time": at.hour * 60 + at.minute,
        "resident.groups": sorted(groups),
    }


def _articles(data: RealData, code: str) -> list[str]:
    return sorted({gtin_of(product) for product in data.coupons[data.coupons.code == code].product_id})


def _campaign(row: Any, articles: list[str]) -> dict[str, Any]:
    """From its first to its last day, for its own households; a rule holds as many articles as a rule may."""
    dates = [{"date": row.start_date}, {"date": row.end_date}]
    parts = [articles[start : start + ARTICLES_A_RULE] for start in range(0, len(articles), ARTICLES_A_RULE)]
    return _programme(
        rules=[
            {
                "id": f"articles-{number}",
                "target": {"kind": "lines", "gtins": part},
                "effect": CAMPAIGN_EFFECTS[row.campaign_type],
                "group": {"code": row.code, "mode": "all"},
            }
            for number, part in enumerate(parts)
        ],
        when={
            "op": "and",
            "args": [_member(row.code), {"op": "between", "args": [{"property": "day"}, *dates]}],
        },
        caps=[{"code": "cents-a-month", "period": "month", "unit": "cents", "limit": CAMPAIGN_CENTS_A_MONTH}],
    )


def _programme(**parts: Any) -> dict[str, Any]:
    return {"format": 1, "triggers": ["receipt"]} | parts


def _rule(code: str, group: str, mode: str, effect: dict[str, Any], *categories: str, **parts: Any) -> dict[str, Any]:
    target = {"kind": "lines", "categories": list(categories)} if categories else {"kind": "receipt"}
    return {"id": code, "target": target, "effect": effect, "group": {"code": group, "mode": mode}} | parts


def _member(group: str) -> dict[str, Any]:
    return {"op": "a_contains", "args": [{"property": "resident.groups"}, [group]]}


def _percent(basis_points: int, **parts: Any) -> dict[str, Any]:
    return {"kind": "percent", "basis_points": basis_points} | parts


# Groups stack in the order of their codes: articles, bread, campaigns, dairy, tuesdays.
OWN: dict[str, dict[str, Any]] = {
    "three-yogurts-for-two": _programme(
        rules=[_rule("third", "articles", "all", {"kind": "free-quantity", "bought": 2, "free": 1}, "yogurt")]
    ),
    "bread-for-a-euro": _programme(
        rules=[_rule("loaf", "bread", "all", {"kind": "fixed-price", "cents": 100}, "baked-bread-buns-rolls")]
    ),
    "dairy-for-families": _programme(
        when=_member("large-family"), rules=[_rule("tenth", "dairy", "best", _percent(1_000), *DAIRY)]
    ),
    "cheese-in-june": _programme(
        when={
            "op": "between",
            "args": [{"property": "day"}, {"date": "2017-06-01"}, {"date": "2017-06-30"}],
        },
        rules=[_rule("seventh", "dairy", "best", _percent(1_430, rounding={"way": "down"}), "cheese")],
    ),
    "seniors-on-tuesdays": _programme(
        when={
            "op": "and",
            "args": [_member("senior"), {"op": "=", "args": [{"property": "weekday"}, 2]}],
        },
        rules=[_rule("twentieth", "tuesdays", "all", _percent(500))],
        caps=[{"code": "tuesdays-a-month", "period": "month", "unit": "grants", "limit": TUESDAYS_A_MONTH}],
    ),
    "points-for-fruit": _programme(
        rules=[_rule("point", "fruit-points", "all", {"kind": "points", "points": 3, "per": "unit"}, "tropical-fruit")],
        caps=[{"code": "points-a-month", "period": "month", "unit": "points", "limit": POINTS_A_MONTH}],
    ),
}
