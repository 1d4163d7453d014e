"""Why a decision came out so, in words, for the resident and the clerk: worked out again from what was stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gis_platform.core import money
from rules.benefits.facts import NAMES
from rules.benefits.models import Decision, Override, Programme, ProgrammeVersion
from rules.benefits.naming import names, spoken
from rules.benefits.overrides import suspension_of
from rules.benefits.reading import read
from rules.benefits.replaying import replay
from rules.engine.describing import limits
from rules.engine.messages import LANGUAGES, MESSAGES
from rules.engine.outcome import Explanation, Verdict
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
    programmes = Programme.objects.filter(code__in=codes)
    wording = Wording(
        words=_words(language),
        programmes={one.code: getattr(one, f"name_{language}") or one.name for one in programmes},
        money=lambda cents: money.display(cents, language=language),
        names=names(language) | _limits(decision, explanations, language),
    )
    said = sentences(explanations, wording)
    return [Told(one.verdict, sentence) for one, sentence in zip(explanations, said, strict=True)]


def _limits(decision: Decision, explanations: Iterable[Explanation], language: str) -> dict[str, str]:
    """The caps of the programmes that met one, in words."""
    capped = {one.programme for one in explanations if one.verdict in (Verdict.CAPPED, Verdict.CAP_EXHAUSTED)}
    versions = ProgrammeVersion.objects.filter(pk__in=decision.versions, programme__code__in=capped)
    versions = versions.select_related("programme")
    compiled = (read(one.programme, one.definition, features=one.features) for one in versions)
    return {key: said for one in compiled for key, said in limits(one, language=language, names={}).items()}


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
