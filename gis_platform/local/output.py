"""What the person at the terminal sees."""

import contextlib
import sys
import threading
from typing import IO

_one_line_at_a_time = threading.Lock()


def say(text: str) -> None:
    # A closed terminal must not keep the services from being stopped.
    with _one_line_at_a_time, contextlib.suppress(OSError, ValueError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def prefixed(name: str, line: str) -> str:
    """
    >>> prefixed("web", "started\\n")
    'web      | started'
    """
    return f"{name:<8} | {line.rstrip()}"


def follow(name: str, stream: IO[str]) -> threading.Thread:
    """Says each line that comes out of the stream, until it is closed."""

    def read() -> None:
        with stream:
            for line in stream:
                say(prefixed(name, line))

    thread = threading.Thread(target=read, name=f"log of {name}", daemon=True)
    thread.start()
    return thread
