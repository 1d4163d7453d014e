"""Entities as JSON: the standard's own form (18-088, 9.2), data arrays (13.2) and GeoJSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from ogc_api.sensorthings.entities import SETS, identifier, instant
from ogc_api.sensorthings.model import Kind, Property
from ogc_api.sensorthings.options import Options
from ogc_api.sensorthings.querying import shown
from ogc_api.sensorthings.reading import Found, Node

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shaper:
    """`root` is the address of the service."""

    root: str

    def link(self, node: Node) -> str:
        found = identifier(node.entities, node.row)
        return f"{self.root}/{node.entities.name}({quoted(found)})"

    def entity(self, node: Node, options: Options) -> Json:
        link, chosen = self.link(node), options.select
        out: Json = {}
        if chosen is None or "@iot.selfLink" in chosen:
            out["@iot.selfLink"] = link
        if chosen is None or "id" in chosen or "@iot.id" in chosen:
            out["@iot.id"] = identifier(node.entities, node.row)
        for prop in shown(node.entities, options):
            if (value := value_of(prop, node.row[f".{prop.name}"])) is not None:
                out[prop.name] = value
        for name, way in node.entities.ways.items():
            if name in options.expand:
                out |= self._expanded(name, node.expanded[name], options.expand[name], f"{link}/{name}", way.one)
            elif chosen is None or name in chosen:
                out[f"{name}@iot.navigationLink"] = f"{link}/{name}"
        return out

    def _expanded(self, name: str, found: Found, options: Options, link: str, one: bool) -> Json:
        entities = [self.entity(node, options) for node in found.nodes]
        if one:
            return {name: entities[0] if entities else None}
        out: Json = {name: entities}
        if found.count is not None:
            out[f"{name}@iot.count"] = found.count.number
        if found.token:
            out[f"{name}@iot.nextLink"] = next_link(link, options, found)
        return out

    def page(self, found: Found, options: Options, link: str, *, links: bool = False) -> Json:
        out: Json = {} if found.count is None else {"@iot.count": found.count.number}
        if found.token:
            out["@iot.nextLink"] = next_link(link, options, found)
        if links:
            return out | {"value": [{"@iot.selfLink": self.link(node)} for node in found.nodes]}
        if options.format == "dataArray":
            return out | {"value": [*self._arrays(found.nodes, options)]}
        return out | {"value": [self.entity(node, options) for node in found.nodes]}

    def _arrays(self, nodes: Sequence[Node], options: Options) -> Iterable[Json]:
        properties = shown(nodes[0].entities, options) if nodes else []
        with_id = options.select is None or "id" in options.select or "@iot.id" in options.select
        for stream_id, group in groupby(nodes, key=lambda node: node.row["stream_id"]):
            rows = [
                ([identifier(node.entities, node.row)] if with_id else [])
                + [value_of(prop, node.row[f".{prop.name}"]) for prop in properties]
                for node in group
            ]
            yield {
                "Datastream@iot.navigationLink": f"{self.root}/Datastreams({stream_id})",
                "components": (["id"] if with_id else []) + [prop.name for prop in properties],
                "dataArray@iot.count": len(rows),
                "dataArray": rows,
            }

    def features(self, found: Found, options: Options, link: str) -> Json:
        out: Json = {"type": "FeatureCollection"}
        if found.count is not None:
            out["@iot.count"] = found.count.number
        if found.token:
            following = next_link(link, options, found)
            out |= {"@iot.nextLink": following, "links": [{"rel": "next", "href": following}]}
        return out | {"features": [self.feature(node, options) for node in found.nodes]}

    def feature(self, node: Node, options: Options) -> Json:
        properties = self.entity(node, options)
        # The position is the feature's own; a second copy of it would only be weight.
        for prop in node.entities.properties:
            if prop.kind is Kind.GEOMETRY:
                properties.pop(prop.name, None)
        return {
            "type": "Feature",
            "id": identifier(node.entities, node.row),
            "geometry": decoded(node.row["@place"]),
            "properties": properties,
        }


def value_of(prop: Property, value: Any) -> Any:
    if value is None:
        return None
    match prop.kind:
        case Kind.INSTANT:
            return instant(value)
        case Kind.PERIOD:
            return f"{instant(value.lower)}/{instant(value.upper)}"
        case Kind.JSON | Kind.GEOMETRY:
            return decoded(value)
    return value


def decoded(value: Any) -> Any:
    """JSON of the database, which arrives as text where Django asks for that."""
    return json.loads(value) if isinstance(value, str) else value


def next_link(link: str, options: Options, found: Found) -> str:
    given = [(name, value) for name, value in options.given if name not in ("$skip", "$skiptoken")]
    pairs = [*given, ("$skiptoken", found.token)]
    return f"{link}?{'&'.join(f'{name}={quote(value, safe="$()',/:=;")}' for name, value in pairs)}"


def quoted(found: int | str) -> str:
    return f"'{found}'" if isinstance(found, str) else str(found)


def known_sets(root: str) -> list[Json]:
    return [{"name": name, "url": f"{root}/{name}"} for name in SETS]
