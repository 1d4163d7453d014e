"""How the pool of connections comes back after PostgreSQL was away: at once, and without a request that pays for it."""

import select
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg_pool import ConnectionPool

RECONNECT_S = 0.5


def check(connection: psycopg.Connection[Any]) -> None:
    """Raises OperationalError for a connection that PostgreSQL has left.

    A server that went away closed the socket, which then has something to read: so a sound one costs no question.
    """
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if not socket.poll(0):
        return
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        # Its sisters died with it. Left in the pool, each would cost this request a longer wait than the one before.
        connections[DEFAULT_DB_ALIAS].pool.check()  # type: ignore[attr-defined]  # PostgreSQL's has one
        raise


def try_again(pool: ConnectionPool[psycopg.Connection[Any]]) -> None:
    """Begins a new try with a short wait; by itself each try waits twice as long as the last, minutes in the end."""
    pool.check()


POOL = {"check": check, "reconnect_timeout": RECONNECT_S, "reconnect_failed": try_again}
