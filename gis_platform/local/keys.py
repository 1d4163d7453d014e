"""The passwords and the secret key of one deployment, made once."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gis_platform.local.files import write_private


def _new_key() -> str:
    return secrets.token_urlsafe(48)  # 64 characters, none of which means anything in a URL


@dataclass(frozen=True)
class Keys:
    django: str = field(default_factory=_new_key)
    sealing: str = field(default_factory=_new_key)
    postgres: str = field(default_factory=_new_key)
    city: str = field(default_factory=_new_key)
    redis: str = field(default_factory=_new_key)
    mqtt: str = field(default_factory=_new_key)


def load_keys(file: Path) -> Keys:
    stored: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    keys = Keys(**stored)
    if asdict(keys) != stored:
        write_private(file, json.dumps(asdict(keys)))
    return keys
