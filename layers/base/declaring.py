"""Derives a layer's declaration from its Django model, so that a field's type, length and choices have one home."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.base.fields import OpeningHoursField
from layers.base.models import Feature, NamedFeature, VisitedFeature
from layers.catalog import LayerSpec, Property, PropertyType

NAMES = ("name_lv", "name_lt", "name_en")
DESCRIPTIONS = ("description_lv", "description_lt", "description_en")
VISITED = ("address", "postcode", "phone", "email", "website", "opening_hours", "wheelchair")
PROVENANCE = ("source", "source_ref", "licence", "valid_from", "valid_to")
EDITORIAL = ("status",)  # edited, and by definition the same for everything that is published

TYPES: tuple[tuple[type, PropertyType], ...] = (
    (models.BooleanField, PropertyType.BOOLEAN),
    (models.IntegerField, PropertyType.INTEGER),
    (models.ForeignKey, PropertyType.INTEGER),
    (models.FloatField, PropertyType.NUMBER),
    (models.DecimalField, PropertyType.NUMBER),
    (models.DateTimeField, PropertyType.INSTANT),
    (models.DateField, PropertyType.DATE),
    (models.JSONField, PropertyType.OBJECT),
    (models.CharField, PropertyType.STRING),
    (models.TextField, PropertyType.STRING),
)
FORMATS: tuple[tuple[type, str], ...] = (
    (OpeningHoursField, "opening-hours"),
    (models.URLField, "uri"),
    (models.EmailField, "email"),
)


def declare(
    model: type[Feature],
    *,
    own: tuple[str, ...] = (),
    private: tuple[str, ...] = (),
    computed: tuple[Property, ...] = (),
    **declaration: Any,
) -> LayerSpec:
    """The spec of the layer that a model keeps. `own` and `private` name the model's fields beside those of its base;
    `computed` are columns of the spec's `relation`. The rest are `LayerSpec`'s own arguments."""
    declaration.setdefault("interval", ("valid_from", "valid_to"))
    named = issubclass(model, NamedFeature)
    columns = [*own]
    properties: list[Property] = []
    if named:
        properties.append(Property(name="name", type=PropertyType.STRING, title=_("name"), editable=False))
        columns = [*NAMES, *own, *DESCRIPTIONS]
    if issubclass(model, VisitedFeature):
        columns += VISITED
    columns += PROVENANCE
    properties += [_property(model, name, private=False) for name in columns]
    properties += [_property(model, name, private=True) for name in (*private, *EDITORIAL)]
    properties += computed
    if named:
        properties.append(Property(name="photos", type=PropertyType.ARRAY, title=_("photos"), editable=False))
    return LayerSpec(
        properties=tuple(properties),
        table=("public", model._meta.db_table),
        owner=model.__module__.removesuffix(".models"),
        named=named,
        label="name" if named else "",
        **declaration,
    )


def _property(model: type[Feature], name: str, *, private: bool) -> Property:
    field: Any = model._meta.get_field(name)
    kind = next((kind for django_type, kind in TYPES if isinstance(field, django_type)), None)
    assert kind is not None, f"{model.__name__}.{name} has a type that no layer can publish"
    return Property(
        name=field.column,
        type=kind,
        title=field.verbose_name,
        required=not field.blank and not field.has_default(),
        private=private,
        max_length=getattr(field, "max_length", None) if kind is PropertyType.STRING else None,
        choices=tuple((str(value), label) for value, label in field.choices or ()),
        format=next((text for django_type, text in FORMATS if isinstance(field, django_type)), ""),
    )
