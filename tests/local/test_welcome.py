import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gis_platform.environment import SettingsError
from gis_platform.local import welcome
from gis_platform.local.programs import Choices
from gis_platform.local.settings_check import check_settings
from gis_platform.local.welcome import Welcome


@pytest.fixture
def platform():
    """A web server whose /readyz answers the status that is set on it."""

    class Readiness(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(self.server.status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(b"redis: false")

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Readiness) as server:
        server.status = 503
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def choices(platform):
    return Choices.read({"PORT": str(platform.server_port)})


def test_it_tells_address_and_sign_ins_once_the_platform_is_ready(platform, choices, tmp_path, capsys):
    sign_ins = tmp_path / "sign-ins.txt"
    sign_ins.write_text("  planner / secret\n")
    greeter = Welcome(choices, sign_ins)
    greeter.look()
    assert capsys.readouterr().out == ""
    platform.status = 200
    greeter.look()
    said = capsys.readouterr().out
    assert f"http://localhost:{platform.server_port}/ " in said
    assert "planner / secret" in said
    greeter.look()
    assert capsys.readouterr().out == ""


def test_it_says_once_what_is_missing_when_that_takes_too_long(choices, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(welcome, "PATIENCE_S", -1)
    greeter = Welcome(choices, tmp_path / "none")
    greeter.look()
    assert "answers 503. redis: false" in capsys.readouterr().out
    greeter.look()
    assert capsys.readouterr().out == ""


def test_settings_are_asked_before_anything_is_started():
    check_settings({})
    with pytest.raises(SettingsError, match=r"^DEBUG: 'perhaps' is neither true nor false$"):
        check_settings({"DEBUG": "perhaps"})
