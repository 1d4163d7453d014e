"""What a device may learn about a person besides that the city knows them: the answer to its own question.

`group`, `age` and `district` are answered here. A room above answers a kind of its own by registering a function with
`answers`.
"""

from collections.abc import Callable
from datetime import date

from gis_platform.devices.errors import QuestionMissing, QuestionNotAllowed
from gis_platform.devices.models import Device, Question
from gis_platform.residents.models import Resident
from gis_platform.residents.standing import standing

type Answering = Callable[[Resident, str, date], bool]

ANSWERS: dict[str, Answering] = {}
ONLY_BY_QUESTION = frozenset({Device.Role.SCHOOL, Device.Role.CLINIC})


def answers(kind: str) -> Callable[[Answering], Answering]:
    """Registers who answers a kind of question about a resident, a subject and a local day."""

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
def _is_in_group(resident: Resident, subject: str, day: date) -> bool:
    return subject in standing(resident, on=day).groups


@answers("district")
def _lives_in(resident: Resident, subject: str, day: date) -> bool:
    return standing(resident, on=day).district == subject


@answers("age")
def _is_of_age(resident: Resident, subject: str, day: date) -> bool:
    """Whether the birthday that makes them `subject` years old has come; one of 29 February comes on 1 March."""
    born = resident.birth_date
    if born is None or not subject.isdecimal():
        return False
    return (day.year - born.year) - ((day.month, day.day) < (born.month, born.day)) >= int(subject)
