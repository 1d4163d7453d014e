"""The console's pages open by role: a room says which roles may look and which may change."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    Page = admin.ModelAdmin[Model]
else:
    Page = admin.ModelAdmin


class RoleAdmin(Page):
    """An administrator sees and changes everything; the others what these two lists say."""

    view_roles: ClassVar[tuple[Role, ...]] = ()
    change_roles: ClassVar[tuple[Role, ...]] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allows(request, *self.view_roles, *self.change_roles)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, *self.view_roles, *self.change_roles)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, *self.change_roles)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self._allows(request, *self.change_roles)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, *self.change_roles)

    def _allows(self, request: HttpRequest, *roles: Role) -> bool:
        user = request.user
        return isinstance(user, User) and any(has_role(user, role) for role in (*roles, Role.ADMINISTRATOR))


def staff(request: HttpRequest) -> User:
    """The member of staff who uses the console."""
    user = request.user
    assert isinstance(user, User), "the console lets nobody in without an account"
    return user


def staff_actor(request: HttpRequest) -> str:
    return staff(request).actor
