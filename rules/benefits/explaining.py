"""Why a decision came out so, in words, for the resident and the clerk: worked out again from what was stored."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

from gis_platform.core import money
from rules.benefits.facts import NAMES
from rules.benefits.models import Decision, Programme
from rules.benefits.replaying import replay
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.wording import Wording, sentences

_REASONS: Mapping[str, tuple[str, str, str]] = {
    "withheld.no-budget": (
        "programmai šajā laikā nav budžeta",
        "programai šiuo laikotarpiu nėra biudžeto",
        "the programme has no budget at this time",
    ),
}


def in_words(decision: Decision, *, language: str = "") -> list[str]:
    """One sentence for each rule that was tried, in `language` or else the active one."""
    spoken = _spoken(language or get_language() or settings.CITY.language)
    explanations = replay(decision).explanations
    codes = {one.programme for one in explanations}
    names = {one.code: getattr(one, f"name_{spoken}") or one.name for one in Programme.objects.filter(code__in=codes)}
    wording = Wording(
        words=_words(spoken).__getitem__,
        programmes=names,
        money=lambda cents: money.display(cents, language=spoken),
    )
    return sentences(explanations, wording)


def _spoken(language: str) -> str:
    return language[:2] if language[:2] in LANGUAGES else settings.CITY.language


def _words(language: str) -> dict[str, str]:
    place = LANGUAGES.index(language)
    facts = {f"fact.{name}": names[place] for name, names in NAMES.items()}
    return {**MESSAGES[language], **facts, **{key: texts[place] for key, texts in _REASONS.items()}}
