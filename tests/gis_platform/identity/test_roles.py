import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, RoleMissing, has_role, is_staff_member, require_role, seed_roles
from tests.people import a_user

pytestmark = pytest.mark.django_db


def test_every_role_is_a_group_after_migrate():
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role.values)


def test_seeding_twice_changes_nothing():
    before = set(Group.objects.values_list("pk", "name"))
    seed_roles()
    assert set(Group.objects.values_list("pk", "name")) == before


def test_a_role_is_held_by_its_holder_and_by_the_administrator_alone():
    holders = [a_user("planner"), a_user("administrator"), User.objects.create_superuser("root")]
    others = [a_user("clerk"), a_user(), AnonymousUser()]
    assert [has_role(user, Role.PLANNER) for user in holders] == [True, True, True]
    assert [has_role(user, Role.PLANNER) for user in others] == [False, False, False]


def test_a_closed_account_holds_no_role():
    assert not has_role(a_user("planner", is_active=False), Role.PLANNER)
    assert not is_staff_member(a_user("planner", is_active=False))


def test_the_refusal_names_the_role_that_would_do():
    with pytest.raises(RoleMissing) as refusal:
        require_role(a_user("clerk"), Role.PLANNER, Role.TOURISM_EDITOR)
    assert str(refusal.value) == "This needs the role: Planner, Tourism editor."
    assert refusal.value.data == {"roles": ["planner", "tourism_editor"]}


def test_one_address_belongs_to_one_account_whatever_its_case():
    a_user(email="anna@example.com")
    with pytest.raises(IntegrityError, match="user_email_unique"):
        a_user(email="Anna@Example.com")
