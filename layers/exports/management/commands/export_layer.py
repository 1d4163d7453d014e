"""`manage.py export_layer ID FILE`: what is published of a layer, as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from gis_platform.core.errors import CityError
from layers import catalog
from layers.exports.files import BY_ENDING, export_layer


class Command(BaseCommand):
    help = f"Writes what is published of a layer to a file; the name's ending says how: {', '.join(BY_ENDING)}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id")
        parser.add_argument("file", type=Path)

    @no_translations
    def handle(self, *_: Any, **given: Any) -> None:
        try:
            export_layer(catalog.layer(given["id"]), given["file"])
        except CityError as error:
            raise CommandError(f"{error.code}: {error}") from error
