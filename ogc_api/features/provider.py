"""What pygeoapi asks of a collection, answered by the query compiler that serves the hot paths too."""

import json
from typing import Any

from pygeoapi.provider.base import BaseProvider, ProviderItemNotFoundError

from gis_platform.core.cql2.expressions import Expression
from gis_platform.core.cql2.parsing import from_text
from layers import catalog
from layers.base.editing import FeatureNotFound
from ogc_api.features import queries
from ogc_api.features.schemas import property_schema
from ogc_api.parameters import Counting, ItemsRequest


class LayerProvider(BaseProvider):  # type: ignore[misc] # pygeoapi has no types
    """A layer of the catalogue, by the id in `data`."""

    def __init__(self, provider_def: dict[str, Any]) -> None:
        super().__init__(provider_def)
        self.spec = catalog.layer(provider_def["data"])
        self.get_fields()

    _fields: dict[str, dict[str, Any]]

    def get_fields(self) -> dict[str, dict[str, Any]]:
        if not self._fields:
            self._fields = {p.name: property_schema(p) for p in self.spec.public_properties}
        return self._fields

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: Any = None,
        filterq: Expression | str | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        page = queries.page(
            self.spec,
            ItemsRequest(
                limit=limit,
                offset=offset,
                boxes=((float(bbox[0]), float(bbox[1]), float(bbox[2]), float(bbox[3])),) if bbox else (),
                filter=from_text(filterq) if isinstance(filterq, str) else filterq,
                counting=Counting.EXACT,
                hits=resulttype == "hits",
            ),
        )
        return {
            "type": "FeatureCollection",
            "features": json.loads(f"[{page.features}]"),
            "numberMatched": page.matched,
            "numberReturned": page.returned,
        }

    def get(self, identifier: str, **_: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(queries.item(self.spec, identifier).json + "}")
        except FeatureNotFound as error:
            raise ProviderItemNotFoundError(identifier) from error
        return found
