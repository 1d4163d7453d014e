"""What connectors have in common: how they fail, and how they wait before they try again."""

from collections.abc import Iterator

WAIT_FIRST_S = 1.0
WAIT_MAX_S = 60.0


class ConnectorFailure(Exception):
    """The other side did not do its part. `permanent`: it would answer the same again, so nobody should ask again."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


def growing_waits() -> Iterator[float]:
    """Seconds to wait after the first failure, the second and so on: twice as long each time, a minute at most.

    >>> waits = growing_waits()
    >>> [next(waits) for _ in range(8)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    """
    wait_s = WAIT_FIRST_S
    while True:
        yield wait_s
        wait_s = min(2 * wait_s, WAIT_MAX_S)
