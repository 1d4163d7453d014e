"""`manage.py add_layer FILE --id ID`: a new layer from a file, while the platform runs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, no_translations

from layers.catalog import Access
from layers.imports.adding import NewLayer, add_layer
from layers.imports.commanding import ACTOR, add_reading_arguments, counts, local_file, options_from, summary, talking


class Command(BaseCommand):
    help = "Adds a layer from a file: GeoPackage, GeoJSON, Shapefile in a zip, CSV, OSM extract, GTFS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--id", required=True, help="small letters, digits and underscores")
        parser.add_argument("--title", default="", help="in the city's language")
        parser.add_argument("--description", default="")
        parser.add_argument("--licence", default="", help="for example CC-BY-4.0")
        parser.add_argument("--attribution", default="")
        parser.add_argument("--access", choices=[access.value for access in Access], default=Access.PUBLIC.value)
        add_reading_arguments(parser)

    @no_translations
    def handle(self, *_: Any, **given: Any) -> None:
        new = NewLayer(
            id=given["id"],
            title=given["title"],
            description=given["description"],
            licence=given["licence"],
            attribution=given["attribution"],
            access=Access(given["access"]),
        )
        with talking(self.stdout), local_file(given["file"]) as file:
            spec, run = add_layer(
                file.stream, new, actor=ACTOR, file_name=file.name, size_bytes=file.size_bytes,
                options=options_from(given),
            )  # fmt: skip
        self.stdout.write(f"layer {spec.id}: {spec.geometry_type}, {len(spec.properties)} properties")
        for line in summary(run):
            self.stdout.write(line)
        self.stdout.write(counts(run))
