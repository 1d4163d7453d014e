"""From the body of an execution to checked inputs. What does not fit is refused, by the name of the input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gis_platform.core.errors import TooLarge
from ogc_api.processes import strict_json
from ogc_api.processes.declaring import Caller, Process, Schema
from ogc_api.processes.errors import InvalidExecution
from ogc_api.processes.fitting import problem_of
from ogc_api.processes.models import Job
from ogc_api.processes.references import LINK, fetched

BODY_BYTES_MAX = 1024 * 1024
MEMBERS = {"inputs", "outputs", "response"}
QUALIFIED = {"value", "format", "mediaType", "encoding", "schema"}  # 18-062r2, qualifiedInputValue
TRANSMISSIONS = ("value", "reference")


@dataclass(frozen=True, slots=True)
class Execution:
    """What is to be run. `outputs` says for each that is wanted whether as a value or by reference."""

    process: Process
    inputs: Mapping[str, Any]
    outputs: Mapping[str, str]
    response: str = Job.Response.RAW


def execution_of(process: Process, body: bytes, caller: Caller) -> Execution:
    """Raises InvalidExecution or TooLarge."""
    document = _document(body)
    if unknown := sorted(set(document) - MEMBERS):
        raise InvalidExecution(
            _("The request holds what is not known here: {names}.").format(names=", ".join(unknown)[:200]),
            fields={name[:60]: _("This is not known here.") for name in unknown[:10]},
        )
    response = document.get("response", Job.Response.RAW)
    if response not in Job.Response.values:
        raise _refused("response", _("It must be one of: {values}.").format(values=", ".join(Job.Response.values)))
    given = document.get("inputs", {})
    if not isinstance(given, dict):
        raise _refused("inputs", _("It must be a JSON object, an entry for each input."))
    return Execution(process, checked(process, given, caller), _outputs(process, document.get("outputs")), response)


def checked(process: Process, given: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """The inputs with their defaults; raises InvalidExecution naming each that is missing, unknown or does not fit."""
    problems: dict[str, str] = {
        name[:60]: _("The process has no such input.") for name in sorted(set(given) - set(process.inputs))[:10]
    }
    inputs: dict[str, Any] = {}
    for name, declared in process.inputs.items():
        schema = declared.schema_for(caller)
        if name in given:
            value, problem = _value(schema, given[name])
            inputs[name] = value
            if problem:
                problems[name] = problem
        elif "default" in schema:
            inputs[name] = schema["default"]
        elif declared.required:
            problems[name] = _("This input is missing.")
    if problems:
        first = next(iter(problems))
        raise InvalidExecution(
            _("Input “{name}”: {problem}").format(name=first, problem=problems[first]), fields=problems
        )
    return inputs


def _value(schema: Schema, given: Any) -> tuple[Any, str]:
    """The value that an entry stands for, and what is wrong with it.

    An entry is the value itself, a link to it, or the value with its format. An object that has a member `value` may
    be either, so it is taken as the one that fits.
    """
    if isinstance(given, dict) and "href" in given and set(given) <= LINK:
        given = fetched(given)
    qualified = isinstance(given, dict) and "value" in given and set(given) <= QUALIFIED
    if qualified and not problem_of(given["value"], schema):
        return given["value"], ""
    return given, problem_of(given, schema)


def _outputs(process: Process, given: Any) -> dict[str, str]:
    if given is None or given == {} or given == []:
        return dict.fromkeys(process.outputs, "value")
    if not isinstance(given, dict):
        raise _refused("outputs", _("It must be a JSON object, an entry for each output."))
    wanted: dict[str, str] = {}
    for name, choice in given.items():
        if name not in process.outputs:
            raise _refused(
                "outputs",
                _("The process has no output “{name}”; it has {known}.").format(
                    name=name[:60], known=", ".join(process.outputs)
                ),
            )
        transmission = choice.get("transmissionMode", "value") if isinstance(choice, dict) else None
        if transmission not in TRANSMISSIONS:
            raise _refused("outputs", _("The transmissionMode must be “value” or “reference”."))
        wanted[name] = transmission
    return wanted


def _document(body: bytes) -> dict[str, Any]:
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(_("A request may have {limit} bytes at most.").format(limit=BODY_BYTES_MAX))
    try:
        document = strict_json.loads(body)
    except ValueError as error:
        raise InvalidExecution(_("The body is not JSON, or nested too deeply.")) from error
    if not isinstance(document, dict):
        raise InvalidExecution(_("The body must be a JSON object with the inputs."))
    return document


def _refused(name: str, problem: str) -> InvalidExecution:
    return InvalidExecution(f"{name}: {problem}", fields={name: problem})
