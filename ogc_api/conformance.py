"""The conformance classes that are met, each with tests. What is met in part is not declared."""

FEATURES_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
FEATURES_5 = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
COMMON_1 = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf"

CONFORMANCE_CLASSES = (
    f"{COMMON_1}/core",
    f"{COMMON_1}/json",
    f"{COMMON_1}/html",
    f"{FEATURES_1}/core",
    f"{FEATURES_1}/geojson",
    f"{FEATURES_1}/html",
    f"{FEATURES_1}/oas30",
    f"{FEATURES_5}/schemas",
    f"{FEATURES_5}/queryables",
    f"{TILES}/core",
    f"{TILES}/mvt",
)
