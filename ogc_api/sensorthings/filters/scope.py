"""Where an expression looks for its names: one query, its joins along navigation links, and its bound values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier, Placeholder

from ogc_api.sensorthings.entities import SETS
from ogc_api.sensorthings.filters.syntax import ExpressionError
from ogc_api.sensorthings.model import EntitySet, Kind, Property, Way

JOINS_MAX = 8


@dataclass
class Bindings:
    """The values of a statement, each under a name of its own, with the type that PostgreSQL shall take it for."""

    values: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any, kind: Kind) -> Composed:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return SQL("{}::{}").format(Placeholder(name), kind.type)

    def bind_list(self, values: Sequence[Any], kind: Kind) -> Composed:
        return SQL("{}[]").format(self.bind([*values], kind))


@dataclass
class Scope:
    """`joins` lead to one entity each and stay beside the rows; from the first link to many on (`many`) they belong
    into an EXISTS, for the row is wanted once however many others fit."""

    entities: EntitySet
    bindings: Bindings
    alias: str = "t"
    joins: list[Composed] = field(default_factory=list)
    many: list[Composed] = field(default_factory=list)
    known: dict[tuple[str, ...], tuple[str, EntitySet, bool]] = field(default_factory=dict)

    def resolve(self, parts: tuple[str, ...], *, to_many: bool = True) -> tuple[Property, str, tuple[str, ...]]:
        """The property that a path names, the alias of its row, and the members of its JSON that follow."""
        alias, entities, several = self.alias, self.entities, False
        for place, part in enumerate(parts):
            way = entities.ways.get(part)
            if way is None:
                return _property(entities, part), alias, parts[place + 1 :]
            if not (way.one or to_many):
                raise ExpressionError(_("“%(name)s” leads to many; only to one can be followed here.") % {"name": part})
            alias, entities, several = self._follow(parts[: place + 1], way, alias, several)
        raise ExpressionError(_("“%(path)s” names an entity; name one of its properties.") % {"path": "/".join(parts)})

    def _follow(self, path: tuple[str, ...], way: Way, alias: str, several: bool) -> tuple[str, EntitySet, bool]:
        if path not in self.known:
            if len(self.known) == JOINS_MAX:
                raise ExpressionError(_("More than %(max)d navigation links.") % {"max": JOINS_MAX})
            target, joined = SETS[way.target], f"j{len(self.known)}"
            several = several or not way.one
            join = SQL(" LEFT JOIN {} AS {} ON {}").format(target.table, Identifier(joined), way.joined(alias, joined))
            (self.many if several else self.joins).append(join)
            self.known[path] = (joined, target, several)
        return self.known[path]


def _property(entities: EntitySet, name: str) -> Property:
    if name in ("id", "@iot.id"):
        return entities.identity
    found = entities.by_name.get(name)
    if found is None:
        known = ", ".join(["id", *entities.by_name, *entities.ways])
        raise ExpressionError(
            _("%(set)s have no “%(name)s”; they have %(known)s.")
            % {"set": entities.name, "name": name[:40], "known": known}
        )
    return found
