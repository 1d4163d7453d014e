import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from gis_platform.core.errors import InvalidInput
from gis_platform.core.models import AuditEntry
from gis_platform.core.paging import InvalidCursor, limit_of, page

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def entries() -> list[AuditEntry]:
    """Ten entries, two at each instant, a microsecond apart."""
    return AuditEntry.objects.bulk_create(
        AuditEntry(at=START + timedelta(microseconds=n // 2), actor="x:1", action=f"a{n}", subject="s")
        for n in range(10)
    )


def read_all(order: tuple[str, ...], limit: int) -> list[AuditEntry]:
    read, cursor = [], ""
    while True:
        found = page(AuditEntry.objects.all(), order=order, limit=limit, cursor=cursor)
        assert len(found.items) <= limit
        read += found.items
        cursor = found.next_cursor
        if not cursor:
            return read


@pytest.mark.parametrize("limit", [1, 3, 5, 10, 11])
@pytest.mark.parametrize("order", [("pk",), ("-pk",), ("at", "pk"), ("-at", "pk"), ("at", "-pk")])
def test_pages_hold_every_row_once_and_in_order(entries, order, limit):
    assert read_all(order, limit) == list(AuditEntry.objects.order_by(*order))


def test_a_row_added_meanwhile_shifts_nothing(entries):
    first = page(AuditEntry.objects.all(), order=("-at", "-pk"), limit=4)
    AuditEntry.objects.create(at=START + timedelta(days=1), actor="x:1", action="new", subject="s")
    second = page(AuditEntry.objects.all(), order=("-at", "-pk"), limit=4, cursor=first.next_cursor)
    assert not {entry.pk for entry in first.items} & {entry.pk for entry in second.items}
    assert [entry.action for entry in second.items] == ["a5", "a4", "a3", "a2"]


def test_the_last_page_leads_nowhere(entries):
    assert page(AuditEntry.objects.all(), limit=10).next_cursor == ""
    assert page(AuditEntry.objects.none()).items == []


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "?",
        "ā",
        "a",
        encoded("text"),
        encoded([]),
        encoded([1, 2]),
        encoded([{"a": 1}]),
        encoded([[1]]),
        encoded(["not a number"]),
        encoded([None]),
        "A" * 501,
    ],
)
def test_a_cursor_of_somebody_s_own_is_refused(entries, cursor):
    with pytest.raises(InvalidCursor) as refused:
        page(AuditEntry.objects.all(), cursor=cursor)
    assert refused.value.code == "invalid-cursor"


def test_a_cursor_of_another_order_is_refused(entries):
    cursor = page(AuditEntry.objects.all(), order=("at", "pk"), limit=2).next_cursor
    with pytest.raises(InvalidCursor):
        page(AuditEntry.objects.all(), order=("pk",), cursor=cursor)
    with pytest.raises(InvalidCursor):
        page(AuditEntry.objects.all(), order=("pk", "at"), cursor=cursor)


@pytest.mark.parametrize(
    ("given", "limit"), [(None, 100), ("", 100), ("1", 1), (7, 7), ("10000", 10_000), ("99999999999999", 10_000)]
)
def test_a_limit_is_lowered_rather_than_refused(given, limit):
    assert limit_of(given) == limit


@pytest.mark.parametrize("given", ["0", "-1", "ten", "1.5", "²"])
def test_a_limit_that_is_no_whole_number_is_refused(given):
    with pytest.raises(InvalidInput) as refused:
        limit_of(given)
    assert "limit" in refused.value.fields
