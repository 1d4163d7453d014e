"""Every declared conformance class names the tests that it rests on, and they are there."""

import ast
from functools import cache
from pathlib import Path

import pytest

from ogc_api import conformance
from ogc_api.conformance import (
    COMMON_1,
    COMMON_2,
    CONFORMANCE_CLASSES,
    CQL2,
    EDR,
    EDR_CLASSES,
    FEATURES_1,
    FEATURES_2,
    FEATURES_3,
    FEATURES_4,
    FEATURES_5,
    JSON_FG,
    PROCESSES_1,
    RECORDS,
    RECORDS_CLASSES,
    STYLES,
    TILES,
    TMS,
)

HERE = Path(__file__).parent
DECLARED = {*CONFORMANCE_CLASSES, *RECORDS_CLASSES, *EDR_CLASSES}
DOCUMENT = "test_openapi.py::test_it_is_valid_and_refers_to_nothing_outside"
ANSWERS = "test_openapi.py::test_what_is_read_answers_as_the_document_says"
PAGES = "test_pages.py::test_a_browser_gets_a_page_that_loads_nothing_from_elsewhere"
SCHEMAS = "features/test_schemas.py::"
TILESETS = "tiles/test_tilesets.py::"
EXECUTION = "processes/test_execution.py::"
JOBS = "processes/test_jobs.py::"
SEARCH = "records/test_records.py::"
STYLE = "styles/test_styles.py::"
STANDARD = "../gis_platform/core/cql2/test_standard.py::"
AGREEMENT = "../gis_platform/core/cql2/test_agreement.py::test_sql_and_closure_agree_on_every_row"
COUNTED = (
    f"{STANDARD}test_postgis_finds_as_many_as_the_standard_expects",
    f"{STANDARD}test_memory_finds_as_many_as_the_standard_expects",
    AGREEMENT,
)
EDITING = "features/test_editing.py::"
READINGS = "edr/"

RESTS_ON: dict[str, tuple[str, ...]] = {
    f"{COMMON_1}/core": ("test_window.py::test_every_link_of_the_landing_page_leads_somewhere", DOCUMENT),
    f"{COMMON_1}/json": ("test_pages.py::test_a_program_gets_json_from_the_same_address",),
    f"{COMMON_1}/html": (PAGES,),
    f"{COMMON_2}/collections": (f"{READINGS}test_describing.py::test_the_list_of_collections_says_the_same",),
    f"{FEATURES_1}/core": (
        "features/test_items.py::test_a_page_is_geojson_with_counts_and_links",
        "features/test_items.py::test_it_filters",
        "features/test_items.py::test_it_filters_by_time",
        "features/test_items.py::test_it_refuses_a_wrong_parameter_as_a_problem",
        "features/test_paging.py::test_pages_together_are_the_whole_in_order",
        "clients/test_gdal.py::test_it_reads_page_by_page_and_nothing_twice",
    ),
    f"{FEATURES_1}/geojson": ("features/test_known_faults.py::test_geojson_has_geojson_s_media_type",),
    f"{FEATURES_1}/html": (PAGES, "test_pages.py::test_items_are_a_table_with_pages"),
    f"{FEATURES_1}/oas30": (DOCUMENT, ANSWERS),
    f"{FEATURES_2}/crs": (
        "features/test_crs.py::test_a_page_and_an_item_are_in_the_system_asked_for",
        "features/test_crs.py::test_latitude_or_northing_comes_first_where_the_register_says_so",
        "features/test_crs.py::test_a_box_is_read_in_its_own_system",
        "features/test_crs.py::test_a_collection_names_the_systems",
    ),
    f"{FEATURES_3}/queryables": (f"{SCHEMAS}test_everything_queryable_can_be_asked_and_nothing_else",),
    f"{FEATURES_3}/queryables-query-parameters": (
        f"{SCHEMAS}test_everything_queryable_can_be_asked_and_nothing_else",
        "clients/test_gdal.py::test_it_lets_the_server_filter_by_attribute",
    ),
    f"{FEATURES_3}/filter": (
        "features/test_filtering.py::test_it_finds_what_fulfils_the_condition",
        "features/test_filtering.py::test_a_condition_that_cannot_stand_is_refused_by_name",
    ),
    f"{FEATURES_3}/features-filter": (
        "features/test_filtering.py::test_it_finds_what_fulfils_the_condition",
        "clients/test_owslib.py::test_it_filters_by_cql2",
    ),
    f"{CQL2}/cql2-text": (
        f"{STANDARD}test_every_example_of_the_standard_is_read",
        "features/test_filtering.py::test_it_finds_what_fulfils_the_condition",
    ),
    f"{CQL2}/cql2-json": (
        f"{STANDARD}test_every_example_of_the_standard_is_read",
        f"{STANDARD}test_an_example_means_the_same_in_text_and_in_json",
    ),
    f"{CQL2}/basic-cql2": COUNTED,
    f"{CQL2}/advanced-comparison-operators": COUNTED,
    f"{CQL2}/case-insensitive-comparison": COUNTED,
    f"{CQL2}/accent-insensitive-comparison": COUNTED,
    f"{CQL2}/basic-spatial-functions": COUNTED,
    f"{CQL2}/basic-spatial-functions-plus": COUNTED,
    f"{CQL2}/spatial-functions": COUNTED,
    f"{CQL2}/temporal-functions": COUNTED,
    f"{CQL2}/array-functions": (
        AGREEMENT,
        "../gis_platform/core/cql2/test_checking.py::test_parentheses_around_one_text_are_an_array_to_array_functions",
    ),
    f"{CQL2}/property-property": COUNTED,
    f"{CQL2}/functions": (
        AGREEMENT,
        "../gis_platform/core/cql2/test_agreement.py::test_they_agree_on_what_is_near",
        "../gis_platform/core/cql2/test_checking.py::test_a_refusal_says_what_to_change",
    ),
    f"{CQL2}/arithmetic": COUNTED,
    f"{FEATURES_4}/create-replace-delete": (
        f"{EDITING}test_a_created_feature_has_an_address_and_a_version",
        f"{EDITING}test_the_id_of_the_path_wins_over_that_of_the_body",
        f"{EDITING}test_a_deleted_feature_is_gone_and_its_history_stays",
        f"{EDITING}test_options_say_what_the_caller_may_do",
    ),
    f"{FEATURES_4}/update": (
        f"{EDITING}test_a_patch_changes_what_it_names_and_null_removes",
        f"{EDITING}test_a_patch_of_the_geometry_alone_moves_the_feature",
    ),
    f"{FEATURES_4}/features": (
        f"{EDITING}test_coordinates_come_in_the_crs_that_the_header_names",
        "features/test_editing_qgis.py::test_a_session_from_opening_the_layer_to_deleting_a_feature",
    ),
    f"{FEATURES_4}/optimistic-locking-etags": (
        f"{EDITING}test_a_stale_version_is_told_the_current_one",
        f"{EDITING}test_an_edit_must_say_which_version_it_was_made_from",
        "features/test_editing_races.py::test_exactly_one_of_two_stale_writes_wins",
    ),
    f"{FEATURES_5}/schemas": (f"{SCHEMAS}test_each_is_a_schema_of_its_own_address",),
    f"{FEATURES_5}/core-roles-features": (f"{SCHEMAS}test_a_feature_fits_the_schema_of_what_comes_back",),
    f"{FEATURES_5}/returnables-and-receivables": (
        f"{SCHEMAS}test_a_feature_fits_the_schema_of_what_comes_back",
        f"{SCHEMAS}test_what_cannot_be_sent_is_read_only_and_codes_are_listed",
    ),
    f"{FEATURES_5}/queryables": (f"{SCHEMAS}test_a_collection_leads_to_all_three",),
    f"{FEATURES_5}/sortables": (f"{SCHEMAS}test_everything_sortable_sorts",),
    f"{JSON_FG}/core": (
        "formats/test_formats.py::test_json_fg_says_type_time_and_place",
        "formats/test_formats.py::test_json_fg_keeps_the_place_on_its_grid_and_the_geometry_in_degrees",
        "formats/test_formats.py::test_json_fg_in_epsg_4326_has_latitude_first",
    ),
    f"{JSON_FG}/types-schemas": ("formats/test_formats.py::test_json_fg_says_type_time_and_place",),
    f"{TILES}/core": (
        "tiles/test_tiles.py::test_a_tile_holds_the_features_id_name_and_category_at_its_place",
        "tiles/test_tiles.py::test_a_tile_outside_of_the_grid_is_a_404",
        "clients/test_maplibre.py::test_it_draws_every_feature_where_it_lies",
    ),
    f"{TILES}/tileset": (f"{TILESETS}test_a_tileset_describes_its_layers_and_where_they_are",),
    f"{TILES}/tilesets-list": (f"{TILESETS}test_the_list_names_each_tileset_with_what_is_required",),
    f"{TILES}/dataset-tilesets": ("tiles/test_tiles.py::test_the_citys_tile_holds_every_public_layer",),
    f"{TILES}/geodata-tilesets": (f"{TILESETS}test_landing_page_and_collection_lead_to_their_tilesets",),
    f"{TILES}/collections-selection": ("tiles/test_tiles.py::test_collections_are_chosen_by_id_or_address",),
    f"{TILES}/datetime": ("tiles/test_tiles.py::test_a_tile_of_a_time_holds_what_holds_then",),
    f"{TILES}/oas30": (DOCUMENT, ANSWERS),
    f"{TILES}/mvt": ("clients/test_gdal.py::test_it_reads_a_vector_tile",),
    f"{STYLES}/core": (f"{STYLE}test_every_readable_layer_has_a_style_of_its_own",),
    f"{STYLES}/manage-styles": (
        f"{STYLE}test_a_planner_adds_replaces_and_removes_a_style_and_every_version_stays",
        f"{STYLE}test_who_may_write",
    ),
    f"{STYLES}/mapbox-styles": (f"{STYLE}test_a_style_works_as_it_is",),
    f"{STYLES}/html": (f"{STYLE}test_they_are_pages_for_people_too",),
    f"{TMS}/tilematrixset": (f"{TILESETS}test_web_mercator_quad_is_the_registered_one",),
    f"{TMS}/json-tilematrixset": (f"{TILESETS}test_the_national_grid_has_round_cells_and_writes_the_northing_first",),
    f"{TMS}/tilesetmetadata": (f"{TILESETS}test_a_tilesets_template_and_limits_lead_to_tiles_and_not_beyond",),
    f"{TMS}/json-tilesetmetadata": (f"{TILESETS}test_a_tileset_describes_its_layers_and_where_they_are",),
    f"{PROCESSES_1}/core": (
        f"{EXECUTION}test_a_document_holds_each_output_that_was_given",
        f"{EXECUTION}test_a_job_is_made_where_the_client_prefers_it",
        f"{EXECUTION}test_an_input_that_does_not_fit_is_named",
    ),
    f"{PROCESSES_1}/ogc-process-description": ("processes/test_builtin.py::test_every_process_describes_itself",),
    f"{PROCESSES_1}/json": (f"{EXECUTION}test_several_raw_outputs_are_parts",),
    f"{PROCESSES_1}/html": (PAGES,),
    f"{PROCESSES_1}/oas30": (DOCUMENT, ANSWERS),
    f"{PROCESSES_1}/job-list": (f"{JOBS}test_the_list_is_filtered_and_paged",),
    f"{PROCESSES_1}/dismiss": (
        f"{JOBS}test_a_waiting_job_that_is_dismissed_never_runs",
        f"{JOBS}test_a_finished_job_that_is_dismissed_is_gone_with_its_files",
    ),
    f"{RECORDS}/record-core": (f"{SEARCH}test_a_record_has_what_the_standard_demands",),
    f"{RECORDS}/record-collection": (f"{SEARCH}test_the_catalogue_says_that_it_holds_records",),
    f"{RECORDS}/record-core-query-parameters": (
        f"{SEARCH}test_q_finds_words_of_every_language",
        f"{SEARCH}test_a_box_finds_what_lies_there_and_what_lies_nowhere",
        f"{SEARCH}test_records_are_found_by_what_identifies_them",
    ),
    f"{RECORDS}/records-api": (f"{SEARCH}test_there_is_a_record_for_every_layer_that_the_caller_may_read",),
    f"{RECORDS}/searchable-catalog": (f"{SEARCH}test_pages_lead_to_each_other_and_end",),
    f"{RECORDS}/searchable-catalog-sorting": (f"{SEARCH}test_records_are_sorted_by_title_or_as_asked",),
    f"{RECORDS}/searchable-catalog-filtering": (
        f"{SEARCH}test_a_filter_is_cql2",
        f"{SEARCH}test_every_name_that_can_be_filtered_by_is_known_of_every_record",
    ),
    f"{RECORDS}/filtering": (
        f"{SEARCH}test_a_filter_may_be_json_and_all_conditions_hold_together",
        f"{SEARCH}test_what_can_be_asked_for_is_a_schema",
    ),
    f"{RECORDS}/sorting": (f"{SEARCH}test_records_are_sorted_by_title_or_as_asked",),
    f"{RECORDS}/json": (f"{SEARCH}test_a_media_type_that_is_not_offered_is_refused",),
    f"{RECORDS}/html": (f"{SEARCH}test_everything_is_a_page_too",),
    f"{RECORDS}/oas30": (DOCUMENT, ANSWERS),
    f"{RECORDS}/autodiscovery": (f"{SEARCH}test_the_landing_page_of_the_window_leads_to_the_catalogue",),
    f"{EDR}/core": (
        f"{READINGS}test_describing.py::test_every_link_leads_somewhere",
        f"{READINGS}test_asking.py::test_a_wrong_request_is_refused_with_a_reason",
    ),
    f"{EDR}/collections": (f"{READINGS}test_describing.py::test_the_collection_describes_what_can_be_asked",),
    f"{EDR}/queries": (
        f"{READINGS}test_asking.py::test_a_position_is_answered_by_the_station_that_is_nearest",
        f"{READINGS}test_asking.py::test_every_query_finds_the_stations_of_its_place",
    ),
    f"{EDR}/json": (f"{READINGS}test_describing.py::test_the_list_of_collections_says_the_same",),
    f"{EDR}/covjson": (f"{READINGS}test_asking.py::test_parameters_say_unit_and_name_in_the_languages",),
    f"{EDR}/edr-geojson": (f"{READINGS}test_forms.py::test_geojson_has_a_feature_for_each_station",),
    f"{EDR}/geojson": (f"{READINGS}test_describing.py::test_locations_say_what_they_observe_and_since_when",),
    f"{EDR}/oas30": (DOCUMENT, ANSWERS),
}


def test_every_declared_class_rests_on_tests_and_no_other_does():
    assert set(RESTS_ON) == DECLARED


def test_every_class_of_the_module_is_declared_somewhere():
    lists = {name for name in dir(conformance) if name.endswith("_CLASSES")}
    assert lists == {"CONFORMANCE_CLASSES", "RECORDS_CLASSES", "EDR_CLASSES"}


@cache
def defined_in(path: Path) -> frozenset[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("uri", sorted(RESTS_ON))
def test_the_tests_are_there(uri):
    for evidence in RESTS_ON[uri]:
        path, _, name = evidence.partition("::")
        assert name.startswith("test_")
        assert name in defined_in(HERE / path), evidence
