"""The query options, each as the standard's own examples use it (18-088, 9.3), on stations of ours."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stations import a_reading, a_stream

from layers.sensors import services
from ogc_api.sensorthings import reading


def results(page) -> list[float]:
    return [entity["result"] for entity in page["value"]]


@pytest.fixture
def stations(stream):
    """Five more stations with one stream each."""
    return [stream, *(a_stream(f"JEL-WX-0{number}/air_temperature") for number in range(2, 7))]


def codes(page) -> list[str]:
    return [thing["properties"]["code"][-1] for thing in page["value"]]


class TestExpand:
    def test_one_and_many(self, get, with_ten):
        thing = get(f"Things({with_ten.sensor_id})?$expand=Datastreams,Locations")
        assert thing["Datastreams"][0]["@iot.id"] == with_ten.pk
        assert thing["Locations"][0]["encodingType"] == "application/geo+json"
        assert "Datastreams@iot.navigationLink" not in thing
        observation = get("Observations?$top=1&$expand=Datastream")["value"][0]
        assert observation["Datastream"]["@iot.id"] == with_ten.pk

    @pytest.mark.parametrize(
        "expand", ["Datastreams/ObservedProperty", "Datastreams($expand=ObservedProperty)"], ids=["path", "nested"]
    )
    def test_a_path_is_short_for_nesting(self, get, with_ten, expand):
        thing = get("Things", expand=expand)["value"][0]
        assert thing["Datastreams"][0]["ObservedProperty"]["properties"]["code"] == "air_temperature"

    def test_two_paths_through_one_link(self, get, with_ten):
        thing = get("Things", expand="Datastreams/Sensor,Datastreams/ObservedProperty")["value"][0]
        assert {"Sensor", "ObservedProperty"} <= set(thing["Datastreams"][0])

    def test_options_of_its_own(self, get, with_ten):
        expand = (
            "Datastreams($select=name;$expand=Observations($filter=result gt 24;$orderby=result desc;"
            "$top=2;$count=true;$select=result))"
        )
        datastream = get("Things", expand=expand)["value"][0]["Datastreams"][0]
        assert datastream["name"] == "JEL-WX-01/air_temperature"
        assert datastream["Observations"] == [{"result": 29.0}, {"result": 28.0}]
        assert datastream["Observations@iot.count"] == 5
        following = get(datastream["Observations@iot.nextLink"])
        assert (results(following), following["@iot.count"]) == ([27.0, 26.0], 5)

    def test_each_parent_has_its_own_newest(self, get, stations, now):
        services.ingest(
            [
                a_reading(number + minutes / 10, stream=stream.key, time=now - timedelta(minutes=minutes))
                for number, stream in enumerate(stations)
                for minutes in range(5)
            ]
        )
        page = get("Datastreams", expand="Observations($top=1;$orderby=phenomenonTime desc)", orderby="id")
        assert [entity["Observations"][0]["result"] for entity in page["value"]] == [0, 1, 2, 3, 4, 5]

    def test_as_many_queries_as_levels_however_many_entities(self, get, stations, now):
        services.ingest([a_reading(stream=stream.key, time=now) for stream in stations])

        def queries(top: int) -> int:
            with CaptureQueriesContext(connection) as caught:
                page = get(
                    "Things",
                    top=str(top),
                    expand="Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc),ObservedProperty)",
                )
            assert len(page["value"]) == top
            return len(caught)

        assert queries(1) == queries(6) == 4

    def test_many_parents_have_fewer_each(self, get, with_ten, monkeypatch):
        monkeypatch.setattr(reading, "EXPANDED_MAX", 3)
        datastream = get("Datastreams", expand="Observations")["value"][0]
        assert len(datastream["Observations"]) == 3
        assert len(get(datastream["Observations@iot.nextLink"])["value"]) == 7

    def test_nothing_to_expand(self, get, stream):
        datastream = get("Datastreams", expand="Observations($count=true)")["value"][0]
        assert (datastream["Observations"], datastream["Observations@iot.count"]) == ([], 0)
        assert get("Observations", expand="Datastream/Thing/Locations")["value"] == []

    @pytest.mark.parametrize(
        "expand",
        [
            "Nothing",
            "name",
            "Datastreams(",
            "Datastreams($top=1",
            "Datastreams($top=x)",
            "Datastreams(top=1)",
            "Datastreams($skiptoken=x)",
            "Datastreams($expand=Nothing)",
            "Datastreams($filter=nothing eq 1)",
            "Datastreams,Datastreams",
            "Datastreams($top=1;$top=2)",
            ",",
            "Datastreams,,Locations",
            "Datastreams/Thing/Datastreams/Thing/Datastreams/Thing",
            "Datastreams($expand=" * 300,
            "(" * 5000,
            "'",
        ],
    )
    def test_what_cannot_be_expanded(self, get, stream, expand):
        assert get("Things", expand=expand, status=400)["code"] == "invalid-option"


class TestSelect:
    def test_the_named_alone(self, get, stream):
        assert set(get("Datastreams?$select=id,unitOfMeasurement")["value"][0]) == {"@iot.id", "unitOfMeasurement"}
        assert set(get(f"Things({stream.sensor_id})?$select=name")) == {"name"}

    def test_links_too(self, get, stream):
        thing = get("Things?$select=name,Datastreams,@iot.selfLink")["value"][0]
        assert set(thing) == {"name", "Datastreams@iot.navigationLink", "@iot.selfLink"}

    def test_with_an_expansion(self, get, stream):
        thing = get("Things?$select=id&$expand=Datastreams($select=name)")["value"][0]
        assert thing["Datastreams"] == [{"name": "JEL-WX-01/air_temperature"}]

    @pytest.mark.parametrize("select", ["nothing", "name,", "*", "device", "name;drop", ""])
    def test_what_is_no_property(self, get, stream, select):
        assert get("Things", select=select, status=400)["option"] == "$select"


class TestOrderby:
    def test_several_and_paths(self, get, with_ten):
        assert results(get("Observations?$orderby=result desc&$top=3")) == [29, 28, 27]
        assert results(get("Observations?$orderby=Datastream/id desc,phenomenonTime desc&$top=2")) == [29, 28]
        assert results(get("Observations?$orderby=Datastream/ObservedProperty/name,result&$top=2")) == [20, 21]
        assert results(get("Observations?$orderby=id desc&$top=1")) == [29]

    def test_json(self, get, stations):
        assert codes(get("Things?$orderby=properties/code desc&$top=2")) == ["6", "5"]

    @pytest.mark.parametrize(
        "orderby", ["nothing", "name up", "name desc desc", "Datastreams/name", "Locations", "name,", "1", "name eq 1"]
    )
    def test_what_has_no_order(self, get, stream, orderby):
        assert get("Things", orderby=orderby, status=400)["option"] == "$orderby"
        get("Locations", orderby="location", status=400)


class TestPaging:
    @pytest.mark.parametrize(
        "orderby", ["id", "name desc,id", "properties/code", "properties/nothing desc", "description,name desc"]
    )
    def test_pages_follow_each_other_and_miss_nothing(self, get, stations, orderby):
        url, found, pages = f"Things?$top=2&$orderby={orderby}", [], 0
        expected = codes(get("Things", orderby=orderby))
        while url:
            page = get(url)
            found += codes(page)
            url, pages = page.get("@iot.nextLink", ""), pages + 1
        assert (found, pages) == (expected, 3)

    @pytest.mark.parametrize("path", ["Datastreams({})/Observations", "Observations"])
    @pytest.mark.parametrize("orderby", ["", "&$orderby=phenomenonTime desc", "&$orderby=result desc,phenomenonTime"])
    def test_observations(self, get, with_ten, path, orderby):
        url, found = f"{path.format(with_ten.pk)}?$top=4&$count=true{orderby}", []
        while url:
            page = get(url)
            assert page["@iot.count"] == 10
            found += results(page)
            url = page.get("@iot.nextLink", "")
        assert found == [20.0 + n for n in range(10)][:: -1 if "desc" in orderby else 1]

    def test_a_page_is_not_shifted_by_observations_that_come_meanwhile(self, get, with_ten, now):
        page = get(f"Datastreams({with_ten.pk})/Observations?$top=4&$orderby=phenomenonTime desc")
        assert results(page) == [29.0, 28.0, 27.0, 26.0]
        services.ingest([a_reading(0.0, time=now)])
        assert results(get(unquote(page["@iot.nextLink"]))) == [25.0, 24.0, 23.0, 22.0]

    def test_skip_and_top(self, get, stations):
        page = get("Things?$top=2&$skip=1&$count=true")
        assert (codes(page), page["@iot.count"]) == (["2", "3"], 6)
        assert codes(get(page["@iot.nextLink"])) == ["4", "5"]
        assert get("Things?$top=0&$count=true") == {"@iot.count": 6, "value": []}
        assert len(get("Things?$top=999999999")["value"]) == 6

    def test_a_filter_stays(self, get, with_ten):
        page = get("Observations", filter="result gt 25 and result lt 29", top="2")
        assert results(get(page["@iot.nextLink"])) == [28]

    @pytest.mark.parametrize(
        "token", ["1", "x'y", "W10", "WyJ4Il0", "WzFd", "bnVsbA", "[]", "W" * 5000, "WyJcdTAwMDAiXQ"]
    )
    def test_a_token_of_somebody_elses(self, get, with_ten, token):
        assert get("Things", skiptoken=token, status=400)["code"] == "invalid-option"


class TestCount:
    def test_exact_up_to_the_limit_and_estimated_beyond(self, client, get, with_ten, monkeypatch):
        assert get("Observations?$count=true&$top=1")["@iot.count"] == 10
        assert "@iot.count" not in get("Observations?$count=false")
        monkeypatch.setattr(reading, "COUNT_MAX", 5)
        response = client.get("/sta/v1.1/Observations?$count=true&$filter=result gt 21.5")
        assert response["Count-Estimated"] == "true"
        assert response.json()["@iot.count"] >= 6


class TestResultFormats:
    def test_data_array(self, get, with_ten):
        other = a_stream("JEL-WX-02/air_temperature")
        services.ingest([a_reading(1.5, stream=other.key, time=services.clock.now())])
        page = get("Observations?$resultFormat=dataArray&$select=result,id&$count=true")
        assert page["@iot.count"] == 11
        first, second = page["value"]
        assert first["Datastream@iot.navigationLink"].endswith(f"/Datastreams({with_ten.pk})")
        assert (first["components"], first["dataArray@iot.count"]) == (["id", "result"], 10)
        assert [row[1] for row in first["dataArray"]] == [20.0 + n for n in range(10)]
        assert second["dataArray"][0][1] == 1.5
        page = get("Observations?resultFormat=dataArray&$top=3")
        assert page["value"][0]["components"][:3] == ["id", "phenomenonTime", "result"]
        assert get(page["@iot.nextLink"])["value"][0]["dataArray"][0][2] == 23.0

    @pytest.mark.parametrize("name", ["Things", "Locations", "Datastreams", "Observations", "FeaturesOfInterest"])
    def test_geojson(self, client, with_ten, name):
        response = client.get(f"/sta/v1.1/{name}?$resultFormat=GeoJSON&$top=1&$count=true")
        collection = response.json()
        assert response["Content-Type"] == "application/geo+json"
        assert (collection["type"], "@iot.count" in collection) == ("FeatureCollection", True)
        feature = collection["features"][0]
        assert feature["geometry"] == {"type": "Point", "coordinates": [23.727, 56.6511]}
        assert feature["properties"]["@iot.id"] == feature["id"]
        assert not {"location", "feature"} & set(feature["properties"])

    def test_geojson_of_one_and_of_what_has_no_place(self, get, with_ten):
        assert get(f"Things({with_ten.sensor_id})?$resultFormat=GeoJSON")["type"] == "Feature"
        assert get("Sensors?$resultFormat=GeoJSON")["features"][0]["geometry"] is None
        page = get("Observations?$resultFormat=GeoJSON&$top=4")
        assert page["links"][0]["href"] == page["@iot.nextLink"]

    @pytest.mark.parametrize(
        "query", ["Things?$resultFormat=dataArray", "Observations?$resultFormat=dataArray&$expand=Datastream",
                  "Things?$resultFormat=CSV"],
    )  # fmt: skip
    def test_what_cannot_be_had(self, get, stream, query):
        assert get(query, status=400)["option"] == "$resultFormat"


@pytest.mark.parametrize(
    ("query", "status", "option"),
    [
        ("Things?$top=-1", 400, "$top"),
        ("Things?$top=x", 400, "$top"),
        ("Things?$top=99999999999999999999", 400, "$top"),
        ("Things?$skip=100001", 400, "$skip"),
        ("Things?$count=maybe", 400, "$count"),
        ("Things?$top=1&$top=2", 400, "$top"),
        ("Things?top=1", 400, "top"),
        ("Things?$nothing=1", 400, "$nothing"),
        ("Things?%00=1", 400, "\0"),
        ("Things?$search=x", 501, "$search"),
        ("Things?$apply=x", 501, "$apply"),
        ("Things({})?$top=1", 400, "$top"),
        ("Things({})?$filter=id eq 1", 400, "$filter"),
    ],
)
def test_an_option_that_cannot_be_followed_is_named(get, stream, query, status, option):
    problem = get(query.format(stream.sensor_id), status=status)
    assert option in problem["detail"]
