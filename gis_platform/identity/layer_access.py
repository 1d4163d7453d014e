"""Who may read and who may edit a layer, and which of its features.

A layer's declaration says whether everybody reads it, which roles do, and which role edits it. Row rules, kept in the
console, say more: a rule of one of those roles limits it to the features that fulfil a condition; a rule of another
role lets that role in, within the condition. Who holds several roles may do what any of them may. Administrators are
never limited, and what is public is read by everybody.
"""

from functools import lru_cache

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from gis_platform.core.cql2.expressions import Expression, Operation
from gis_platform.core.cql2.parsing import from_text
from gis_platform.core.errors import Forbidden
from gis_platform.identity.errors import NotSignedIn
from gis_platform.identity.models import RowRule, User
from gis_platform.identity.roles import Role, has_role, is_staff_member
from layers import catalog
from layers.base.editing import OutsideYourArea
from layers.catalog import Access, LayerSpec, UnknownLayer

type Caller = User | AnonymousUser

CONDITIONS_REMEMBERED = 256
EDITS = (RowRule.Action.CREATE, RowRule.Action.UPDATE, RowRule.Action.DELETE)


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


def may_edit(user: Caller, spec: LayerSpec, *actions: str) -> bool:
    """Whether the caller may do one of the actions (by default any edit) with some feature of the layer."""
    if not spec.writable:
        return False
    return has_role(user, spec.edit_role) or any(_conditions(user, spec, action) for action in actions or EDITS)


def require_editor(user: Caller, spec: LayerSpec, *actions: str) -> str:
    """The actor's name for the history; raises NotSignedIn or MayNotEdit."""
    if not isinstance(user, User):
        raise NotSignedIn(_("Sign in, or send an API key, to edit this layer."))
    if not may_edit(user, spec, *actions):
        raise MayNotEdit(_("Editing this layer takes the role “{role}”.").format(role=spec.edit_role))
    return user.actor


def row_rule(user: Caller, spec: LayerSpec, action: str) -> Expression | None:
    """The condition that a feature must fulfil for the caller, who may do this in the layer; None without a limit.

    To change a feature it must be fulfilled before and after. The names in it are the layer's properties and
    `geometry`; a condition to read names public ones alone.
    """
    conditions = _conditions(user, spec, action)
    if not isinstance(user, User) or not conditions or _is_unlimited(user, spec, action, conditions):
        return None
    return _any_of(tuple(sorted(set(conditions.values()))))


def require_unlimited(user: Caller, spec: LayerSpec) -> None:
    """Raises OutsideYourArea for an editor of only some of the layer's features: imports and pictures touch any."""
    if any(row_rule(user, spec, action) is not None for action in EDITS):
        raise OutsideYourArea(_("This takes somebody who edits the whole layer."))


def _may_read(user: Caller, spec: LayerSpec) -> bool:
    if spec.access is Access.PUBLIC:
        return True
    if spec.access is Access.HIDDEN or not is_staff_member(user):
        return False
    granting = _granting(spec, RowRule.Action.READ)
    return (
        not granting
        or any(has_role(user, role) for role in granting)
        or bool(_conditions(user, spec, RowRule.Action.READ))
    )


def _granting(spec: LayerSpec, action: str) -> frozenset[str]:
    """The roles that the declaration lets do this; empty where every role may."""
    if action != RowRule.Action.READ:
        return frozenset({spec.edit_role})
    return frozenset({*spec.read_roles, spec.edit_role}) if spec.read_roles else frozenset()


def _is_unlimited(user: User, spec: LayerSpec, action: str, limited: dict[str, str]) -> bool:
    if user.is_superuser or Role.ADMINISTRATOR in user.role_names:
        return True
    granting = _granting(spec, action) or user.role_names
    return not (granting & user.role_names) <= limited.keys()


def _conditions(user: Caller, spec: LayerSpec, action: str) -> dict[str, str]:
    """The conditions of the rules that speak of the caller, by role."""
    if not isinstance(user, User) or not user.is_active:
        return {}
    if action == RowRule.Action.READ and spec.access is Access.PUBLIC:
        return {}
    return {rule.role: rule.condition for rule in user.row_rules if (rule.layer, rule.action) == (spec.id, action)}


@lru_cache(maxsize=CONDITIONS_REMEMBERED)
def _any_of(conditions: tuple[str, ...]) -> Expression:
    parts = tuple(from_text(condition) for condition in conditions)
    return parts[0] if len(parts) == 1 else Operation("or", parts)
