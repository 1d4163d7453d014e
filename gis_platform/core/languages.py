"""Which language a text is shown in: the active one, else the city's, else any that there is."""

from django.conf import settings
from django.utils.translation import get_language


def active_language() -> str:
    """Two letters: lv, lt or en."""
    return (get_language() or settings.CITY.language)[:2]


def preferred_languages() -> tuple[str, ...]:
    """The languages to look for a text in, first things first; one may stand twice."""
    return (active_language(), *settings.CITY.languages)


def text_of(holder: object, name: str) -> str:
    """The holder's `<name>_lv`, `<name>_lt` or `<name>_en`, the best one that is not empty; "" when all are."""
    return next((text for language in preferred_languages() if (text := getattr(holder, f"{name}_{language}", ""))), "")
