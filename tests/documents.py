"""Reads the documents: their parts, tables and pieces of code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, title: str) -> str:
    """A part of a page, from its heading to the next one of its height."""
    found = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^\1 |\Z)", text_of(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading “{title}”"
    return found.group(2)


def rows(text: str) -> list[list[str]]:
    """The cells of the tables' rows, without heads."""
    lines = [line.strip() for line in text.splitlines()]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for number, line in enumerate(lines)
        if line.startswith("| ")
        and not line.startswith("| ---")
        and not lines[min(number + 1, len(lines) - 1)].startswith("| ---")
    ]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)
