"""What a process is: declared once, in plain Python, callable without HTTP.

`run(inputs, progress, caller)` gets inputs that fit their schemas, says by `progress` how far it is, reads only what
`caller` may read, and returns one value for each output.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from gis_platform.identity.layer_access import readable_layer, readable_layers
from gis_platform.identity.models import User
from layers.catalog import LayerSpec

type Text = str | Promise
type Schema = dict[str, Any]
type Inputs = Mapping[str, Any]
type Results = dict[str, Any]  # by output: a JSON value, or a File

JSON = "application/json"
GEOJSON = "application/geo+json"
TEXT = "text/plain"


class Mode(StrEnum):
    SYNC = "sync-execute"
    ASYNC = "async-execute"


class Kind(StrEnum):
    """What a form offers for an input; its schema alone does not tell."""

    PLAIN = "plain"
    LAYER = "layer"
    FILTER = "filter"
    POINT = "point"


class Progress(Protocol):
    """Says how far the work is. Called often: it is also where work ends that was dismissed or takes too long."""

    def __call__(self, percent: float, message: Text = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and so what the process may read."""

    user: User | AnonymousUser

    def layer(self, layer_id: str) -> LayerSpec:
        """Raises UnknownLayer, also for a layer that the caller may not know of."""
        return readable_layer(self.user, layer_id)

    def layers(self) -> list[LayerSpec]:
        return readable_layers(self.user)


NOBODY = Caller(AnonymousUser())


@dataclass(frozen=True, slots=True)
class File:
    """A result that is written to disk rather than kept in memory."""

    name: str
    media_type: str
    write: Callable[[Path], None]


@dataclass(frozen=True, kw_only=True)
class Input:
    """`schema` is a JSON Schema, or a function of the caller where it depends on the layers that they may read."""

    title: Text
    schema: Schema | Callable[[Caller], Schema]
    description: Text = ""
    required: bool = True
    kind: Kind = Kind.PLAIN
    titles: Mapping[str, Text] = field(default_factory=dict)  # of the values of an enum, for people

    def schema_for(self, caller: Caller) -> Schema:
        return self.schema(caller) if callable(self.schema) else self.schema


@dataclass(frozen=True, kw_only=True)
class Output:
    title: Text
    schema: Schema
    description: Text = ""
    media_type: str = JSON


@dataclass(frozen=True, kw_only=True)
class Example:
    """A request that works on any city's layers; the description shows it and a test runs it."""

    title: Text
    inputs: Inputs


@dataclass(frozen=True, kw_only=True, eq=False)
class Process:
    """A declaration, equal to itself alone. `time_limit_s` is that of a job."""

    id: str
    version: str
    title: Text
    description: Text
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]
    run: Callable[[Inputs, Progress, Caller], Results]
    keywords: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = (Mode.SYNC, Mode.ASYNC)
    time_limit_s: int = 300
    examples: tuple[Example, ...] = field(default=())
    test_aid: bool = False  # shown to programs only; the jobs of strangers are listed for everybody


def quietly(percent: float, message: Text = "") -> None:
    """The progress of work that nobody watches."""
