import json
from dataclasses import asdict

from gis_platform.local.keys import load_keys


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path):
    file = tmp_path / "keys.json"
    keys = load_keys(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_keys(file) == keys
    assert len(set(asdict(keys).values())) == len(asdict(keys))
    assert len(keys.django) >= 50  # what production asks of SECRET_KEY


def test_a_key_that_an_older_version_did_not_know_is_added(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"city": "kept"}))
    keys = load_keys(file)
    assert keys.city == "kept"
    assert load_keys(file) == keys
