"""Whole files that are refused. Each has a stable code and a sentence that says what to do; nothing has changed."""

from django.utils.translation import gettext_lazy as _

from gis_platform.core.errors import Conflict, InvalidInput, TooLarge


class ImportRefused(InvalidInput):
    """The base of every refusal of a file."""

    code = "import-refused"
    title = _("The file cannot be imported")


class UnknownFormat(ImportRefused):
    code = "unknown-format"


class BrokenFile(ImportRefused):
    code = "broken-file"


class EmptyFile(ImportRefused):
    code = "empty-file"


class UnsafeArchive(ImportRefused):
    """A zip or gzip file that would grow beyond its limits, or whose members have no business in it."""

    code = "unsafe-archive"


class FileTooLarge(TooLarge, ImportRefused):
    code = "file-too-large"


class TooManyFeatures(ImportRefused):
    code = "too-many-features"


class TooManyAttributes(ImportRefused):
    code = "too-many-attributes"


class WrongEncoding(ImportRefused):
    code = "wrong-encoding"


class NoCoordinates(ImportRefused):
    code = "no-coordinates"


class CrsUnknown(ImportRefused):
    code = "crs-unknown"


class CrsWrong(ImportRefused):
    code = "crs-wrong"


class TableUnclear(ImportRefused):
    """The file holds several tables, or not the one that was named."""

    code = "table-unclear"


class UnknownAttribute(ImportRefused):
    """An option names an attribute that the file, or a property that the layer, does not have."""

    code = "unknown-attribute"


class NothingForLayer(ImportRefused):
    code = "nothing-for-layer"


class NothingImportable(ImportRefused):
    code = "nothing-importable"


class WrongState(Conflict):
    code = "import-wrong-state"


class ImportBusy(Conflict):
    code = "import-busy"


class LayerChanged(Conflict):
    code = "layer-changed"
