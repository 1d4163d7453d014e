"""Whose limit a stranger's jobs count against, without keeping where they came from."""

from django.utils.crypto import salted_hmac


def hashed(address: str) -> str:
    return salted_hmac("ogc_api.processes", address, algorithm="sha256").hexdigest()[:32]
