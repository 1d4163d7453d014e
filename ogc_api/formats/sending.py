"""A selection as one file of any length: in pieces as it is read, or whole from a temporary file."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import BoundedSemaphore

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from gis_platform.core.errors import Unavailable
from layers.exports.files import FileFormat, pieces, write_file
from layers.exports.selections import Selection

# Of one worker at a time: each holds a thread and a connection, and the pages of everybody else need some of both.
FILES_AT_ONCE_MAX = 3
RETRY_AFTER_S = 15

_places = BoundedSemaphore(FILES_AT_ONCE_MAX)


class TooManyDownloads(Unavailable):
    code = "too-many-downloads"


def send(request: HttpRequest, file_format: FileFormat, selection: Selection) -> HttpResponseBase:
    """The file under the layer's name; raises TooManyDownloads."""
    headers = {
        "Content-Disposition": f'attachment; filename="{selection.spec.id}.{file_format.ending}"',
        "Content-Crs": selection.crs.header,
        "Cache-Control": "no-cache",
    }
    if request.method == "HEAD":
        return HttpResponse(content_type=file_format.media_type, headers=headers)
    if not _places.acquire(blocking=False):
        raise TooManyDownloads(_("Too many files are being read at once; try again soon."), retry_after_s=RETRY_AFTER_S)
    if file_format.stream:
        held = _Held(pieces(file_format, selection), _places.release)
        return StreamingHttpResponse(held, content_type=file_format.media_type, headers=headers)
    try:
        return _from_temporary_file(file_format, selection, headers)
    finally:
        _places.release()


class _Held:
    """Pieces that hold one of the places until they end or the client goes."""

    def __init__(self, inner: Iterator[bytes], release: Callable[[], None]) -> None:
        self._inner = inner
        self._release = release
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._inner
        finally:
            self.close()

    def __del__(self) -> None:  # an answer that is dropped without being closed costs nobody a place
        self.close()

    def close(self) -> None:
        if self._open:
            self._open = False
            self._release()
        if close := getattr(self._inner, "close", None):
            close()


def _from_temporary_file(file_format: FileFormat, selection: Selection, headers: dict[str, str]) -> HttpResponseBase:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{selection.spec.id}.{file_format.ending}"
        write_file(file_format, selection, path)
        # Opened before its folder goes: the file lives on until the answer has been sent, and no longer.
        return FileResponse(path.open("rb"), as_attachment=True, content_type=file_format.media_type, headers=headers)
