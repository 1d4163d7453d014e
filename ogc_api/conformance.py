"""The conformance classes that are met, each with tests. What is met in part is not declared."""

FEATURES_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
FEATURES_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf"
FEATURES_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf"
FEATURES_4 = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
FEATURES_5 = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf"
JSON_FG = "http://www.opengis.net/spec/json-fg-1/1.0/conf"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf"
STYLES = "http://www.opengis.net/spec/ogcapi-styles-1/1.0/conf"
TMS = "http://www.opengis.net/spec/tms/2.0/conf"
PROCESSES_1 = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
COMMON_1 = "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf"
COMMON_2 = "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf"
EDR = "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf"
RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"

CONFORMANCE_CLASSES = (
    f"{COMMON_1}/core",
    f"{COMMON_1}/json",
    f"{COMMON_1}/html",
    f"{FEATURES_1}/core",
    f"{FEATURES_1}/geojson",
    f"{FEATURES_1}/html",
    f"{FEATURES_1}/oas30",
    f"{FEATURES_2}/crs",
    f"{FEATURES_3}/queryables",
    f"{FEATURES_3}/queryables-query-parameters",
    f"{FEATURES_3}/filter",
    f"{FEATURES_3}/features-filter",
    f"{CQL2}/cql2-text",
    f"{CQL2}/cql2-json",
    f"{CQL2}/basic-cql2",
    f"{CQL2}/advanced-comparison-operators",
    f"{CQL2}/case-insensitive-comparison",
    f"{CQL2}/accent-insensitive-comparison",
    f"{CQL2}/basic-spatial-functions",
    f"{CQL2}/basic-spatial-functions-plus",
    f"{CQL2}/spatial-functions",
    f"{CQL2}/temporal-functions",
    f"{CQL2}/array-functions",
    f"{CQL2}/property-property",
    f"{CQL2}/functions",
    f"{CQL2}/arithmetic",
    f"{FEATURES_4}/create-replace-delete",
    f"{FEATURES_4}/update",
    f"{FEATURES_4}/features",
    f"{FEATURES_4}/optimistic-locking-etags",
    f"{FEATURES_5}/schemas",
    f"{FEATURES_5}/core-roles-features",
    f"{FEATURES_5}/returnables-and-receivables",
    f"{FEATURES_5}/queryables",
    f"{FEATURES_5}/sortables",
    f"{JSON_FG}/core",
    f"{JSON_FG}/types-schemas",
    f"{TILES}/core",
    f"{TILES}/tileset",
    f"{TILES}/tilesets-list",
    f"{TILES}/dataset-tilesets",
    f"{TILES}/geodata-tilesets",
    f"{TILES}/collections-selection",
    f"{TILES}/datetime",
    f"{TILES}/oas30",
    f"{TILES}/mvt",
    f"{STYLES}/core",
    f"{STYLES}/manage-styles",
    f"{STYLES}/mapbox-styles",
    f"{STYLES}/html",
    f"{TMS}/tilematrixset",
    f"{TMS}/json-tilematrixset",
    f"{TMS}/tilesetmetadata",
    f"{TMS}/json-tilesetmetadata",
    f"{PROCESSES_1}/core",
    f"{PROCESSES_1}/ogc-process-description",
    f"{PROCESSES_1}/json",
    f"{PROCESSES_1}/html",
    f"{PROCESSES_1}/oas30",
    f"{PROCESSES_1}/job-list",
    f"{PROCESSES_1}/dismiss",
)

# Those of the catalogue of records, which has a root of its own.
RECORDS_CLASSES = (
    f"{COMMON_1}/core",
    f"{COMMON_1}/json",
    f"{COMMON_1}/html",
    f"{FEATURES_1}/core",
    f"{FEATURES_1}/geojson",
    f"{FEATURES_1}/html",
    f"{RECORDS}/record-core",
    f"{RECORDS}/record-collection",
    f"{RECORDS}/record-core-query-parameters",
    f"{RECORDS}/records-api",
    f"{RECORDS}/searchable-catalog",
    f"{FEATURES_3}/queryables",
    f"{FEATURES_3}/filter",
    f"{CQL2}/cql2-text",
    f"{CQL2}/cql2-json",
    f"{CQL2}/basic-cql2",
    f"{CQL2}/advanced-comparison-operators",
    f"{CQL2}/basic-spatial-functions",
    f"{CQL2}/array-functions",
    f"{RECORDS}/searchable-catalog-sorting",
    f"{RECORDS}/searchable-catalog-filtering",
    f"{RECORDS}/filtering",
    f"{RECORDS}/sorting",
    f"{RECORDS}/json",
    f"{RECORDS}/html",
    f"{RECORDS}/oas30",
    f"{RECORDS}/autodiscovery",
)

# Those of the observations, which have a root of their own too.
EDR_CLASSES = (
    f"{COMMON_1}/core",
    f"{COMMON_1}/json",
    f"{COMMON_1}/html",
    f"{COMMON_2}/collections",
    f"{EDR}/core",
    f"{EDR}/collections",
    f"{EDR}/queries",
    f"{EDR}/json",
    f"{EDR}/covjson",
    f"{EDR}/edr-geojson",
    f"{EDR}/geojson",
    f"{EDR}/oas30",
)
