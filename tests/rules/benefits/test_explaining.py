"""Why a decision came out so, with the names that the city has for groups and limits."""

import pytest

from gis_platform.residents.models import Group
from rules.benefits import services
from rules.benefits.explaining import in_words
from rules.benefits.models import Decision
from tests.rules.benefits.programmes import a_case, worked

pytestmark = pytest.mark.django_db


def said(language="en", **case):
    worked("pupils-free-trips")
    Group.objects.update_or_create(code="pupil", defaults={"name_en": "City pupils", "name_lt": "Miesto mokiniai"})
    answer = services.decide(a_case(**case), key="k1")
    return in_words(Decision.objects.get(pk=answer.decision), language=language)


@pytest.mark.parametrize(
    ("language", "limit"),
    [
        ("en", "at most 4 a day per person"),
        ("lv", "ne vairāk kā 4 dienā vienam cilvēkam"),
        ("lt", "ne daugiau kaip 4 per dieną vienam žmogui"),
    ],
)
def test_the_limit_that_cut_a_benefit_is_said_in_words(language, limit):
    # five trips at 0.85, four of them free: 3.40
    (sentence,) = said(language, groups=("pupil",), quantity=5)
    assert f"({limit})" in sentence
    assert "3.40" in sentence.replace(",", ".")


@pytest.mark.parametrize(("language", "group"), [("en", "City pupils"), ("lt", "Miesto mokiniai")])
def test_a_group_is_called_by_its_name(language, group):
    (sentence,) = said(language)
    assert group in sentence
