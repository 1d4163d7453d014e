import pytest
from django.db import connection
from psycopg.sql import SQL, Identifier

from layers.catalog import PropertyType
from layers.custom.models import CustomLayer
from layers.custom.services import Column, create_layer

LONG = "ļoti garš nosaukums, kas ir garāks par sešdesmit trim baitiem un tāpēc tiktu nogriezts"
COLUMNS = (
    Column("name", PropertyType.STRING),
    Column("amount", PropertyType.INTEGER),
    Column("height", PropertyType.NUMBER),
    Column("open", PropertyType.BOOLEAN),
    Column("day", PropertyType.DATE),
    Column("at", PropertyType.INSTANT),
    Column("tags", PropertyType.ARRAY),
    Column("more", PropertyType.OBJECT),
    Column(LONG, PropertyType.STRING),
    Column("100%", PropertyType.INTEGER),
)


@pytest.fixture
def stones(city_of_jelgava, db):
    """A layer of points with a property of each type, without features."""
    layer = CustomLayer(id="stones", title_en="Stones", geometry_type="Point", label="name")
    return create_layer(layer, COLUMNS, actor="user:1")


@pytest.fixture
def stored(stones):
    """Stores rows, given as a dict of values with `x` and `y` in degrees; answers their ids."""

    def store(*rows):
        columns = {p.name: p.column for p in stones.properties}
        ids = []
        with connection.cursor() as cursor:
            for row in rows:
                values = {columns[name]: value for name, value in row.items() if name not in ("x", "y")}
                statement = SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
                    Identifier(*stones.table),
                    SQL(", ").join(map(Identifier, ["geometry", *values])),
                    SQL(", ").join([SQL("ST_SetSRID(ST_MakePoint(%s, %s), 4326)"), *[SQL("%s") for _ in values]]),
                )
                cursor.execute(statement, [row.get("x", 23.7), row.get("y", 56.6), *values.values()])
                ids.append(cursor.fetchone()[0])
        return ids

    return store
