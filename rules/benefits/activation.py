"""What has to hold of a version before it may come into force, beside its legal act and four eyes."""

from rules.benefits.conflicts import Conflict, Dated, find
from rules.benefits.errors import CaseRefused, ExamplesFail, definition_refused
from rules.benefits.models import ProgrammeVersion
from rules.benefits.reading import read
from rules.benefits.rehearsing import Rehearsal, read_example, rehearse
from rules.engine import definition as engine
from rules.engine.combination import check_groups
from rules.engine.errors import RuleError


def require_ready(version: ProgrammeVersion) -> None:
    """Raises DefinitionRefused, where a group would have two modes too, or ExamplesFail with every difference."""
    compiled = compiled_version(version)
    _require_one_mode(version, compiled)
    fields: dict[str, str] = {}
    for place, value in enumerate(version.examples):
        try:
            found = rehearse(compiled, read_example(value))
        except CaseRefused as error:
            fields[f"examples.{place}"] = f"{value.get('name', place + 1)}: {error.detail}"
            continue
        for one in found.differences:
            fields[f"examples.{place}.{one.what}"] = f"{found.example.name}: {one.expected} ≠ {one.found}"
    if fields:
        raise ExamplesFail(fields=fields)


def rehearsals(version: ProgrammeVersion) -> list[Rehearsal]:
    """The version's worked examples, each as it comes out now. Raises CaseRefused for one that cannot be."""
    compiled = compiled_version(version)
    return [rehearse(compiled, read_example(value)) for value in version.examples]


def conflicts_of(version: ProgrammeVersion) -> list[Conflict]:
    """Where rules of the version can meet on one line, with each other or with those of other programmes."""
    others = ProgrammeVersion.objects.active().filter(effective__overlap=version.effective)
    others = others.exclude(programme=version.programme).select_related("programme")
    return find(_dated(version), [_dated(other) for other in others])


def name_of(conflict: Conflict) -> str:
    """What stays the same as long as it is about the same two rules."""
    return " ".join("/".join(rule) for rule in sorted((conflict.first, conflict.second)))


def _dated(version: ProgrammeVersion) -> Dated:
    return Dated(compiled_version(version), version.effective.lower, version.effective.upper)


def compiled_version(version: ProgrammeVersion) -> engine.Programme:
    """With the borders that the version keeps. Raises DefinitionRefused."""
    return read(version.programme, version.definition, features=version.features)


def _require_one_mode(version: ProgrammeVersion, compiled: engine.Programme) -> None:
    others = ProgrammeVersion.objects.active().filter(effective__overlap=version.effective)
    others = others.exclude(programme=version.programme).select_related("programme")
    programmes = [compiled, *(compiled_version(other) for other in others)]
    try:
        check_groups(rule for programme in programmes for rule in programme.rules)
    except RuleError as error:
        raise definition_refused(error) from error
