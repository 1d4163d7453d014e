import os
import re
import subprocess
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from gis_platform.core import metrics, queues
from gis_platform.core.clock import now
from gis_platform.core.models import OutboxEntry


def place(_: HttpRequest, place_id: int) -> HttpResponse:
    return HttpResponse(str(place_id))


urlpatterns = [path("places/<int:place_id>", place, name="place"), path("unnamed/<int:place_id>", place)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def core_alone(settings):
    settings.MIDDLEWARE = ["gis_platform.core.middleware.RequestContextMiddleware"]


def figure(name: str) -> float:
    text = metrics.metrics(RequestFactory().get("/metrics")).content.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "route", "status"),
    [
        ("/places/{}", "place", 200),
        ("/unnamed/{}", "unnamed/<int:place_id>", 200),
        ("/nowhere/{}", "unmatched", 404),
    ],
)
def test_requests_are_counted_by_route_and_not_by_address(client, address, route, status):
    name = f'city_requests_total{{method="GET",route="{route}",status="{status}"}}'
    timed = f'city_request_seconds_count{{method="GET",route="{route}"}}'
    before = figure(name), figure(timed)
    for n in range(3):
        client.get(address.format(n))
    assert (figure(name), figure(timed)) == (before[0] + 3, before[1] + 3)


@pytest.mark.django_db
def test_invented_methods_share_a_name(client):
    client.generic("BREW", "/places/1")
    assert figure('city_requests_total{method="other",route="place",status="200"}') >= 1


@pytest.mark.django_db
def test_the_backlog_is_counted_at_each_scrape(redis):
    for state in ("due", "due", "dead", "done"):
        OutboxEntry.objects.create(topic="t", payload={}, actor="x:1", published_at=now(), due_at=now(), state=state)
    queues.enqueue("imports", "gis_platform.core.outbox.run", 1, job_id="a", timeout_s=1)
    assert figure('city_outbox_entries{state="due"}') == 2
    assert figure('city_outbox_entries{state="running"}') == 0
    assert figure('city_outbox_entries{state="dead"}') == 1
    assert figure('city_queue_jobs{queue="imports"}') == 1
    assert figure('city_queue_jobs{queue="default"}') == 0


@pytest.mark.django_db
def test_a_redis_that_is_down_leaves_the_rest(no_redis):
    OutboxEntry.objects.create(topic="t", payload={}, actor="x:1", published_at=now(), due_at=now())
    assert figure('city_outbox_entries{state="due"}') == 1


@pytest.mark.django_db
def test_it_is_prometheus_text():
    response = metrics.metrics(RequestFactory().get("/metrics"))
    assert response["Content-Type"].startswith("text/plain; version=")


COUNT = """
import django; django.setup()
from django.test import RequestFactory
from gis_platform.core import metrics
metrics.count_request(RequestFactory().get("/x"), status=200, seconds=0.01)
"""
SHOW = (
    COUNT
    + """
metrics.Backlog.collect = lambda self: ()  # no database here
print(metrics.metrics(RequestFactory().get("/metrics")).content.decode())
"""
)


def test_processes_share_their_figures(tmp_path):
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", COUNT], env=environment, check=True)
    shown = subprocess.run([sys.executable, "-c", SHOW], env=environment, check=True, capture_output=True, text=True)
    assert 'city_requests_total{method="GET",route="unmatched",status="200"} 2.0' in shown.stdout
