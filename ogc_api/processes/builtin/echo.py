"""Gives back what it is given: for programs that try out how they talk to processes, and for the standard's tests."""

import time

from django.utils.translation import gettext_lazy as _

from ogc_api.processes.declaring import TEXT, Caller, Example, Input, Inputs, Output, Process, Progress, Results, Schema

PAUSE_S_MAX = 10
STEP_S = 0.1

STRING: Schema = {"type": "string", "maxLength": 10_000}
NUMBER: Schema = {"type": "number"}
LIST: Schema = {"type": "array", "items": {"type": "integer"}, "maxItems": 1000}
OBJECT: Schema = {"type": "object"}
IMAGE: Schema = {
    "type": "string",
    "contentEncoding": "base64",
    "contentMediaType": "image/tiff",
    "maxLength": 500_000,
    "pattern": "^[A-Za-z0-9+/=\\r\\n]*$",
}
BOX: Schema = {
    "allOf": [
        {"format": "ogc-bbox"},
        {
            "type": "object",
            "format": "ogc-bbox",
            "required": ["bbox"],
            "properties": {
                "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
                "crs": {"type": "string", "maxLength": 200},
            },
        },
    ]
}


def _run(inputs: Inputs, progress: Progress, caller: Caller) -> Results:
    pause_s = inputs["pause"]
    ends_at = time.monotonic() + pause_s
    while (left := ends_at - time.monotonic()) > 0:
        progress(100 * (1 - left / pause_s), _("Waiting"))
        time.sleep(min(STEP_S, left))
    return {name: inputs.get(name) for name in ECHO.outputs}


ECHO = Process(
    id="echo",
    version="1.0.0",
    title=_("Echo"),
    description=_("Gives back what it is given. A test aid: nothing of the city's is read, and jobs are no secret."),
    keywords=("test",),
    test_aid=True,
    inputs={
        "text": Input(title=_("Text"), schema=STRING, required=False),
        "number": Input(title=_("Number"), schema=NUMBER, required=False),
        "list": Input(title=_("List"), schema=LIST, required=False),
        "object": Input(title=_("Object"), schema=OBJECT, required=False),
        "box": Input(title=_("Box"), schema=BOX, required=False),
        "image": Input(title=_("Image"), schema=IMAGE, required=False),
        "pause": Input(
            title=_("Pause, seconds"),
            schema={"type": "integer", "minimum": 0, "maximum": PAUSE_S_MAX, "default": 0},
            required=False,
        ),
    },
    outputs={
        "text": Output(title=_("Text"), schema=STRING, media_type=TEXT),
        "number": Output(title=_("Number"), schema=NUMBER),
        "list": Output(title=_("List"), schema=LIST),
        "object": Output(title=_("Object"), schema=OBJECT),
        "box": Output(title=_("Box"), schema=BOX),
        "image": Output(title=_("Image"), schema=IMAGE),
    },
    run=_run,
    time_limit_s=60,
    examples=(Example(title=_("A text"), inputs={"text": "Sveiki", "list": [1, 2, 3]}),),
)
