"""Files made by hand, and imports of them."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from layers import catalog
from layers.imports import services
from layers.imports.adding import NewLayer, add_layer
from layers.imports.options import ImportOptions

ACTOR = "user:1"


@pytest.fixture(autouse=True)
def jelgava_with_its_own_folder(city_of_jelgava, settings, tmp_path):
    settings.LOCAL_DIR = tmp_path / "local"


@pytest.fixture
def geojson(tmp_path):
    """Writes features, given as (id, properties, geometry), as a FeatureCollection."""

    def write(*features, name="file.geojson", **members) -> Path:
        path = tmp_path / name
        path.write_text(
            json.dumps({"type": "FeatureCollection"} | members | {"features": [feature(*given) for given in features]}),
            encoding="utf-8",
        )
        return path

    return write


def feature(key, properties, geometry):
    if isinstance(geometry, tuple):
        geometry = {"type": "Point", "coordinates": list(geometry)}
    document = {"type": "Feature", "properties": properties, "geometry": geometry}
    return document if key is None else document | {"id": key}


@pytest.fixture
def table(tmp_path):
    def write(rows, *, delimiter=",", encoding="utf-8", name="file.csv") -> Path:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


@pytest.fixture
def zipped(tmp_path):
    def write(members: dict[str, bytes], name="file.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return write


@pytest.fixture
def start():
    def begin(path: Path, layer: str, **options):
        with path.open("rb") as stream:
            return services.start_import(
                stream, layer=layer, actor=ACTOR, file_name=path.name, size_bytes=path.stat().st_size,
                options=ImportOptions(**options),
            )  # fmt: skip

    return begin


@pytest.fixture
def previewed(start):
    return lambda path, layer, **options: services.preview(start(path, layer, **options))


@pytest.fixture
def imported(previewed):
    return lambda path, layer, **options: services.apply(previewed(path, layer, **options))


@pytest.fixture
def added():
    """Adds a layer from a file; gives its spec and the import."""

    def add(path: Path, layer_id: str = "added", **options):
        with path.open("rb") as stream:
            return add_layer(
                stream, NewLayer(id=layer_id), actor=ACTOR, file_name=path.name, size_bytes=path.stat().st_size,
                options=ImportOptions(**options),
            )  # fmt: skip

    return add


@pytest.fixture
def counts():
    names = ("adds", "changes", "removes", "unchanged", "rejects", "repaired")
    return lambda run: {name: getattr(run, name) for name in names if getattr(run, name)}


@pytest.fixture
def tourism():
    return catalog.layer("tourism")
