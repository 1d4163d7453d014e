"""A clinic or a school learns the answer to its question, and knows people by a name of its own."""

from datetime import date

import pytest

from gis_platform.core import clock
from gis_platform.devices.errors import QuestionMissing, QuestionNotAllowed
from gis_platform.devices.identification import look_up
from gis_platform.devices.models import Question
from gis_platform.residents.models import Group, Membership
from gis_platform.residents.services import issue_means
from layers.merchants.models import Merchant
from tests.people import a_device, a_place, a_resident

pytestmark = pytest.mark.django_db
CARD = {"kind": "nfc", "token": "04A21F5B"}


@pytest.fixture
def pupil():
    pupil = a_resident(birth_date=date(2012, 5, 17))
    issue_means(pupil, actor="user:1", **CARD)
    group = Group.objects.create(code="pupil", name_lv="Skolēns", name_en="Pupil")
    Membership.objects.create(resident=pupil, group=group, period=(date(2020, 1, 1), None))
    return pupil


def a_reader(role="school", **questions):
    device = a_device(role)
    for code, (kind, subject) in questions.items():
        Question.objects.create(device=device, code=code, kind=kind, subject=subject)
    return device


def test_it_learns_yes_or_no(pupil):
    school = a_reader(meal=("group", "pupil"), pension=("group", "pensioner"))
    assert look_up(school, question="meal", **CARD).answer is True
    assert look_up(school, question="pension", **CARD).answer is False


# Born on 17 May 2012: 14 on 17 May 2026, not the day before.
@pytest.mark.parametrize(("day", "answer"), [(date(2026, 5, 16), False), (date(2026, 5, 17), True)])
def test_an_age_is_that_of_the_local_day(pupil, day, answer):
    school = a_reader(teenager=("age", "14"))
    at = clock.now().replace(year=day.year, month=day.month, day=day.day, hour=10)
    with clock.frozen(at):
        assert look_up(school, question="teenager", **CARD).answer is answer


@pytest.mark.parametrize("role", ["school", "clinic"])
def test_without_a_question_it_learns_nothing(pupil, role):
    with pytest.raises(QuestionMissing):
        look_up(a_reader(role), **CARD)


def test_the_question_of_another_device_is_not_answered(pupil):
    a_reader(meal=("group", "pupil"))
    with pytest.raises(QuestionNotAllowed):
        look_up(a_reader("clinic"), question="meal", **CARD)


def test_devices_of_one_owner_know_a_person_by_one_name_and_others_by_another(pupil):
    shop = Merchant.objects.create(name_lv="Veikals", name_en="Shop", geometry=a_place().geometry)
    tills = [a_device("till", merchant=shop), a_device("till", merchant=shop), a_device("till"), a_device("till")]
    first, same, other, third = (look_up(till, **CARD).handle for till in tills)
    assert first == same
    assert len({first, other, third, str(pupil.handle)}) == 4
