"""What is documented is tested: the documents name what the source has, and the source has what they name."""

import ast
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from gis_platform.core.errors import CityError
from gis_platform.identity.roles import Role
from layers import catalog
from layers.sensors.readings import Cause
from rules.loyalty.scoring import Reason
from tests.documents import DOCS, PAGES, ROOT, in_code, rows, section, text_of

PACKAGES = ("gis_platform", "layers", "rules", "ogc_api", "maps")
READS = {
    "text",
    "flag",
    "choice",
    "number",
    "words",
    "mapping",
    "path",
    "url",
    "secret",
    "secrets",
    "postgis",
    "get",
    "records",
    "mailer",
}
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")


def every_module() -> None:
    for package in map(import_module, PACKAGES):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"\.local\b|\.migrations\b", module.name):
                import_module(module.name)


def family(error: type[CityError]) -> set[type[CityError]]:
    below = error.__subclasses__()
    return {error}.union(*(family(each) for each in below)) if below else {error}


# --- Codes ---------------------------------------------------------------------------------------------------------


def test_every_code_is_listed_with_its_status():
    every_module()
    # Tests have errors of their own.
    ours = [error for error in family(CityError) if error.__module__.startswith(PACKAGES)]
    listed = [(in_code(row[0])[0], row[1]) for row in rows(text_of("docs/errors.md")) if row[1].isdecimal()]
    assert sorted(listed) == sorted({(error.code, str(error.status)) for error in ours})


def test_a_code_means_one_thing():
    every_module()
    ours = [error for error in family(CityError) if error.__module__.startswith(PACKAGES)]
    shared = {error.code for error in ours if [other.code for other in ours].count(error.code) > 1}
    assert shared == set()


def test_every_cause_and_reason_is_listed():
    causes = section("docs/errors.md", "Causes that are not refusals")
    assert [in_code(row[0])[0] for row in rows(causes)] == [*Cause, *Reason]


# --- Variables and commands ------------------------------------------------------------------------------------------


def variables_read(path: Path) -> set[str]:
    """Names that a module asks the environment for: env.flag("DEBUG", ...), environment.get("DATABASE_URL")."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Constant(value=str(name)), *_]) if attr in READS:
                found.add(name)
            case ast.Compare(left=ast.Constant(value=str(name))) if "environ" in ast.unparse(node):
                found.add(name)
    return {name for name in found if VARIABLE.fullmatch(name)}


def test_every_variable_is_documented_once():
    sources = [ROOT / "gis_platform" / "settings.py", ROOT / "gis_platform" / "core" / "metrics.py"]
    read = set().union(*map(variables_read, [*sources, *(ROOT / "gis_platform" / "local").glob("*.py")]))
    read |= set(re.findall(r"\$\{([A-Z_]+):", text_of("gis_platform/local/setup.sh")))
    start = section("docs/operations.md", "Variables that the start reads")
    documented = [name for row in rows(start + section("docs/reference.md", "Settings")) for name in in_code(row[0])]
    assert sorted(documented) == sorted(read - {"PATH"})


def test_the_walk_sees_a_variable():
    """The canary: were nothing found, the test above would compare two empty sets."""
    assert {"CITY", "DATABASE_URL", "BEHIND_PROXY"} <= variables_read(ROOT / "gis_platform" / "settings.py")


def test_every_command_is_documented():
    ours = {name for name, room in get_commands().items() if room.startswith(PACKAGES)}
    documented = [in_code(row[0])[0].split()[0] for row in rows(section("docs/reference.md", "Commands"))]
    assert sorted(documented) == sorted(ours)


def test_make_knows_what_the_documents_ask_of_it():
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    asked = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)\b(?= *[`\n])", page.read_text())}
    assert {"run", "test"} <= asked <= targets


# --- Addresses, links, layers ----------------------------------------------------------------------------------------


def addresses() -> list[str]:
    found = set()
    for page in PAGES:
        found |= set(re.findall(r"(?:http://localhost:8000|\$HERE)(/[^\s`>\"?)]*)", page.read_text()))
    for row in rows(section("docs/reference.md", "Addresses")):
        found |= set(in_code(row[0]))
    collection = "/ogc/collections/tourism"
    for row in rows(section("docs/reference.md", "OGC API")):
        found |= {collection + path for path in in_code(row[0])}
    return sorted(found)


@pytest.mark.parametrize("address", addresses())
def test_an_address_leads_somewhere(address):
    filled = address.replace("{layer}", "tourism").replace("{ending}", "gpkg")
    filled = re.sub(r"\{(z|y|x|id)\}|\$BENCH", "1", filled)
    try:
        resolve(re.sub(r"\{token\}|\$LABEL", "token", filled).removesuffix("."))
    except Resolver404:
        pytest.fail(f"{address} leads nowhere")


def links():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", page.read_text()):
            link = "".join(target)
            if "://" not in link:
                yield pytest.param(page, link, id=f"{page.relative_to(ROOT)}:{link}")


@pytest.mark.parametrize(("page", "link"), list(links()))
def test_a_link_leads_to_a_file_and_its_heading(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.exists(), f"{link} is not there"
    if anchor:
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_is_in_the_index():
    index = text_of("docs/README.md") + text_of("docs/architecture.md")
    for page in DOCS.rglob("*.md"):
        assert page.name == "README.md" or f"({page.relative_to(DOCS)})" in index, page.name


def test_the_layers_are_those_of_the_catalogue():
    listed = [[cell.strip("`") for cell in row] for row in rows(section("docs/reference.md", "Layers"))]
    declared = [
        [spec.id, spec.geometry_type, spec.access.value, spec.edit_role if spec.writable else "none"]
        for spec in catalog.declared()
    ]
    assert listed == sorted(declared)


def test_the_roles_are_those_of_the_platform():
    roles = [code for row in rows(section("docs/reference.md", "Signing in")) for code in in_code(row[0])]
    assert roles == Role.values


# --- Words -----------------------------------------------------------------------------------------------------------


def translations(language: str) -> dict[str, set[str]]:
    """What each text is translated as, in small letters; of plurals the first form. "Map" and "map" are one."""
    text = text_of(f"gis_platform/locale/{language}/LC_MESSAGES/django.po").lower()
    pairs = re.findall(r'^msgid ((?:".*"\n)+)(?:msgid_plural .*\n)?msgstr(?:\[0\])? ((?:".*"\n?)+)', text, re.MULTILINE)
    known: dict[str, set[str]] = {}
    for message, translated in pairs:
        if unquoted(translated):
            known.setdefault(unquoted(message), set()).add(unquoted(translated))
    return known


def unquoted(text: str) -> str:
    return "".join(re.findall(r'^"(.*)"$', text, re.MULTILINE))


@pytest.mark.parametrize(("language", "column"), [("lv", 1), ("lt", 2)])
def test_the_words_are_those_of_the_pages(language, column):
    known = translations(language)
    assert len(known) > 100
    for row in rows(text_of("docs/glossary.md")):
        term, word = row[0].lower(), row[column]
        if word == "—":
            continue
        if term in known:
            assert word.lower() in known[term], f"“{term}” is {known[term]} on the pages"
        else:
            stem = word.lower()[: (len(word) + 1) // 2]  # these languages decline
            assert any(stem in text for texts in known.values() for text in texts), f"no page says “{word}”"


def test_the_words_are_in_order():
    words = [row[0].lower() for row in rows(text_of("docs/glossary.md"))]
    assert words == sorted(words)
    assert len(words) == len(set(words))
