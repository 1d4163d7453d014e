"""What is written to an NFC tag: an NDEF message of one URI record (NFC Forum: NDEF 1.0 and RTD URI 1.0)."""

PREFIXES = ("http://www.", "https://www.", "http://", "https://")  # codes 1 to 4 of the URI record
BEGIN, END, SHORT, WELL_KNOWN = 0x80, 0x40, 0x10, 0x01
PAYLOAD_BYTES_MAX = 255  # of a short record; a tag of 144 bytes holds less anyway


def uri_message(uri: str) -> bytes:
    """
    >>> uri_message("https://example.lv/q/a").hex(" ")
    'd1 01 0f 55 04 65 78 61 6d 70 6c 65 2e 6c 76 2f 71 2f 61'
    """
    code, rest = _shortened(uri)
    payload = bytes([code]) + rest.encode()
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise ValueError("the address is too long for a short record")
    return bytes([BEGIN | END | SHORT | WELL_KNOWN, 1, len(payload)]) + b"U" + payload


def _shortened(uri: str) -> tuple[int, str]:
    # The longest prefix first: "https://www." is also an "https://".
    for prefix in sorted(PREFIXES, key=len, reverse=True):
        if uri.startswith(prefix):
            return PREFIXES.index(prefix) + 1, uri.removeprefix(prefix)
    return 0, uri
