"""Who may read and who may edit a layer."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from gis_platform.core.errors import Forbidden
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.models import User
from gis_platform.identity.roles import has_role, is_staff_member
from layers import catalog
from layers.catalog import Access, LayerSpec, UnknownLayer

type Caller = User | AnonymousUser


class MayNotEdit(Forbidden):
    code = "may-not-edit"


def readable_layers(user: Caller) -> list[LayerSpec]:
    return [spec for spec in catalog.layers() if _may_read(user, spec)]


def readable_layer(user: Caller, layer_id: str) -> LayerSpec:
    """The layer, if the caller may know of it; raises UnknownLayer otherwise, so that hidden ones stay hidden."""
    spec = catalog.layer(layer_id)
    if not _may_read(user, spec):
        raise UnknownLayer(_("No layer is called “{layer}”.").format(layer=layer_id))
    return spec


def may_edit(user: Caller, spec: LayerSpec) -> bool:
    return spec.writable and has_role(user, spec.edit_role)


def require_editor(user: Caller, spec: LayerSpec) -> str:
    """The actor's name for the history; raises NotSignedIn or MayNotEdit."""
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to edit this layer."))
    if not may_edit(user, spec):
        raise MayNotEdit(_("Editing this layer takes the role “{role}”.").format(role=spec.edit_role))
    return f"user:{user.pk}"


def _may_read(user: Caller, spec: LayerSpec) -> bool:
    if spec.access is Access.PUBLIC:
        return True
    return spec.access is Access.STAFF and is_staff_member(user)
