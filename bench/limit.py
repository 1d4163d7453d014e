"""The limit of a request: the very statements it sends, as a script for pgbench."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import connections
from django.test import Client
from psycopg.sql import Composable, Literal


def script(path: str, variables: Mapping[Any, str], *, begin: str) -> str:
    """A pgbench script of what `path` asks of the database; values that are keys of `variables` vary in it.

    `begin` sets the variables. Asked twice, so that what a worker looks up once does not count; the cache is empty.
    """
    client = Client(headers={"host": "localhost"})
    client.get(path)
    cache.clear()
    with _statements() as found:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, b"".join(answer)[:500])
    return begin + "".join(f"{_rendered(sql, values, variables)};\n" for sql, values in found)


@contextmanager
def _statements() -> Iterator[list[tuple[Any, Any]]]:
    found: list[tuple[Any, Any]] = []

    def keep(execute: Any, sql: Any, values: Any, many: bool, context: Any) -> Any:
        found.append((sql, values))
        return execute(sql, values, many, context)

    with connections["published"].execute_wrapper(keep), connections["default"].execute_wrapper(keep):
        yield found


def _rendered(sql: Any, values: Any, variables: Mapping[Any, str]) -> str:
    text = sql.as_string(None) if isinstance(sql, Composable) else sql
    if not values:
        return _line(text)
    if isinstance(values, Mapping):
        text = text % {name: _value(value, variables) for name, value in values.items()}
    else:
        text = text % tuple(_value(value, variables) for value in values)
    return _line(text)


def _line(text: str) -> str:
    """One line, as pgbench wants it, without the comments, which would hide the rest of it."""
    return " ".join(line for line in text.split("\n") if not line.startswith("--"))


def _value(value: Any, variables: Mapping[Any, str]) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool) and value in variables:
        return f":{variables[value]}"
    return str(Literal(value).as_string(None))
