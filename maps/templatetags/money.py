"""Amounts and days as the reader's language writes them."""

from datetime import date, timedelta

from django import template
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language

from gis_platform.core.money import display

register = template.Library()


@register.filter
def euros(cents: int) -> str:
    return display(cents, language=get_language() or "en").replace("-", "\N{MINUS SIGN}", 1)


@register.filter
def last_day(days: DateRange) -> date:
    """The last day that a range of days includes."""
    last: date = days.upper - timedelta(days=1)
    return last
