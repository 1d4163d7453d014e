"""`manage.py undo_import RUN`: takes an applied import back."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, no_translations

from layers.imports import services
from layers.imports.commanding import ACTOR, talking
from layers.imports.models import ImportRun


class Command(BaseCommand):
    help = "Takes an applied import back; features that were changed since are left alone and named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=UUID)

    @no_translations
    def handle(self, *_: Any, **given: Any) -> None:
        run = ImportRun.objects.filter(pk=given["run"]).first()
        if run is None:
            raise CommandError(f"There is no import {given['run']}.")
        with talking(self.stdout):
            restored = services.undo(run, actor=ACTOR)
        self.stdout.write(f"restored={restored} conflicts={len(run.conflicts)}")
        if run.conflicts:
            self.stdout.write(f"changed since, left alone: {', '.join(map(str, run.conflicts[:20]))}")
