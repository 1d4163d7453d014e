"""Which version an edit was made from (RFC 9110, section 13; OGC API Features Part 4, optimistic locking by ETags)."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gis_platform.core.errors import InvalidInput, PreconditionFailed, PreconditionRequired
from layers.base.editing import StaleVersion, stale

# A weak tag is taken too: a proxy that compresses answers makes ours weak, and ours name a state, not its bytes.
TAGS = re.compile(r'\s*(?:(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*|$))+')
TAG = re.compile(r'"([^"]*)"')
VERSION = re.compile(r"(\d{1,9})(?:\D.*)?")  # what a variant of the representation adds comes after the number


class VersionNeeded(PreconditionRequired):
    code = "version-needed"


def etag(version: int) -> str:
    return f'"{version}"'


def required_version(request: HttpRequest, current: int) -> int:
    """The version that If-Match names, which is the current one; raises VersionNeeded or StaleVersion."""
    unwanted = request.headers.get("If-None-Match")
    if unwanted is not None and (unwanted.strip() == "*" or current in _versions(unwanted)):
        error = PreconditionFailed(_("The feature is there, and If-None-Match says that it must not be."))
        error.headers = {"ETag": etag(current)}
        raise error
    header = request.headers.get("If-Match")
    if header is None or not header.strip():
        raise VersionNeeded(_("Send If-Match with the ETag of the version that you changed."))
    if header.strip() != "*" and current not in _versions(header):
        raise stale_answer(stale(current))
    return current


def stale_answer(error: StaleVersion) -> StaleVersion:
    """The refusal, with the current version as the header that the next attempt names."""
    error.headers = {"ETag": etag(error.data["current_version"])}
    return error


def _versions(header: str) -> set[int]:
    if not TAGS.fullmatch(header):
        raise InvalidInput(_('An ETag stands in quotation marks, as in If-Match: "3".'))
    found = (VERSION.fullmatch(tag) for tag in TAG.findall(header))
    return {int(match.group(1)) for match in found if match}
