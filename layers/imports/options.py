"""What a person may say about a file beyond the file itself."""

from dataclasses import asdict, dataclass, field
from typing import Any

from layers.imports.models import ImportRun


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """`mapping` names the property for an attribute of the file; `constants` the value of a property for all rows."""

    mode: ImportRun.Mode = ImportRun.Mode.MERGE
    key: str = ""  # the attribute that identifies a feature; "hash" for its content
    source: str = ""  # the file's name unless given
    table: str = ""
    encoding: str = ""
    crs: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    allow_outside: bool = False  # keep features outside of the city's bounds

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"mode": ImportRun.Mode(self.mode).value}


def options_of(run: ImportRun) -> ImportOptions:
    return ImportOptions(**run.options | {"mode": ImportRun.Mode(run.options["mode"])})
