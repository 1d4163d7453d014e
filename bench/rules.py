"""`python -m bench.rules`: whole decisions of the book of rules beside zen-engine, which only matches.

1,000 rules of four conditions, one of them an area, over a receipt of 20 lines. Both get the same facts, and have to
find the same rules. CPU seconds of one process; candidates take turns, medians count.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from typing import Any

from bench.servers import peer_python
from rules.engine.book import RuleBook
from rules.engine.deciding import decide
from rules.engine.definition import Programme, read_definition
from rules.engine.facts import Fact, Facts, FactSchema, Kind
from rules.engine.receipt import Line, Receipt, read_receipt

SEED = 20_260_901
RULES, IN_A_PROGRAMME, CASES, LINES = 1_000, 100, 200, 20
PLACES = [f"kind{number}" for number in range(12)]
CATEGORIES = [f"goods{number}" for number in range(10)]
WEST, SOUTH, SIDE = 23.5, 56.5, 0.5  # the city, in degrees

SCHEMA = FactSchema(
    (
        Fact(name="trigger", kind=Kind.STRING, values=("receipt",)),
        Fact(name="age", kind=Kind.INTEGER, unit="year"),
        Fact(name="place", kind=Kind.STRING, values=tuple(PLACES)),
        Fact(name="time", kind=Kind.INTEGER, unit="minute of the day"),
        Fact(name="position", kind=Kind.GEOMETRY),
    )
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of CPU, for each candidate in a round")
    given = parser.parse_args()
    dice = random.Random(SEED)
    rules, cases = [a_rule(dice) for _ in range(RULES)], [a_case(dice) for _ in range(CASES)]
    programmes = programmes_of(rules)
    book, receipt = RuleBook(programmes), a_receipt(dice)
    facts = [read(case) for case in cases]
    expected = [book.matching(one) for one in facts]
    print(f"{statistics.mean(map(len, expected)):.1f} rules hold in a case")
    rates: dict[str, list[float]] = {}
    for _ in range(given.rounds):
        rates.setdefault("whole decision", []).append(decisions(book, facts, receipt, given.seconds))
        rates.setdefault("matching alone", []).append(matchings(book, facts, given.seconds))
        for name, found in peer(rules, cases, given.seconds).items():
            check(expected, found["answers"])
            rates.setdefault(f"zen-engine, {name}", []).append(found["decisions_per_cpu_s"])
    rates["reference, with its explanation"] = [reference(programmes, facts, receipt)]
    print(table({name: statistics.median(found) for name, found in rates.items()}))


def a_rule(dice: random.Random) -> dict[str, Any]:
    youngest, begins = dice.randint(0, 80), dice.randint(0, 1_200)
    west, south = WEST + dice.random() * SIDE, SOUTH + dice.random() * SIDE
    return {
        "age": [youngest, youngest + dice.randint(10, 40)],
        "places": dice.sample(PLACES, 3),
        "time": [begins, begins + dice.randint(120, 480)],
        "box": [west, south, west + SIDE / 3, south + SIDE / 3],
    }


def a_case(dice: random.Random) -> dict[str, Any]:
    return {
        "age": dice.randint(5, 95),
        "place": dice.choice(PLACES),
        "time": dice.randint(0, 1_439),
        "longitude": WEST + dice.random() * SIDE,
        "latitude": SOUTH + dice.random() * SIDE,
    }


def a_receipt(dice: random.Random) -> Receipt:
    return read_receipt(
        Line(
            id=f"{number:02}",
            category=dice.choice(CATEGORIES),
            amount_cents=dice.randint(20, 2_000),
            quantity=dice.randint(1, 3),
        )
        for number in range(LINES)
    )


def read(case: dict[str, Any]) -> Facts:
    position = {"type": "Point", "coordinates": [case["longitude"], case["latitude"]]}
    asked = {name: case[name] for name in ("age", "place", "time")}
    return SCHEMA.read({"trigger": "receipt", "position": position} | asked)


def programmes_of(rules: list[dict[str, Any]]) -> list[Programme]:
    numbered = list(enumerate(rules))
    parts = [numbered[place : place + IN_A_PROGRAMME] for place in range(0, len(rules), IN_A_PROGRAMME)]
    return [read_definition(f"p{place:02}", definition(part), SCHEMA) for place, part in enumerate(parts)]


def definition(rules: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    return {"format": 1, "triggers": ["receipt"], "rules": [written(number, rule) for number, rule in rules]}


def written(number: int, rule: dict[str, Any]) -> dict[str, Any]:
    west, south, east, north = rule["box"]
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]}
    conditions = [
        {"op": "between", "args": [{"property": "age"}, *rule["age"]]},
        {"op": "in", "args": [{"property": "place"}, rule["places"]]},
        {"op": "between", "args": [{"property": "time"}, *rule["time"]]},
        {"op": "s_within", "args": [{"property": "position"}, area]},
    ]
    return {
        "id": f"r{number:04}",
        "when": {"op": "and", "args": conditions},
        "target": {"kind": "lines", "categories": [CATEGORIES[number % len(CATEGORIES)]]},
        "effect": {"kind": "percent", "basis_points": 500 + number},
        "group": {"code": "city", "mode": "best"},
    }


def decisions(book: RuleBook, facts: list[Facts], receipt: Receipt, seconds: float) -> float:
    return rate(lambda number: book.decide(facts[number % CASES], receipt), seconds)


def matchings(book: RuleBook, facts: list[Facts], seconds: float) -> float:
    return rate(lambda number: book.matching(facts[number % CASES]), seconds)


def reference(programmes: list[Programme], facts: list[Facts], receipt: Receipt) -> float:
    return rate(lambda number: decide(programmes, facts=facts[number % CASES], receipt=receipt), 1.0)


def rate(ask: Any, seconds: float) -> float:
    begun, done = time.process_time(), 0
    while (spent := time.process_time() - begun) < seconds:
        ask(done)
        done += 1
    return done / spent


def peer(rules: list[dict[str, Any]], cases: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    told = json.dumps({"rules": rules, "cases": cases, "seconds": seconds})
    done = subprocess.run(
        [str(peer_python("zen")), "bench/zen_rules.py"], input=told, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def check(expected: list[list[int]], found: list[list[Any]]) -> None:
    if [sorted(map(int, answer)) for answer in found] != expected:
        sys.exit("the candidates do not find the same rules")


def table(rates: dict[str, float]) -> str:
    best = max(rate for name, rate in rates.items() if name.startswith("zen"))
    rows = [f"| {name} | {rate:,.0f} | {rate * RULES / 1e6:.2f} | {rate / best:.1f}x |" for name, rate in rates.items()]
    return "\n".join(
        ["| candidate | decisions | million rules | of zen's fastest |", "| --- | --- | --- | --- |", *rows]
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_platform.settings")
    main()
