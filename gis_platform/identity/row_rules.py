"""Row rules as administrators enter them: checked on the layer they are for, before they can lock anybody out or in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gis_platform.core.cql2.errors import FilterError
from gis_platform.core.cql2.parsing import from_text
from gis_platform.identity.models import RowRule
from layers import catalog
from layers.base.conditions import where
from layers.catalog import Access, LayerSpec, UnknownLayer

if TYPE_CHECKING:  # Django's own class takes no type argument at run time
    Form = forms.ModelForm[RowRule]
else:
    Form = forms.ModelForm


class RowRuleForm(Form):
    class Meta:
        model = RowRule
        fields = ("layer", "role", "action", "condition")

    def clean_layer(self) -> str:
        layer = str(self.cleaned_data["layer"])
        try:
            catalog.layer(layer)
        except UnknownLayer:
            raise ValidationError(_("No layer is called “{layer}”.").format(layer=layer)) from None
        return layer

    def clean_role(self) -> str:
        role = str(self.cleaned_data["role"])
        if not Group.objects.filter(name=role).exists():
            known = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
            raise ValidationError(_("“{value}” is not one of: {known}.").format(value=role[:60], known=known))
        return role

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"layer", "action", "condition"} <= cleaned.keys():
            spec, action = catalog.layer(cleaned["layer"]), cleaned["action"]
            if problem := problem_of(spec, action):
                self.add_error("action", problem)
            elif problem := problem_of_condition(spec, action, cleaned["condition"]):
                self.add_error("condition", problem)
        return cleaned


def problem_of(spec: LayerSpec, action: str) -> str:
    """Why a rule for this action would mean nothing in the layer; empty when it does."""
    if action == RowRule.Action.READ and spec.access is not Access.STAFF:
        return _("Only a layer for staff can be limited in reading; this one is read by everybody or by nobody.")
    if action != RowRule.Action.READ and not spec.writable:
        return _("The features of this layer are not edited here.")
    return ""


def problem_of_condition(spec: LayerSpec, action: str, condition: str) -> str:
    """Why the condition cannot be asked of the layer, in the active language; empty when it can.

    What a reader is limited by may only name what the published view shows.
    """
    try:
        where(spec, from_text(condition), public_only=action == RowRule.Action.READ)
    except FilterError as error:
        return _(error.message).format(**error.values)
    return ""
