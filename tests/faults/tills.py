"""Tills that ask until they are answered, each with the same key, and never take a first answer on trust."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TICKET = {"id": "1", "category": "bus-ticket", "amount_cents": 85}
TIMEOUT_S = 10


@dataclass
class Told:
    """What one till was told: each distinct answer of its decision, and the status of its commit."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    committed: str = ""


class Crowd:
    """Every till at once; all ask twice. When reserving, half of them reserve and commit, the others commit at once."""

    def __init__(
        self, ports: Sequence[int], tills: Sequence[Mapping[str, str]], *, seed: int, reserving: bool = True
    ) -> None:
        self.told = [Told() for _ in tills]
        self.answered = 0
        self._failures: Counter[str] = Counter()
        self._is_over = threading.Event()
        self._ports = ports
        self._reserving = reserving
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

    @property
    def state(self) -> str:
        """How far they came, and what they met most often instead of an answer."""
        done = sum(told.committed == "committed" for told in self.told)
        return f"{done} of {len(self.told)} tills are done; failures: {self._failures.most_common(4)}"

    def wait(self, deadline: float) -> None:
        """Raises TimeoutError with the state of the crowd; whoever still waits then gives up."""
        for thread in self._threads:
            thread.join(max(0, deadline - time.monotonic()))
        if self.is_busy:
            self._is_over.set()
            raise TimeoutError(self.state)

    def _sell(self, number: int, till: Mapping[str, str], chance: random.Random) -> None:
        told = self.told[number]
        receipt = {"kind": "library", "token": till["token"], "lines": [TICKET]}
        receipt["mode"] = "reserve" if self._reserving and number % 2 else "commit"
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
        while not self._is_over.is_set():
            try:
                status, answer = self._post(chance.choice(self._ports), path, body, till, key)
            except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
                self._failures[type(error).__name__] += 1
            else:
                if status < 500:
                    self.answered += 1
                    return status, answer
                self._failures[str(status)] += 1
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
