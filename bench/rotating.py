"""`python -m bench.rotating`: what it takes to check a code that changes every 30 seconds, in CPU time of one process.

Reading the text and verifying its HMAC, as a till's request does; finding the card and spending the code is the
database's part. Wants no server.
"""

import os
import statistics
import time
from datetime import datetime

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    django.setup()

from gis_platform.core import clock
from gis_platform.residents import rotating

CODES, ROUNDS = 2_000, 5
BAR_US = 50


def main() -> None:
    print("| a rotating code is read and verified in | wanted |")
    print("| --- | --- |")
    print(f"| {verified_us():.1f} us of CPU | under {BAR_US} us |")


def verified_us() -> float:
    """The median of the rounds; every code is another one, and every one has to be good."""
    secret, at = rotating.new_secret(), clock.now()
    return statistics.median(_round_us(secret, at) for _ in range(ROUNDS))


def _round_us(secret: bytes, at: datetime) -> float:
    codes = [rotating.code_of(secret, at, card=rotating.new_card()) for _ in range(CODES)]
    began = time.process_time()
    ages = {rotating.verify(rotating.read(code), secret, at) for code in codes}
    took_s = time.process_time() - began
    assert ages == {rotating.Age.NOW}
    return took_s * 1e6 / CODES


if __name__ == "__main__":
    main()
