"""What an entity set is: a published relation, its properties as SQL, and the ways that lead from it to others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier

type Row = Mapping[str, Any]
type Source = str | Callable[[], str]


class Kind(Enum):
    """What a value is, for those who compare and compute with it; the value is PostgreSQL's type."""

    STRING = "text"
    NUMBER = "double precision"
    INTEGER = "bigint"
    BOOLEAN = "boolean"
    INSTANT = "timestamptz"
    DATE = "date"
    TIME = "time"
    DURATION = "interval"
    PERIOD = "tstzrange"
    GEOMETRY = "geometry"
    JSON = "jsonb"
    NULL = "unknown"

    @property
    def type(self) -> SQL:
        return SQL(self.value)


@dataclass(frozen=True, kw_only=True)
class Property:
    """`source` is SQL in which {t} stands for the relation's alias; a function where it depends on the language.

    `fixed` ones are never null, which lets an index find the next page.
    """

    name: str
    kind: Kind
    source: Source
    fixed: bool = False

    def expression(self, alias: str) -> Composed:
        text = self.source if isinstance(self.source, str) else self.source()
        return SQL(text).format(t=Identifier(alias))


@dataclass(frozen=True, kw_only=True)
class Way:
    """A navigation link to one entity or to many.

    `on` is the SQL of the link: {t} is the target's alias, every other name a column (`keys`) of where one comes from.
    A way to one is `certain` when there is always that one.
    """

    target: str
    on: str
    keys: tuple[str, ...] = ("id",)
    one: bool = False
    certain: bool = True

    def condition(self, alias: str, columns: Mapping[str, Composable]) -> Composed:
        return SQL(self.on).format(t=Identifier(alias), **{key: columns[key] for key in self.keys})

    def joined(self, source: str, target: str) -> Composed:
        return self.condition(target, {key: Identifier(source, key) for key in self.keys})


@dataclass(frozen=True, kw_only=True)
class EntitySet:
    """`columns` are what ways start from, with their types; the first `key` of them identify an entity and order it."""

    name: str
    relation: str
    properties: tuple[Property, ...]
    columns: Mapping[str, Kind]
    ways: Mapping[str, Way]
    identity: Property
    key: tuple[str, ...] = ("id",)
    place: str = ""  # SQL of the point that stands for it on a map
    by_name: Mapping[str, Property] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {prop.name: prop for prop in self.properties})

    @property
    def table(self) -> Identifier:
        return Identifier("published", self.relation)
