"""The paths of the styles in the OpenAPI document."""

from typing import Any

from layers.catalog import LayerSpec
from ogc_api.openapi.shapes import ANY_OBJECT
from ogc_api.openapi.words import HTML, READING, TEXT, get, ref, write

STYLESHEET = "application/vnd.mapbox.style+json"
STYLE: dict[str, Any] = {"name": "styleId", "in": "path", "required": True, "schema": {"type": "string"}}
REFUSED = (*READING, 406)


def styles_paths(specs: tuple[LayerSpec, ...]) -> dict[str, Any]:
    known = {**STYLE, **({"example": specs[0].id} if specs else {})}
    body = {STYLESHEET: ANY_OBJECT}
    changing = (400, 401, 403, 404, 409, 412, 413, 428, 429)
    replaced = write("Replace a style", "replaceStyle", "City", body=body, parameters=[known, ref("If-Match")])
    replaced["responses"] |= {"204": replaced["responses"].pop("200")}
    return {
        "/styles": get("Styles of all layers", "getStyles", refused=REFUSED)
        | {"post": write("Add a style", "addStyle", "City", created=True, body=body)},
        "/styles/{styleId}": get(
            "One style, as MapLibre takes it",
            "getStyle",
            parameters=[known],
            content={STYLESHEET: ANY_OBJECT, HTML: TEXT},
            formats=("mapbox", "html"),
            refused=REFUSED,
            unchanged=True,
        )
        | {
            "put": replaced,
            "delete": write(
                "Remove a style", "style.delete", "City", parameters=[known, ref("If-Match")], refused=changing
            ),
        },
        "/styles/{styleId}/metadata": get(
            "What a style is", "getStyleMetadata", parameters=[known], formats=("json",), refused=REFUSED
        ),
        **{
            f"/collections/{spec.id}/styles": get(
                f"Styles of {spec.id}", f"{spec.id}.getStyles", tag=spec.id, refused=REFUSED
            )
            for spec in specs
        },
    }
