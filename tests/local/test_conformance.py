import subprocess

import pytest

from gis_platform.local import conformance
from gis_platform.local.start_error import StartError

REPORT = """<testng-results><suite><test>
<class name="org.opengis.cite.Crs">
  <test-method name="right" status="PASS"/>
  <test-method name="wrong" status="FAIL"><exception><message>
     Expected 200
     but was 500</message></exception></test-method>
  <test-method name="begin" status="FAIL" is-config="true"/>
</class></test></suite></testng-results>"""


@pytest.fixture
def said(monkeypatch, tmp_path):
    lines = []
    monkeypatch.setattr(conformance, "say", lines.append)
    monkeypatch.setattr(conformance, "FOLDER", tmp_path / "cite")
    monkeypatch.setattr(conformance.shutil, "which", lambda name: f"/usr/bin/{name}")
    return lines


@pytest.fixture
def suites_at_hand(said, tmp_path):
    (tmp_path / "cite").mkdir()
    for suite in conformance.SUITES:
        (tmp_path / "cite" / f"{suite.name}-{suite.version}-aio.jar").touch()


def reporting(report):
    def run(command, **_):
        if command[1] == "-jar":
            (conformance.Path(command[4]) / "testng-results.xml").write_text(report)

    return run


def test_a_report_is_read_without_its_set_up():
    assert conformance.read_report(REPORT) == [("PASS", "Crs.right", ""), ("FAIL", "Crs.wrong", "Expected 200")]


def test_a_failed_test_is_named_and_fails_the_whole(said, suites_at_hand, monkeypatch):
    monkeypatch.setattr(subprocess, "run", reporting(REPORT))
    assert conformance.conform("http://127.0.0.1:8000/ogc/") == 1
    assert "ets-ogcapi-tiles10: 1 passed, 1 failed, 0 skipped" in said
    assert "  Crs.wrong: Expected 200" in said


def test_all_passed_is_a_success(said, suites_at_hand, monkeypatch):
    monkeypatch.setattr(subprocess, "run", reporting(REPORT.replace("FAIL", "PASS")))
    assert conformance.conform("http://127.0.0.1:8000/ogc/") == 0


def test_a_suite_that_cannot_be_had_is_named_and_fails_the_whole(said, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)
    assert conformance.conform("http://127.0.0.1:8000/ogc/") == 1
    assert [line.partition(".")[0] for line in said] == [f"{suite.name}: not run" for suite in conformance.SUITES]


def test_a_suite_without_a_report_did_not_finish(said, suites_at_hand, monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: None)
    assert conformance.conform("http://127.0.0.1:8000/ogc/") == 1
    assert "ets-ogcapi-features10: did not finish." in said


def test_without_java_it_says_what_to_install(said, monkeypatch):
    monkeypatch.setattr(conformance.shutil, "which", lambda _: None)
    with pytest.raises(StartError, match="openjdk"):
        conformance.conform("http://127.0.0.1:8000/ogc/")
