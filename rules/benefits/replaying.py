"""A decision worked out again, years later, from what was stored with it."""

from rules.benefits.facts import SCHEMA
from rules.benefits.models import Decision, ProgrammeVersion
from rules.benefits.versions import read
from rules.engine.deciding import decide
from rules.engine.outcome import Outcome
from rules.engine.receipt import Line, read_receipt


def replay(decision: Decision) -> Outcome:
    """What the versions of then say about the facts of then, and why; books nothing and looks at no present limit."""
    versions = ProgrammeVersion.objects.filter(pk__in=decision.versions).select_related("programme")
    return decide(
        [read(version.programme, version.definition, features=version.features) for version in versions],
        facts=SCHEMA.read(decision.facts),
        receipt=read_receipt(Line(**line) for line in decision.lines),
        remaining={_key(text): left for text, left in decision.remaining.items()},
        withheld=decision.withheld,
        counters={_key(text): counted for text, counted in decision.counters.items()},
    )


def _key(text: str) -> tuple[str, str]:
    programme, code = text.split("/")
    return programme, code
