"""Why a decision came out so, in words, for the resident and the clerk: worked out again from what was stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from gis_platform.core import money
from rules.benefits.facts import NAMES
from rules.benefits.models import Decision, Override, Programme
from rules.benefits.naming import spoken
from rules.benefits.overrides import suspension_of
from rules.benefits.replaying import replay
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.outcome import Verdict
from rules.engine.wording import Wording, Words, sentences

WITHHELD, SUSPENDED = "withheld.", "withheld.suspended"

_REASONS: Mapping[str, tuple[str, str, str]] = {
    "withheld.no-budget": (
        "programmai šajā laikā nav budžeta",
        "programai šiuo laikotarpiu nėra biudžeto",
        "the programme has no budget at this time",
    ),
    SUSPENDED: ("apturēta: {act}", "sustabdyta: {act}", "suspended by {act}"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one rule, and the sentence that says it."""

    verdict: Verdict
    sentence: str


def in_words(decision: Decision, *, language: str = "") -> list[str]:
    """One sentence for each rule that was tried, in `language` or else the active one."""
    return [one.sentence for one in told(decision, language=language)]


def told(decision: Decision, *, language: str = "") -> list[Told]:
    """As `in_words`, with the verdicts."""
    language = spoken(language)
    explanations = replay(decision).explanations
    codes = {one.programme for one in explanations}
    names = {one.code: getattr(one, f"name_{language}") or one.name for one in Programme.objects.filter(code__in=codes)}
    wording = Wording(
        words=_words(language),
        programmes=names,
        money=lambda cents: money.display(cents, language=language),
    )
    said = sentences(explanations, wording)
    return [Told(one.verdict, sentence) for one, sentence in zip(explanations, said, strict=True)]


def _words(language: str) -> Words:
    place = LANGUAGES.index(language)
    facts = {f"fact.{name}": names[place] for name, names in NAMES.items()}
    known = {**MESSAGES[language], **facts, **{key: texts[place] for key, texts in _REASONS.items()}}

    def words(key: str) -> str:
        number = suspension_of(key.removeprefix(WITHHELD)) if key.startswith(WITHHELD) else None
        return known[key] if number is None else known[SUSPENDED].format(act=_act(number))

    return words


def _act(number: int) -> str:
    suspension = Override.objects.get(pk=number)
    return f"{suspension.legal_act} {suspension.legal_number}, {suspension.legal_date.isoformat()}"
