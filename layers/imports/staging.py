"""Reads a table into staged rows: reprojected, checked, cleaned, with a key each. Nothing touches the layer here."""

import json
from collections.abc import Iterator

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _

from gis_platform.core.crs import WGS84
from gis_platform.core.luhn import without_card_numbers
from layers.catalog import LayerSpec
from layers.imports.errors import EmptyFile
from layers.imports.geometries import check
from layers.imports.identifying import KEY_LENGTH_MAX, Keys
from layers.imports.limits import rows_at_a_time
from layers.imports.matching import Matching
from layers.imports.models import ImportRun, StagedRow
from layers.imports.options import ImportOptions
from layers.imports.readers.table import Batch, Geometries, Table
from layers.imports.reprojection import Reproject, named_crs, reprojection
from layers.imports.states import report, take_time
from layers.imports.values import Clean, Cleaner

STAGED_PERCENT = 80  # of the preview's progress; the comparison with the layer is the rest
COPY = "COPY imports_stagedrow (run_id, row, key, action, properties, geometry, reason, note) FROM STDIN"


def stage(run: ImportRun, spec: LayerSpec, table: Table, matching: Matching, options: ImportOptions) -> None:
    """Replaces the run's staged rows by those of the table, batch by batch; raises an ImportRefused."""
    forget_rows(run)
    batches = table.read(rows_at_a_time(count=table.count, size_bytes=table.size_bytes))
    first = next(batches, None)
    if first is None:
        raise EmptyFile(_("The file holds no features."))
    stager = _Stager(run, spec, table, matching, options, _reproject(table, options, first.geometries))
    stager.stage(first)
    for batch in batches:
        stager.stage(batch)
    run.notices = [*table.notices, *stager.notices()]
    run.repaired, run.elsewhere, run.unmapped = stager.repaired, table.elsewhere, table.unmapped


def forget_rows(run: ImportRun) -> None:
    with transaction.atomic():
        take_time()
        StagedRow.objects.filter(run=run).delete()


def _reproject(table: Table, options: ImportOptions, sample: Geometries) -> Reproject:
    return reprojection(named_crs(options.crs) or table.crs, sample)


class _Stager:
    def __init__(
        self,
        run: ImportRun,
        spec: LayerSpec,
        table: Table,
        matching: Matching,
        options: ImportOptions,
        reproject: Reproject,
    ) -> None:
        self._run, self._spec, self._table, self._options = run, spec, table, options
        self._reproject = reproject
        self._keys = Keys(table, options.key)
        self._cleaners = [(Cleaner(prop), attribute) for prop, attribute in matching.pairs]
        self._constants = [(prop.column, Cleaner(prop).clean(value)) for prop, value in matching.constants]
        self._required = [p for p in spec.editable_properties if p.required and p.column not in matching.columns]
        self._unused = matching.unused
        self._done = 0
        self._flattened = False
        self.repaired = 0

    def notices(self) -> list[str]:
        found = [_("Features are known again by: {name}.").format(name=self._keys.name)]
        if self._unused:
            found.append(_("Attributes that no property takes: {names}.").format(names=", ".join(self._unused)))
        if self._flattened:
            found.append(_("Heights were left out."))
        if any(cleaner.naive_times for cleaner, _attribute in self._cleaners):
            found.append(_("Times without a zone were taken as the city's local time."))
        return found

    def stage(self, batch: Batch) -> None:
        with transaction.atomic():
            take_time()
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                for record in self._records(batch):
                    copy.write_row(record)
        self._done += len(batch.rows)
        share = self._done / max(self._table.count - self._table.elsewhere - self._table.unmapped, self._done, 1)
        report(
            self._run,
            int(share * STAGED_PERCENT),
            _("{done} of {count} rows read").format(done=batch.rows[-1] if batch.rows else 0, count=self._table.count),
        )

    def _records(self, batch: Batch) -> Iterator[tuple[object, ...]]:
        checked = check(self._spec, self._reproject(batch.geometries), allow_outside=self._options.allow_outside)
        self._flattened = self._flattened or checked.flattened
        columns = [(cleaner.prop.column, map(cleaner.clean, batch.values[name])) for cleaner, name in self._cleaners]
        stored = shapely.to_wkb(shapely.set_srid(checked.geometries, WGS84), hex=True, include_srid=True)
        keys = self._keys.of(batch)
        for index, row in enumerate(batch.rows):
            values = [(column, next(cleans)) for column, cleans in columns]
            reason = batch.faults.get(index) or checked.reasons.get(index) or self._problem(values)
            reason = reason or self._keys.problem(keys[index], row)
            notes = [note for note in (batch.notes.get(index), checked.repaired.get(index)) if note]
            notes += [clean.note for _column, clean in values if clean.note]
            self.repaired += index in checked.repaired and not reason
            yield (
                self._run.pk, row, _plain_key(keys[index]), "reject" if reason else "add",
                json.dumps(self._properties(values), ensure_ascii=False),
                None if index in checked.reasons else stored[index], reason, "; ".join(notes),
            )  # fmt: skip

    def _problem(self, values: list[tuple[str, Clean]]) -> str:
        for prop in self._required:
            return _("{name}: a value is needed; give one for all with --set.").format(name=prop.name)
        return next((clean.reason for _column, clean in (*values, *self._constants) if clean.reason), "")

    def _properties(self, values: list[tuple[str, Clean]]) -> dict[str, object]:
        return {column: clean.value for column, clean in (*self._constants, *values) if clean.value is not None}


def _plain_key(key: str) -> str:
    if not key.isprintable():
        key = "".join(char for char in key if char.isprintable())
    return without_card_numbers(key)[:KEY_LENGTH_MAX]
