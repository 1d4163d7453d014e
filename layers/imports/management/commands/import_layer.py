"""`manage.py import_layer FILE --into ID`: a file into a layer that is there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from layers.imports import services
from layers.imports.commanding import (
    ACTOR,
    add_import_arguments,
    add_reading_arguments,
    counts,
    local_file,
    options_from,
    summary,
    talking,
)
from layers.imports.models import ImportRun
from layers.imports.selecting import SEVERAL, layers_for


class Command(BaseCommand):
    help = "Imports a file into a layer; with --into osm or --into gtfs, into all layers that it has something for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--into", required=True, help="the layer's id, or osm, or gtfs")
        parser.add_argument("--dry-run", action="store_true", help="show what would be done and change nothing")
        add_import_arguments(parser)
        add_reading_arguments(parser)

    @no_translations
    def handle(self, *_: Any, **given: Any) -> None:
        layers = layers_for(given["into"]) if given["into"] in SEVERAL else [given["into"]]
        with talking(self.stdout):
            for layer in layers:
                if len(layers) > 1:
                    self.stdout.write(f"{layer}:")
                self._import(layer, given)

    def _import(self, layer: str, given: dict[str, Any]) -> None:
        with local_file(given["file"]) as file:
            run = services.start_import(
                file.stream, layer=layer, actor=ACTOR, file_name=file.name, size_bytes=file.size_bytes,
                options=options_from(given),
            )  # fmt: skip
        try:
            services.preview(run)
            for line in summary(run):
                self.stdout.write(line)
            if given["dry_run"]:
                services.drop(run)
            else:
                services.apply(run)
                self.stdout.write(f"run={run.pk}")
        finally:
            if run.state != ImportRun.State.APPLIED:
                run.path.unlink(missing_ok=True)
        self.stdout.write(counts(run))
