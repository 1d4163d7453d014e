"""Whole years of age. Somebody born on 29 February is a year older on 1 March of a common year."""

from datetime import date, timedelta


def born_after(day: date, years: int) -> date:
    """Who was born after this date is younger than so many years on the day.

    >>> born_after(date(2026, 2, 28), 18), born_after(date(2028, 2, 29), 18)
    (datetime.date(2008, 2, 28), datetime.date(2010, 2, 28))
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def grown_up_on(born: date, years: int) -> date:
    """The first day of that age.

    >>> grown_up_on(date(2008, 2, 29), 18)
    datetime.date(2026, 3, 1)
    """
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28) + timedelta(days=1)


def age_on(born: date, day: date) -> int:
    """
    >>> age_on(date(2008, 2, 29), date(2026, 2, 28)), age_on(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
