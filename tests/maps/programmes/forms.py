"""What a browser sends back of the programme's form."""

PROGRAMME = {
    "code": "fares",
    "name_en": "City fares",
    "legal_act": "Decision of the council",
    "legal_number": "7",
    "legal_date": "2025-12-01",
    "funder": "city",
    "first_day": "2026-01-01",
    "last_day": "",
    "triggers": ["receipt"],
}


def rule(place=0, **fields):
    """A rule as the form begins it, with some fields filled in; a double underscore stands for a dot."""
    usual = {
        "row": "kept",
        "id": f"rule-{place}",
        "target.kind": "lines",
        "target.categories": "bus-ticket",
        "effect.kind": "percent",
        "effect.basis_points": "50",
        "group.code": "transport",
        "group.mode": "best",
    }
    filled = usual | {name.replace("__", "."): text for name, text in fields.items()}
    return {f"rules.{place}.{name}": text for name, text in filled.items()}
