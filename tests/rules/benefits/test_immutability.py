"""Raw SQL against decisions: they stay as they were made."""

import pytest
from django.db import Error, connection, transaction

from rules.benefits import services
from rules.benefits.models import Decision
from tests.rules.benefits.programmes import a_case, worked

pytestmark = pytest.mark.django_db


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE benefits_decision SET discount_cents = 1",
        "UPDATE benefits_decision SET facts = '{}'",
        "UPDATE benefits_decision SET status = 'reserved'",
        "UPDATE benefits_decision SET status = 'voided', points = 7",
        "DELETE FROM benefits_decision",
        "TRUNCATE benefits_decision CASCADE",
        "UPDATE benefits_grant SET cents = 1",
        "DELETE FROM benefits_grant",
        "UPDATE benefits_budget SET used_cents = limit_cents + 1",
    ],
)
def test_it_is_refused(statement):
    worked("pupils-free-trips")
    services.decide(a_case(groups=("pupil",)), key="k1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(Error, match=r"stays as it was made|is refused|never_overdrawn"):
        run(statement)
    assert Decision.objects.get().discount_cents == 85


def test_the_status_moves():
    worked("pupils-free-trips")
    services.decide(a_case(groups=("pupil",)), key="k1")
    Decision.objects.update(status="voided")
    with pytest.raises(Error, match="from voided to committed"), transaction.atomic():
        Decision.objects.update(status="committed")
