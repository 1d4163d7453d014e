"""Reads entities and what they expand: one query a level, however many there are on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Composed, Identifier

from gis_platform.core.errors import NotFound
from ogc_api.sensorthings.entities import SETS
from ogc_api.sensorthings.filters.scope import Bindings
from ogc_api.sensorthings.model import EntitySet, Row
from ogc_api.sensorthings.options import TOP_DEFAULT, Options
from ogc_api.sensorthings.ordering import after, token
from ogc_api.sensorthings.querying import Query, estimate, number_of, run
from ogc_api.sensorthings.resources import Selection

EXPANDED_MAX = 20_000  # rows of one level; more parents, fewer for each, and the links lead on
COUNT_MAX = 500_000  # rows, a good tenth of a second; beyond it the planner's estimate will do
COUNT_EXPANDED_MAX = 10_000  # for each parent


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    estimated: bool = False


@dataclass
class Node:
    """An entity's row (properties under ".name", columns under their names) and what was expanded from it."""

    entities: EntitySet
    row: Row
    expanded: "dict[str, Found]" = field(default_factory=dict)


@dataclass
class Found:
    """`token` leads to the next page, if there is one."""

    nodes: list[Node] = field(default_factory=list)
    token: str = ""
    count: Count | None = None


def read(selection: Selection, options: Options) -> Found:
    """A page of the selected entities with all that is expanded from them; raises InvalidOption and TooCostly."""
    bindings = Bindings()
    query = Query.of(selection.entities, options, bindings)
    query.where.insert(0, selection.condition(bindings, query.scope.alias))
    count = _count(query) if options.count else None
    if options.token:
        query.where.append(after(options.token, query.order, bindings))
        query.options = replace(options, skip=0)
    top = TOP_DEFAULT if options.top is None else options.top
    found = _found(query, run(query.select(limit=top + 1), bindings), top)  # one more tells whether a page follows
    found.count = count
    expand(found.nodes, selection.entities, options.expand)
    return found


def the_one(selection: Selection, options: Options) -> Node:
    """The single entity with what is expanded from it; raises NotFound."""
    found = read(selection, replace(options, top=1))
    if not found.nodes:
        raise NotFound(_("There is no such entity."))
    return found.nodes[0]


def source_row(selection: Selection) -> Row:
    """What ways start from; raises NotFound."""
    return the_one(selection, Options(select=())).row


def expand(nodes: Sequence[Node], entities: EntitySet, wanted: Mapping[str, Options]) -> None:
    for name, options in wanted.items():
        children = _expanded(nodes, entities, name, options) if nodes else []
        expand(children, SETS[entities.ways[name].target], options.expand)


def _expanded(nodes: Sequence[Node], entities: EntitySet, name: str, options: Options) -> list[Node]:
    """Reads one link of all nodes, those with the same key once, and hangs what it finds under each."""
    way, bindings = entities.ways[name], Bindings()
    keys = [*dict.fromkeys(tuple(node.row[key] for key in way.keys) for node in nodes)]
    top = 1 if way.one else min(TOP_DEFAULT if options.top is None else options.top, max(EXPANDED_MAX // len(keys), 1))
    query = Query.of(SETS[way.target], options, bindings)
    query.where.insert(0, way.condition(query.scope.alias, {key: Identifier("parent", key) for key in way.keys}))
    parents = _parents(entities, way.keys, keys, bindings)
    rows = run(_lateral(query.select(limit=top + 1), parents), bindings)
    by_parent = {number: [*group] for number, group in groupby(rows, key=itemgetter("#parent"))}
    counts = _counts(query, parents, bindings) if options.count else {}
    found: dict[tuple[Any, ...], Found] = {}
    for number, key in enumerate(keys, start=1):
        found[key] = _found(query, by_parent.get(number, []), top)
        found[key].count = counts.get(number)
    for node in nodes:
        node.expanded[name] = found[tuple(node.row[key] for key in way.keys)]
    return [child for each in found.values() for child in each.nodes]


def _parents(
    entities: EntitySet, columns: Sequence[str], keys: Iterable[Sequence[Any]], bindings: Bindings
) -> Composed:
    arrays = [
        bindings.bind_list([key[place] for key in keys], entities.columns[column])
        for place, column in enumerate(columns)
    ]
    names = [Identifier(column) for column in (*columns, "#parent")]
    return SQL("unnest({}) WITH ORDINALITY AS parent ({})").format(SQL(", ").join(arrays), SQL(", ").join(names))


def _lateral(select: Composed, parents: Composed) -> Composed:
    return SQL(
        'SELECT parent."#parent", child.* FROM {parents} CROSS JOIN LATERAL'
        ' (SELECT row_number() OVER () AS "#row", page.* FROM ({select}) AS page) AS child ORDER BY 1, 2'
    ).format(parents=parents, select=select)


def _found(query: Query, rows: Sequence[Row], top: int) -> Found:
    nodes = [Node(query.entities, row) for row in rows[:top]]
    more = len(rows) > top and top > 0
    return Found(nodes, token(rows[top - 1], len(query.order)) if more else "")


def _count(query: Query) -> Count:
    bindings = query.scope.bindings
    number = number_of(run(query.counted(COUNT_MAX + 1), bindings))
    if number <= COUNT_MAX:
        return Count(number)
    return Count(max(estimate(run(query.explained(), bindings)), number), estimated=True)


def _counts(query: Query, parents: Composed, bindings: Bindings) -> dict[int, Count]:
    statement = SQL('SELECT parent."#parent", counted.* FROM {} CROSS JOIN LATERAL ({}) AS counted').format(
        parents, query.counted(COUNT_EXPANDED_MAX)
    )
    return {row["#parent"]: Count(row["count"], row["count"] == COUNT_EXPANDED_MAX) for row in run(statement, bindings)}
