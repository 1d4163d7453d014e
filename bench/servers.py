"""The candidates, each with two workers, started for a round and ended after it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from django.conf import settings

from bench.data import LAYERS, database_url

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
READY_S = 120
FEATURES_MAX = 10_000


@contextmanager
def platform(**environment: str) -> Iterator[tuple[str, int]]:
    """This platform as production serves it, WEB_THREADS to a worker; gives its address and granian's number."""
    port, threads = _free_port(), os.environ.get("WEB_THREADS", "4")
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", str(WORKERS),
        "--blocking-threads", threads, "--host", "127.0.0.1", "--port", str(port), "gis_platform.wsgi:application",
    ]  # fmt: skip
    quiet = {"LOG_LEVEL": "WARNING", "PORT": str(port), "RATE_LIMITS": "off", **environment}
    with _served(command, os.environ | quiet, f"http://127.0.0.1:{port}/ogc/conformance?f=json") as number:
        yield f"http://127.0.0.1:{port}/ogc", number


@contextmanager
def tipg() -> Iterator[tuple[str, int]]:
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "TIPG_DB_SCHEMAS": '["bench"]',
        "TIPG_MAX_FEATURES_PER_QUERY": str(FEATURES_MAX),
        "TIPG_CATALOG_TTL": "3600",
    }
    command = [
        str(peer_python("tipg")), "-m", "uvicorn", "tipg.main:app", "--workers", str(WORKERS), "--port", str(port),
        "--log-level", "error",
    ]  # fmt: skip
    with _served(command, environment, f"http://127.0.0.1:{port}/conformance") as number:
        yield f"http://127.0.0.1:{port}", number


@contextmanager
def pygeoapi() -> Iterator[tuple[str, int]]:
    """Stock pygeoapi on gunicorn, with its own PostgreSQL provider."""
    port = _free_port()
    folder = Path(settings.LOCAL_DIR) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    config, openapi = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    config.write_text(yaml.safe_dump(_pygeoapi_config(f"http://127.0.0.1:{port}")))
    environment = os.environ | {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    python = peer_python("pygeoapi")
    with openapi.open("wb") as out:
        command = [str(python.parent / "pygeoapi"), "openapi", "generate", str(config)]
        subprocess.run(command, env=environment, stdout=out, check=True)
    command = [
        str(python), "-m", "gunicorn", "pygeoapi.flask_app:APP", "--workers", str(WORKERS), "--threads", "4",
        "--bind", f"127.0.0.1:{port}", "--log-level", "error",
    ]  # fmt: skip
    with _served(command, environment, f"http://127.0.0.1:{port}/conformance?f=json") as number:
        yield f"http://127.0.0.1:{port}", number


def _pygeoapi_config(url: str) -> dict[str, object]:
    database = urlsplit(database_url())
    data = {
        "host": database.hostname,
        "port": database.port,
        "dbname": database.path.strip("/"),
        "user": database.username,
        "password": database.password,
        "search_path": ["bench", "public"],
    }
    texts = {"title": "Peer", "description": "Peer", "keywords": ["peer"]}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": urlsplit(url).port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": FEATURES_MAX},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {**texts, "keywords_type": "theme", "terms_of_service": url, "url": url},
            "license": {"name": "CC-BY-4.0", "url": url},
            "provider": {"name": "Peer", "url": url},
            "contact": {"name": "Peer"},
        },
        "resources": {
            layer_id: {
                "type": "collection",
                **texts,
                "links": [],
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
                "providers": [
                    {
                        "type": "feature",
                        "name": "PostgreSQL",
                        "data": data,
                        "table": layer_id,
                        "id_field": "id",
                        "geom_field": "geometry",
                    }
                ],
            }
            for layer_id in LAYERS
        },
    }


def peer_python(name: str) -> Path:
    """The peer's own Python, with the versions of bench/peers."""
    folder = Path(os.environ.get("BENCH_PEERS", Path(settings.LOCAL_DIR) / "bench")) / name
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        wanted = ROOT / "bench" / "peers" / f"{name}.txt"
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "-r", str(wanted)], check=True)
    return python


@contextmanager
def _served(command: list[str], environment: dict[str, str], url: str) -> Iterator[int]:
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        try:
            _wait_for(url)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
