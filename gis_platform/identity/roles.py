"""The roles of staff. Each is a Django group of the same name, so that the console can hand it out."""

from django.contrib.auth.models import AnonymousUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Forbidden
from gis_platform.identity.models import User


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    PLANNER = "planner", _("Planner")
    TOURISM_EDITOR = "tourism_editor", _("Tourism editor")
    CLERK = "clerk", _("Clerk")
    OPERATOR = "operator", _("Operations centre")
    MERCHANT_MANAGER = "merchant_manager", _("Merchant manager")


class RoleMissing(Forbidden):
    code = "role-missing"
    title = _("Your role does not allow this")


def has_role(user: User | AnonymousUser, role: str) -> bool:
    """Whether the user is active and holds the role; an administrator holds all of them."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or not user.role_names.isdisjoint({role, Role.ADMINISTRATOR})


def require_role(user: User | AnonymousUser, *roles: str) -> User:
    """The user, who holds at least one of the roles; raises RoleMissing otherwise, naming what would do."""
    if isinstance(user, User) and any(has_role(user, role) for role in roles):
        return user
    wanted = ", ".join(str(Role(role).label) for role in roles)
    raise RoleMissing(_("This needs the role: %(roles)s.") % {"roles": wanted}, roles=list(roles))


def is_staff_member(user: User | AnonymousUser) -> bool:
    """Whether the user works for the city: active, with a role or as superuser."""
    return isinstance(user, User) and user.is_active and (user.is_superuser or bool(user.role_names))


def seed_roles() -> None:
    """Makes the groups that are missing; runs after every migrate."""
    Group.objects.bulk_create([Group(name=role) for role in Role.values], ignore_conflicts=True)
