"""People at the tills of one door, each of whom asks until answered: first for a ticket, then to be let in."""

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TIMEOUT_S = 30


@dataclass
class Visitor:
    """What one person was told: each distinct order, the refusals, and how often the door opened."""

    orders: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)
    admitted: int = 0
    scanned_again: str = ""


class Queue:
    """All at once; everybody asks twice with the same key, and tries the ticket at the door a second time."""

    def __init__(
        self, ports: Sequence[int], event: int, tills: Sequence[str], *, people: int, seed: int, forgetful: bool = False
    ) -> None:
        self.visitors = [Visitor() for _ in range(people)]
        self.answered = 0
        self._ports, self._path, self._is_over = ports, f"/api/v1/doors/{event}", threading.Event()
        self._forgetful = forgetful  # a broken twin: each asking has a key of its own
        self._begin = threading.Barrier(people)
        self._threads = [
            threading.Thread(
                target=self._visit, args=(number, tills[number % len(tills)], random.Random(seed + number)), daemon=True
            )
            for number in range(people)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def wait(self, deadline: float) -> None:
        for thread in self._threads:
            thread.join(max(0, deadline - time.monotonic()))
        if self.is_busy:
            self._is_over.set()
            done = sum(bool(visitor.orders or visitor.refusals) for visitor in self.visitors)
            raise TimeoutError(f"{done} of {len(self.visitors)} were answered")

    def _visit(self, number: int, till: str, chance: random.Random) -> None:
        visitor, lines = self.visitors[number], {"lines": [{"tariff": "free", "count": 1}]}
        tokens: set[str] = set()
        self._begin.wait()
        for asked in range(2):
            key = f"order-{number}-{asked}" if self._forgetful else f"order-{number}"
            status, answer = self._until_answered("orders", lines, till, key, chance)
            if status == 201:
                visitor.orders.add(answer["order"])
                tokens |= {ticket["token"] for ticket in answer["tickets"]}
            else:
                visitor.refusals.add(answer["code"])
        for token in tokens:
            status, answer = self._until_answered(
                "scans", {"token": token}, till, f"scan-{number}-{token[-9:]}", chance
            )
            visitor.admitted += status == 200
            _, answer = self._until_answered("scans", {"token": token}, till, f"again-{number}", chance)
            visitor.scanned_again = answer.get("code", "")

    def _until_answered(self, verb: str, body: Any, till: str, key: str, chance: random.Random) -> tuple[int, Any]:
        while not self._is_over.is_set():
            try:
                status, answer = self._post(chance.choice(self._ports), verb, body, till, key)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                pass  # the worker died with the request, or before it
            else:
                if status < 500 and status != 429:
                    self.answered += 1
                    return status, answer
            time.sleep(chance.uniform(0.05, 0.5))
        raise TimeoutError(verb)

    def _post(self, port: int, verb: str, body: Any, till: str, key: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        try:
            headers = {"Authorization": till, "Idempotency-Key": key, "Content-Type": "application/json"}
            connection.request("POST", f"{self._path}/{verb}", json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()
