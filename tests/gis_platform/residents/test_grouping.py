"""Groups by a rule: the statement over everybody and the condition in memory agree, and members follow the rule."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gis_platform.core import clock
from gis_platform.core.actor import on_behalf_of
from gis_platform.residents.grouping import members, rules
from gis_platform.residents.models import Group, Household, HouseholdMember, Membership, Residence, Resident
from tests.people import LIBRARY, a_district, a_resident

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
PENSIONERS = {"op": ">=", "args": [{"property": "age"}, 65]}


@pytest.fixture(autouse=True)
def on_that_day():
    with clock.frozen(datetime(2026, 11, 24, 10, tzinfo=UTC)), on_behalf_of("system:test"):
        yield


@pytest.fixture
def town():
    """People of several ages in and out of a district, one family of three, one of whom nothing is known."""
    a_district()
    births = [date(1950, 1, 1), date(1961, 11, 24), date(1961, 11, 25), date(2008, 2, 29), date(2020, 6, 1)]
    people = [a_resident(user=None, birth_date=born, languages=["lv"]) for born in births]
    for number, one in enumerate(people[:4]):
        home = LIBRARY if number % 2 else Point(24.0, 56.8, srid=4326)
        Residence.objects.create(
            resident=one, period=DateRange(date(2020, 1, 1), None), home=home, district="out", source="register"
        )
    household = Household.objects.create()
    for one in people[2:]:
        HouseholdMember.objects.create(household=household, resident=one, period=DateRange(date(2020, 1, 1), None))
    return [*people, a_resident(user=None, birth_date=None)]


def asked(expression):
    statement, values = rules.everybody(expression, on=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def compared(name, values):
    return st.builds(
        lambda op, value: {"op": op, "args": [{"property": name}, value]},
        st.sampled_from(["=", "<", ">=", "<>"]),
        values,
    )


def overlapping(name, values):
    return st.builds(
        lambda op, items: {"op": op, "args": [{"property": name}, items]},
        st.sampled_from(["a_overlaps", "a_contains", "a_containedBy"]),
        st.lists(values, min_size=1, max_size=2),
    )


AROUND = {"type": "Polygon", "coordinates": [[[23.7, 56.6], [23.8, 56.6], [23.8, 56.7], [23.7, 56.7], [23.7, 56.6]]]}
LEAVES = st.one_of(
    compared("age", st.sampled_from([5, 6, 17, 18, 64, 65, 66])),
    compared("household_size", st.integers(0, 4)),
    compared("household_children", st.integers(0, 4)),
    compared("district", st.sampled_from(["centre", "out", "nowhere"])),
    overlapping("zones", st.sampled_from(["district/centre", "district/other"])),
    overlapping("languages", st.sampled_from(["lv", "lt"])),
    st.just({"op": "isNull", "args": [{"property": "district"}]}),
    st.just({"op": "s_within", "args": [{"property": "home"}, AROUND]}),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda op, parts: {"op": op, "args": parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        st.builds(lambda part: {"op": "not", "args": [part]}, inner),
    ),
    max_leaves=5,
)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=CONDITIONS)
def test_the_statement_and_the_memory_agree(town, rule):
    expression = rules.read(rule)
    assert asked(expression) == {one.pk for one in town if rules.holds_of(expression, one, on=TODAY)}


class TestReading:
    @pytest.mark.parametrize(
        ("rule", "reason"),
        [
            ("age >", "filter-syntax"),
            ("shoe_size > 40", "unknown-queryable"),
            ("age = 'old'", "filter-type"),
            ("age", "filter-type"),
            ({"op": "system", "args": []}, "unknown-function"),
            ([], "filter-type"),
        ],
    )
    def test_a_rule_that_cannot_stand_says_why(self, rule, reason):
        with pytest.raises(rules.RuleRefused) as refused:
            rules.read(rule)
        assert refused.value.code == "group-rule-refused"
        assert refused.value.data["reason"] == reason
        assert "rule" in refused.value.fields

    def test_text_and_json_are_the_same(self, town):
        assert asked(rules.read("age >= 65")) == asked(rules.read(PENSIONERS))


class TestMembers:
    @pytest.fixture
    def pensioners(self, town):
        return Group.objects.create(code="pensioner", made="rule", rule=PENSIONERS)

    def in_group(self, group, day=TODAY):
        return set(Membership.objects.on(day).filter(group=group).values_list("resident", flat=True))

    def test_the_preview_writes_nothing_and_the_run_does_what_it_showed(self, town, pensioners):
        """Two are 65 or older: born in 1950, and 65 years to the day before 24 November 2026."""
        shown = members.preview(pensioners)
        assert (set(shown.joins), shown.leaves, shown.members) == ({town[0].pk, town[1].pk}, [], 2)
        assert Membership.objects.count() == 0
        assert members.recompute(pensioners.pk) == (2, 0)
        assert self.in_group(pensioners) == set(shown.joins)
        assert members.recompute(pensioners.pk) == (0, 0)

    def test_somebody_joins_by_growing_older(self, town, pensioners):
        members.recompute(pensioners.pk)
        with clock.frozen(datetime(2026, 11, 25, 10, tzinfo=UTC)):
            assert members.recompute(pensioners.pk) == (1, 0)
            assert town[2].pk in self.in_group(pensioners, clock.today())

    def test_who_leaves_was_a_member_up_to_the_day_before(self, town, pensioners):
        members.recompute(pensioners.pk)
        Resident.objects.filter(pk=town[0].pk).update(birth_date=date(1990, 1, 1))
        with clock.frozen(datetime(2026, 11, 26, 10, tzinfo=UTC)):
            assert members.preview(pensioners).leaves == [town[0].memberships.get().pk]
            assert members.recompute(pensioners.pk) == (1, 1)  # the one born on 25 November 1961 joins
        assert town[0].memberships.get().period == DateRange(TODAY, TODAY + timedelta(days=2))

    def test_who_joined_and_left_on_one_day_was_never_in(self, town, pensioners):
        members.recompute(pensioners.pk)
        Resident.objects.filter(pk=town[0].pk).update(birth_date=date(1990, 1, 1))
        assert members.recompute(pensioners.pk) == (0, 1)
        assert not town[0].memberships.exists()

    def test_who_is_listed_stays_and_is_not_doubled(self, town, pensioners):
        young = a_resident(birth_date=date(2000, 1, 1))
        for listed in (young, town[0]):
            Membership.objects.create(resident=listed, group=pensioners, period=DateRange(date(2026, 1, 1), None))
        assert members.recompute(pensioners.pk) == (1, 0)
        assert self.in_group(pensioners) == {young.pk, town[0].pk, town[1].pk}

    def test_a_listed_group_is_left_alone(self, town):
        assert members.recompute(Group.objects.create(code="choir").pk) == (0, 0)
