"""`make conformance`: OGC's executable test suites (CITE) against a running platform.

The suites are Java programs from Maven Central; one that lies in .local/cite is taken before it is fetched. A suite
that cannot be had is named, and counts as not run.
"""

import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from gis_platform.local.deployment import CHECKOUT
from gis_platform.local.output import say
from gis_platform.local.start_error import StartError

FOLDER = CHECKOUT / ".local" / "cite"
FETCH_S = 600
RUN_S = 1800
GRID = "WebMercatorQuad"
ARGUMENTS = {
    "noofcollections": "-1",  # all of them
    "echoprocessid": "echo",
    "processtestlimit": "10",
    "tilematrixsetdefinitionuri": f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID}",
    "tilematrix": "5",
    "mintilerow": "9",
    "maxtilerow": "10",
    "mintilecol": "17",
    "maxtilecol": "18",
}


@dataclass(frozen=True)
class Suite:
    name: str
    version: str

    @property
    def artifact(self) -> str:
        return f"org.opengis.cite:{self.name}:{self.version}:jar:aio"


SUITES = (
    Suite("ets-ogcapi-features10", "1.9"),
    Suite("ets-ogcapi-tiles10", "1.2"),
    Suite("ets-ogcapi-processes10", "1.3"),
)


def conform(url: str) -> int:
    """The exit code: 0 when every suite ran and no test of it failed. `url` is that of the landing page."""
    java = shutil.which("java")
    if java is None:
        raise StartError("The test suites are Java programs: install Java 17 or newer (openjdk-17-jre-headless).")
    return max(_result(suite, java, url) for suite in SUITES)


def _result(suite: Suite, java: str, url: str) -> int:
    jar = _jar(suite)
    if jar is None:
        say(f"{suite.name}: not run. Maven Central did not give {suite.artifact}; put its jar into {FOLDER}.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        report = _run(java, jar, Path(folder), url)
        if report is None:
            say(f"{suite.name}: did not finish.")
            return 1
        counted = Counter(status for status, _, _ in report)
        told = {(test, why) for status, test, why in report if status == "FAIL"}
    say(f"{suite.name}: {counted['PASS']} passed, {counted['FAIL']} failed, {counted['SKIP']} skipped")
    for test, why in sorted(told):
        say(f"  {test}: {why}")
    return 1 if counted["FAIL"] else 0


def _jar(suite: Suite) -> Path | None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if found := sorted(FOLDER.glob(f"{suite.name}-*-aio.jar")):
        return found[-1]
    maven = shutil.which("mvn")
    if maven is None:
        return None
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    command = [maven, "-B", "-q", goal, f"-Dartifact={suite.artifact}", f"-DoutputDirectory={FOLDER}"]
    subprocess.run(command, check=False, timeout=FETCH_S, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return next(FOLDER.glob(f"{suite.name}-*-aio.jar"), None)


def _run(java: str, jar: Path, folder: Path, url: str) -> list[tuple[str, str, str]] | None:
    """(status, test, message) of each test; None when there is no report."""
    template = f"{url.rstrip('/')}/tiles/{GRID}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    entries = {"iut": url, "urltemplatefortiles": template, **ARGUMENTS}
    # Without a document type, which Java would fetch.
    lines = "".join(f"<entry key={quoteattr(key)}>{value}</entry>" for key, value in entries.items())
    properties = folder / "arguments.xml"
    properties.write_text(f'<properties version="1.0">{lines}</properties>')
    command = [java, "-jar", str(jar), "-o", str(folder), str(properties)]
    with (folder / "log.txt").open("wb") as log:
        subprocess.run(command, check=False, timeout=RUN_S, stdout=log, stderr=subprocess.STDOUT)
    report = next(folder.rglob("testng-results.xml"), None)
    return None if report is None else read_report(report.read_text())


def read_report(text: str) -> list[tuple[str, str, str]]:
    """(status, class and method, first line of the message) of each test in a TestNG report, without its set-up.

    >>> read_report(
    ...     '<r><class name="org.Crs"><test-method name="a" status="PASS"/>'
    ...     '<test-method name="set" status="PASS" is-config="true"/></class></r>'
    ... )
    [('PASS', 'Crs.a', '')]
    """
    root = ElementTree.fromstring(text)  # noqa: S314 - written by the program that we ran
    return [
        (
            method.get("status", ""),
            f"{group.get('name', '').rpartition('.')[2]}.{method.get('name')}",
            (method.findtext(".//message") or "").strip().partition("\n")[0][:300],
        )
        for group in root.iter("class")
        for method in group.iter("test-method")
        if method.get("is-config") != "true"
    ]
