"""The peer's side of bench.rules, run by the peer's own Python: rules and cases on standard input, figures out.

zen has no geometry: it gets the boxes of the areas as four comparisons, which is less work than an area.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import zen

type Rule = dict[str, Any]
type Case = dict[str, Any]
type Ask = Callable[[Case], list[int | str]]

COLUMNS = ("age", "place", "time", "longitude", "latitude")


def main() -> None:
    given = json.load(sys.stdin)
    rules, cases, seconds = given["rules"], given["cases"], given["seconds"]
    found = {}
    for name, make in (("decision table", table), ("one expression", expression), ("expression each", expressions)):
        ask = make(rules)
        answers = [ask(case) for case in cases]
        found[name] = {"answers": answers, "decisions_per_cpu_s": rate(ask, cases, seconds)}
    json.dump(found, sys.stdout)


def rate(ask: Ask, cases: list[Case], seconds: float) -> float:
    begun, done = time.process_time(), 0
    while (spent := time.process_time() - begun) < seconds:
        ask(cases[done % len(cases)])
        done += 1
    return done / spent


def table(rules: list[Rule]) -> Ask:
    inputs = [{"id": name, "name": name, "field": name} for name in COLUMNS]
    rows = [
        {
            "_id": f"row{place}",
            "age": f"[{rule['age'][0]}..{rule['age'][1]}]",
            "place": ", ".join(f"'{place}'" for place in rule["places"]),
            "time": f"[{rule['time'][0]}..{rule['time'][1]}]",
            "longitude": f"[{rule['box'][0]}..{rule['box'][2]}]",
            "latitude": f"[{rule['box'][1]}..{rule['box'][3]}]",
            "rule": str(place),
        }
        for place, rule in enumerate(rules)
    ]
    node = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
        "passThrough": False,
    }
    content = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in"},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": node},
            {"id": "out", "type": "outputNode", "name": "out"},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table"},
            {"id": "2", "sourceId": "table", "targetId": "out"},
        ],
    }
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(content)))
    return lambda case: [row["rule"] for row in decision.evaluate(case)["result"]]


def written(rule: Rule) -> str:
    west, south, east, north = rule["box"]
    places = ", ".join(f"'{place}'" for place in rule["places"])
    return (
        f"age >= {rule['age'][0]} and age <= {rule['age'][1]} and place in [{places}]"
        f" and time >= {rule['time'][0]} and time <= {rule['time'][1]} and longitude >= {west} and longitude <= {east}"
        f" and latitude >= {south} and latitude <= {north}"
    )


def expression(rules: list[Rule]) -> Ask:
    compiled = zen.compile_expression("[" + ", ".join(written(rule) for rule in rules) + "]")
    return lambda case: [place for place, holds in enumerate(compiled.evaluate(case)) if holds]


def expressions(rules: list[Rule]) -> Ask:
    compiled = [zen.compile_expression(written(rule)) for rule in rules]
    return lambda case: [place for place, one in enumerate(compiled) if one.evaluate(case)]


main()
