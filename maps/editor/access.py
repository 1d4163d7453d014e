"""Who may use the editor, and for which layers."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.errors import Forbidden
from gis_platform.identity.layer_access import may_edit, readable_layer, require_editor, require_unlimited, row_rule
from gis_platform.identity.models import User
from gis_platform.identity.roles import Role, has_role, is_staff_member
from layers import catalog
from layers.catalog import LayerSpec

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class NotAnEditor(Forbidden):
    code = "not-an-editor"
    title = _("The editor is for staff whose role keeps a layer")


def for_editors[**P](view: View[P]) -> View[P]:
    """Lets staff in who may edit at least one layer, and sends those who are not signed in to the sign-in page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return redirect_to_login(request.get_full_path())
        if not is_staff_member(user) or not (editable_layers(user) or may_import(user)):
            raise NotAnEditor
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return guarded


def editor_of(request: HttpRequest) -> User:
    """The member of staff whom `for_editors` let in."""
    user = request.user
    assert isinstance(user, User), "the view is not guarded"
    return user


def editable_layers(user: User) -> list[LayerSpec]:
    """The layers that the user's role keeps, those drawn on top first."""
    return [spec for spec in reversed(catalog.layers()) if may_edit(user, spec)]


def may_import(user: User) -> bool:
    """Whether the user may add layers of their own from files."""
    return has_role(user, Role.PLANNER)


def layer_to_edit(request: HttpRequest, layer_id: str) -> LayerSpec:
    """Raises UnknownLayer for a layer that the user may not even see, MayNotEdit for one of somebody else."""
    user = editor_of(request)
    spec = catalog.layer(layer_id)
    if not may_edit(user, spec):
        require_editor(user, readable_layer(user, layer_id))
    return spec


def whole_layer_to_edit(request: HttpRequest, layer_id: str) -> LayerSpec:
    """As `layer_to_edit`; raises OutsideYourArea besides, for an editor of only some of its features."""
    spec = layer_to_edit(request, layer_id)
    require_unlimited(editor_of(request), spec)
    return spec


def bounds_of(request: HttpRequest, spec: LayerSpec, action: str) -> Expression | None:
    """The condition that the features of the editor's own area fulfil; raises MayNotEdit without any."""
    require_editor(editor_of(request), spec, action)
    return row_rule(editor_of(request), spec, action)
