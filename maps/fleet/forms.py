"""The form of a new device."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gis_platform.devices.models import Device
from layers.merchants.models import Merchant
from layers.places.models import Place


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A device stands at a place or belongs to a merchant; both are named by their codes."""

    place_code = forms.CharField(label=_("Place, by code"), required=False, max_length=40)
    merchant_code = forms.CharField(label=_("Merchant, by code"), required=False, max_length=60)

    field_order = ("code", "role", "place_code", "merchant_code", "silent_after_minutes", "unsigned_allowed")

    class Meta:
        model = Device
        fields = ("code", "role", "silent_after_minutes", "unsigned_allowed")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code.startswith("_"):  # so do the addresses that are no device's
            raise forms.ValidationError(_("A code begins with a letter or a digit."))
        return code

    def clean_place_code(self) -> Place | None:
        code = self.cleaned_data["place_code"].strip()
        place = Place.objects.filter(code=code).first() if code else None
        if code and place is None:
            raise forms.ValidationError(_("There is no place of this code."))
        return place

    def clean_merchant_code(self) -> Merchant | None:
        code = self.cleaned_data["merchant_code"].strip()
        merchant = Merchant.objects.filter(code=code).first() if code else None
        if code and merchant is None:
            raise forms.ValidationError(_("There is no merchant of this code."))
        return merchant

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.place = cleaned.get("place_code")
        self.instance.merchant = cleaned.get("merchant_code")
        return cleaned
