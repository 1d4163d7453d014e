"""Tills that ask until they are answered, each with the same key, and never take a first answer on trust."""

import http.client
import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
GIVE_UP_S = 240
TIMEOUT_S = 10


@dataclass
class Told:
    """What one till was told: each distinct answer of its decision, and the status of its commit."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    committed: str = ""


class Crowd:
    """Every till at once. Half of them reserve and commit, the others commit at once; all ask twice."""

    def __init__(self, ports: Sequence[int], tills: Sequence[Mapping[str, str]], *, seed: int) -> None:
        self.told = [Told() for _ in tills]
        self.answered = 0
        self._ports = ports
        self._begin = threading.Barrier(len(tills))
        self._threads = [
            threading.Thread(target=self._sell, args=(number, till, random.Random(seed + number)), daemon=True)
            for number, till in enumerate(tills)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _sell(self, number: int, till: Mapping[str, str], chance: random.Random) -> None:
        told = self.told[number]
        receipt = {"kind": "library", "token": till["token"], "lines": [TICKET]}
        receipt["mode"] = "reserve" if number % 2 else "commit"
        self._begin.wait()
        for _ in range(2):
            _, answer = self._until_answered("/api/v1/decisions", receipt, till, key="receipt", chance=chance)
            if answer not in told.answers:
                told.answers.append(answer)
        told.committed = told.answers[0]["status"]
        if told.committed == "reserved":
            path = f"/api/v1/decisions/{told.answers[0]['decision']}/commit"
            _, moved = self._until_answered(path, {}, till, key="commit", chance=chance)
            told.committed = moved.get("status", "")

    def _until_answered(
        self, path: str, body: Any, till: Mapping[str, str], *, key: str, chance: random.Random
    ) -> tuple[int, Any]:
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
                status, answer = self._post(chance.choice(self._ports), path, body, till, key)
                if status < 500:
                    self.answered += 1
                    return status, answer
            time.sleep(chance.uniform(0.05, 0.5))
        raise TimeoutError(path)

    def _post(self, port: int, path: str, body: Any, till: Mapping[str, str], key: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        try:
            headers = {"Authorization": till["key"], "Idempotency-Key": key, "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()
