"""Where points lie, beside what they are most often asked with: an index that answers a box and a property alone."""

from psycopg.sql import SQL, Composable, Identifier

from layers.catalog import LayerSpec, Property, PropertyType

POINT = "point"  # the column that sql/templates/covering_index.sql adds to a layer's table
VALUE_BYTES_MAX = 200  # a longer value does not go into the index, whose rows have to fit a page


def covered_property(spec: LayerSpec) -> Property | None:
    """The property within the layer's covering index; None where it has none."""
    found = spec.property(spec.asked_with_box)
    is_text = found is not None and found.type is PropertyType.STRING and not found.private
    return found if is_text and spec.geometry_type == "Point" and spec.relation is None else None


def is_short(prop: Property, *, row: tuple[str, ...] = ()) -> Composable:
    """That the value is within the index; a statement that says so too may use it."""
    return SQL("octet_length({}) <= {}").format(Identifier(*row, prop.column), VALUE_BYTES_MAX)
