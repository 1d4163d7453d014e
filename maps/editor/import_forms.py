"""What people say about a file that they bring: into which layer, how to read it, what to do with what is there."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from layers.catalog import Access
from layers.imports.adding import NewLayer
from layers.imports.limits import limits
from layers.imports.models import ImportRun
from layers.imports.options import ImportOptions

NAME_LENGTH_MAX = 63
KINDS_OF_FILE = ".geojson,.json,.geojsonl,.gpkg,.zip,.csv,.pbf,.osm,.gz"


class FileForm(forms.Form):
    """A file, and how to read it where the file does not say so itself."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "GeoPackage, GeoJSON, a Shapefile in a zip, CSV with coordinates, an OSM extract or GTFS in a zip."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": KINDS_OF_FILE}),
    )
    table = forms.CharField(
        label=_("Table in the file"), required=False, max_length=200, help_text=_("Where the file has several.")
    )
    crs = forms.CharField(
        label=_("Coordinate system"),
        required=False,
        max_length=40,
        help_text=_("For example EPSG:3059, where the file does not say it."),
    )
    encoding = forms.CharField(
        label=_("Encoding of texts"), required=False, max_length=40, help_text=_("For example windows-1257.")
    )
    key = forms.CharField(
        label=_("Attribute that identifies a feature"),
        required=False,
        max_length=NAME_LENGTH_MAX,
        help_text=_("Found by itself where it is called id, code or the like."),
    )
    source = forms.CharField(
        label=_("Name of the source"),
        required=False,
        max_length=200,
        help_text=_(
            "The file’s name unless you give one. Later files of the same source change what the first one brought."
        ),
    )
    more: tuple[str, ...] = ("table", "crs", "encoding", "key", "source")

    @property
    def upload(self) -> "UploadedFile[bytes]":
        found: UploadedFile[bytes] = self.cleaned_data["file"]
        return found

    def options(self) -> ImportOptions:
        return ImportOptions(**{name: self.cleaned_data[name].strip() for name in self.reading})

    @property
    def reading(self) -> tuple[str, ...]:
        return FileForm.more

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.more]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.more]

    def clean_file(self) -> "UploadedFile[bytes]":
        found: UploadedFile[bytes] = self.cleaned_data["file"]
        if (found.size or 0) > limits().file_bytes_max:
            raise forms.ValidationError(_("The file is too large."))
        return found


class ImportForm(FileForm):
    """A file into a layer that is there."""

    mode = forms.ChoiceField(
        label=_("What to do"),
        choices=ImportRun.Mode.choices,
        initial=ImportRun.Mode.MERGE,
        widget=forms.RadioSelect,
    )
    allow_outside = forms.BooleanField(label=_("Keep features outside of the city"), required=False)
    more = (*FileForm.more, "allow_outside")

    def options(self) -> ImportOptions:
        values: dict[str, Any] = {name: self.cleaned_data[name].strip() for name in self.reading}
        return ImportOptions(
            **values,
            mode=ImportRun.Mode(self.cleaned_data["mode"]),
            allow_outside=self.cleaned_data["allow_outside"],
        )


class LayerForm(FileForm):
    """A file that becomes a layer of its own."""

    title = forms.CharField(label=_("Title"), max_length=200)
    id = forms.CharField(
        label=_("Identifier"),
        max_length=50,
        help_text=_("Part of the layer’s addresses and never changed: small letters, digits and underscores."),
        validators=[RegexValidator(r"^[a-z][a-z0-9_]{1,49}$", _("Small letters, digits and underscores, 2 to 50."))],
    )
    description = forms.CharField(
        label=_("Description"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    access = forms.ChoiceField(
        label=_("Who sees it"),
        choices=[(Access.PUBLIC.value, _("Everybody")), (Access.STAFF.value, _("Staff only"))],
        initial=Access.PUBLIC,
        widget=forms.RadioSelect,
    )
    color = forms.CharField(
        label=_("Colour on the map"),
        initial="#7c3aed",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Choose a colour."))],
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    licence = forms.CharField(label=_("Licence of the data"), required=False, max_length=100)
    attribution = forms.CharField(label=_("Whom to name as the source"), required=False, max_length=300)
    field_order = ("file", "title", "id", "description", "access", "color", "licence", "attribution")

    def new_layer(self) -> NewLayer:
        values = {name: self.cleaned_data[name].strip() for name in self.field_order if name not in ("file", "access")}
        return NewLayer(**values, access=Access(self.cleaned_data["access"]))
