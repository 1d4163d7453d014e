"""What a device may learn about a person besides that the city knows them: the answer to its own question.

`group`, `age` and `district` are answered here. A room above answers a kind of its own by registering a function with
`answers`, in its module `for_devices`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gis_platform.devices.errors import QuestionMissing, QuestionNotAllowed
from gis_platform.devices.models import Device, Question
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """About whom, by which device, on which local day; `subject` is what the question is about, such as a group."""

    resident: Resident
    device: Device
    subject: str
    day: date


type Answering = Callable[[Asked], bool]

ANSWERS: dict[str, Answering] = {}
ONLY_BY_QUESTION = frozenset({Device.Role.SCHOOL, Device.Role.CLINIC})


def answers(kind: str) -> Callable[[Answering], Answering]:
    """Registers who answers a kind of question."""

    def register(function: Answering) -> Answering:
        if kind in ANSWERS:
            raise ValueError(f"questions of the kind {kind!r} are answered already")
        ANSWERS[kind] = function
        return function

    return register


def question_of(device: Device, code: str) -> Question | None:
    """Raises QuestionMissing for a school or a clinic that asks nothing in particular, and QuestionNotAllowed."""
    if not code:
        if device.role in ONLY_BY_QUESTION:
            raise QuestionMissing(fields={"question": QuestionMissing.title})
        return None
    question = device.questions.filter(code=code).first()
    if question is None or question.kind not in ANSWERS:
        raise QuestionNotAllowed
    return question


@answers("group")
def _is_in_group(asked: Asked) -> bool:
    return asked.subject in standing(asked.resident, on=asked.day).groups


@answers("district")
def _lives_in(asked: Asked) -> bool:
    return standing(asked.resident, on=asked.day).district == asked.subject


@answers("age")
def _is_of_age(asked: Asked) -> bool:
    """Whether the birthday that makes them `subject` years old has come; one of 29 February comes on 1 March."""
    born, day, subject = asked.resident.birth_date, asked.day, asked.subject
    if born is None or not subject.isdecimal():
        return False
    return (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) >= int(subject)
