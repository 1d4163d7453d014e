"""A layer, or what of it fulfils a condition, as a file of any format that the platform writes."""

from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from layers.exports.files import BY_ENDING, FORMATS, pieces, write_file
from ogc_api.formats.selecting import select
from ogc_api.processes import reading
from ogc_api.processes.declaring import (
    Caller,
    Example,
    File,
    Input,
    Inputs,
    Mode,
    Output,
    Process,
    Progress,
    Results,
    Text,
)
from ogc_api.processes.inputs import filter_input, layer_input

FEATURES_MAX = 5_000_000
STEP_BYTES = 1024 * 1024


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    layer, file_format = caller.layer(inputs["layer"]), BY_ENDING[inputs["format"]]
    wanted = reading.wanted_of(caller, layer, condition=inputs.get("filter"))
    reading.selection(caller, layer, condition=inputs.get("filter"))  # refuses a condition that the layer cannot answer
    selection = select(layer, replace(wanted, limit=FEATURES_MAX))

    def write(path: Path) -> None:
        progress(10, _("Writing"))
        if not file_format.stream:
            write_file(file_format, selection, path)
            return
        written = 0
        with path.open("wb") as file:
            for piece in pieces(file_format, selection):
                written += file.write(piece)
                progress(10 + 85 * written / (written + 64 * STEP_BYTES), _about(written))

    return {"file": File(f"{layer.id}.{file_format.ending}", file_format.media_type, write)}


def _about(written: int) -> Text:
    return _("Writing") if written < STEP_BYTES else f"{written // STEP_BYTES} MiB"


EXPORT = Process(
    id="export",
    version="1.0.0",
    title=_("Layer as a file"),
    description=_(
        "Writes a layer, or what of it fulfils a condition, to a file: GeoPackage, GeoParquet, FlatGeobuf, GeoJSON or"
        " CSV. Large layers take a while; the file is kept for a week."
    ),
    keywords=("export", "download"),
    modes=(Mode.ASYNC,),
    time_limit_s=1500,
    inputs={
        "layer": layer_input(_("Layer")),
        "filter": filter_input(),
        "format": Input(
            title=_("Format"),
            schema={"type": "string", "enum": [one.ending for one in FORMATS], "default": "gpkg"},
            required=False,
            titles={one.ending: one.title for one in FORMATS},
        ),
    },
    outputs={
        "file": Output(
            title=_("File"),
            schema={"type": "string", "contentEncoding": "binary"},
            media_type="application/octet-stream",
        )
    },
    run=_run,
    examples=(
        Example(title=_("All places as a GeoPackage"), inputs={"layer": "places", "format": "gpkg"}),
        Example(
            title=_("Museums as CSV"),
            inputs={"layer": "tourism", "filter": "category = 'museum'", "format": "csv"},
        ),
    ),
)
