"""What an import may cost. A deployment changes a limit with settings.IMPORT_LIMITS = {"file_bytes_max": ...}."""

from dataclasses import dataclass

from django.conf import settings

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    file_bytes_max: int = 512 * MEBIBYTE
    unpacked_bytes_max: int = 2048 * MEBIBYTE  # all members of an archive together
    unpacked_ratio_max: int = 200  # unpacked to packed, of archives that unpack to more than RATIO_FREE_BYTES
    archive_members_max: int = 100
    features_max: int = 1_000_000
    attributes_max: int = 200
    feature_bytes_max: int = 32 * MEBIBYTE  # of one GeoJSON feature
    # Read, checked and staged at a time: what the memory of an import follows. Rows are fewer where they are long.
    batch_rows: int = 20_000
    batch_bytes: int = 8 * MEBIBYTE  # of the file


RATIO_FREE_BYTES = 10 * MEBIBYTE  # an archive that stays this small is harmless, however well it was packed


def rows_at_a_time(*, count: int, size_bytes: int) -> int:
    """How many of a table's rows make a batch.

    >>> rows_at_a_time(count=40_000, size_bytes=6_000_000), rows_at_a_time(count=1_000, size_bytes=80_000_000)
    (20000, 104)
    """
    allowed = limits()
    return max(1, min(allowed.batch_rows, allowed.batch_bytes * count // max(size_bytes, 1)))


def limits() -> Limits:
    return Limits(**getattr(settings, "IMPORT_LIMITS", {}))
