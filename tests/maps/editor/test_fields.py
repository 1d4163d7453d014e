"""The form that follows from a declaration: a field for every type, and its text there and back."""

import pytest

from layers import catalog
from layers.catalog import LayerSpec, Property, PropertyType, Style
from maps.editor.fields import form_field, form_properties, sections, text_of, value_of


def prop(kind, **rest):
    return Property(name="thing", type=PropertyType(kind), title="thing", **rest)


def widgets(*properties):
    spec = LayerSpec(
        id="things", title="Things", description="", geometry_type="Point", properties=properties,
        table=("custom", "things"), style=Style(color="#000000"), owner="tests", group="Test", named=False, label="",
    )  # fmt: skip
    found = sections(spec, {}, faults={}, theirs={})
    return [field.widget for section in found for group in section.groups for field in group.fields]


@pytest.mark.parametrize(
    ("given", "widget"),
    [
        (prop("string", max_length=40), "text"),
        (prop("string"), "long"),
        (prop("string", max_length=5000), "long"),
        (prop("string", format="opening-hours", max_length=500), "opening-hours"),
        (prop("string", format="uri", max_length=500), "uri"),
        (prop("string", format="email", max_length=200), "email"),
        (prop("string", choices=(("a", "A"),)), "select"),
        (prop("integer"), "integer"),
        (prop("number"), "number"),
        (prop("boolean"), "select"),
        (prop("date"), "date"),
        (prop("date-time"), "date-time"),
        (prop("object"), "json"),
        (prop("array"), "json"),
    ],
)
def test_every_type_has_its_field(given, widget):
    assert widgets(given) == [widget]


def test_what_the_layer_computes_and_the_status_have_no_field():
    assert widgets(prop("string", editable=False)) == []
    assert "status" not in {p.name for p in form_properties(catalog.layer("tourism"))}


@pytest.mark.parametrize("spec", list(catalog.declared()), ids=lambda spec: spec.id)
def test_every_declared_layer_has_a_form_of_all_its_editable_properties(spec):
    found = [f.name for s in sections(spec, {}, faults={}, theirs={}) for g in s.groups for f in g.fields]
    assert sorted(found) == sorted(p.name for p in form_properties(spec))
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", "Šiauliai", "Šiauliai"),
        ("integer", 12, "12"),
        ("number", 1.5, "1.5"),
        ("boolean", True, "true"),
        ("boolean", False, "false"),
        ("date", "2026-05-31", "2026-05-31"),
        # Riga is three hours ahead of UTC in summer, two in winter.
        ("date-time", "2026-05-31T06:00:00+00:00", "2026-05-31T09:00"),
        ("date-time", "2026-01-31T07:00:00+00:00", "2026-01-31T09:00"),
        ("object", {"a": 1}, '{\n  "a": 1\n}'),
    ],
)
def test_a_value_and_its_text(city_of_jelgava, kind, value, text):
    assert text_of(prop(kind), value) == text
    back = value_of(prop(kind), text)
    if kind == "date-time":
        assert text_of(prop(kind), back) == text
    else:
        assert back == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1,5", 1.5),
        ("integer", "", None),
        ("integer", "twelve", "twelve"),
        ("object", "{", "{"),
        ("boolean", "x", "x"),
    ],
)
def test_what_makes_no_sense_is_left_to_the_layers_own_check(kind, text, value):
    assert value_of(prop(kind), text) == value


def test_languages_stand_side_by_side_in_the_citys_order(city_of_jelgava):
    spec = catalog.layer("tourism")
    first = sections(spec, {}, faults={}, theirs={})[0]
    assert [[field.name for field in group.fields] for group in first.groups] == [
        ["name_lv", "name_en", "name_lt"],
        ["description_lv", "description_en", "description_lt"],
    ]
    assert first.groups[0].translated


def test_a_stored_choice_that_is_no_longer_known_stays_to_choose():
    spec_prop = prop("string", choices=(("a", "A"),))
    assert form_field(spec_prop, "old").options == (("", "—"), ("a", "A"), ("old", "old"))
