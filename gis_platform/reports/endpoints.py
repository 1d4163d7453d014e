"""Reports over HTTP: sending one in, asking how far it is, moving it."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Router, Schema

from gis_platform.identity.authentication import authenticate_request
from gis_platform.identity.guards import InRole, SignedIn, account
from gis_platform.identity.roles import Role
from gis_platform.reports import queries, services
from gis_platform.reports.limits import refuse_flood
from gis_platform.reports.models import TEXT_LENGTH_MAX, Category
from gis_platform.reports.states import State

router = Router(tags=["reports"])


class CategoryShown(Schema):
    code: str
    name: str
    deadline_days: int


class Sent(Schema):
    category: str = Field(max_length=40)
    text: str = Field(min_length=3, max_length=TEXT_LENGTH_MAX)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    email: str = Field("", max_length=254, description="For the answer, when you are not signed in; never published.")


class Received(Schema):
    code: str
    state: State
    due_at: datetime


class Move(Schema):
    at: datetime
    state: State
    note: str | None = None


class ReportShown(Schema):
    code: str
    category: str
    category_name: str
    state: State
    district: str
    department: str
    received_on: date
    due_at: datetime
    moves: list[Move]
    text: str | None = Field(None, description="For the sender and the department alone.")
    allowed: list[State] = Field(default_factory=list, description="The moves that you may make now.")


class Order(Schema):
    to: State
    note: str = Field("", max_length=1000)


class NoticeShown(Schema):
    report: str
    subject: str
    body: str
    created_at: datetime


@router.get("/reports/categories", response=list[CategoryShown], summary="What can be reported")
def categories(request: HttpRequest) -> list[Category]:
    return list(Category.objects.filter(active=True))


@router.get("/reports/notices", response=list[NoticeShown], auth=SignedIn(), summary="What I was told about my reports")
def notices(request: HttpRequest) -> list[queries.NoticeView]:
    return queries.notices_of(account(request))


@router.post("/reports", response={201: Received}, summary="Report a problem")
def submit(
    request: HttpRequest, body: Sent, idempotency_key: Annotated[str, Header(alias="Idempotency-Key")]
) -> HttpResponse:
    sender = authenticate_request(request)
    refuse_flood(request, sender)
    answer = services.submit(
        services.Draft(**body.dict()), by=sender, idempotency_key=idempotency_key, body=request.body
    )
    return answer.response()


@router.get("/reports/{code}", response=ReportShown, summary="How far a report has got")
def report(request: HttpRequest, code: str) -> queries.ReportView:
    return queries.report_view(code, viewer=authenticate_request(request))


@router.post(
    "/reports/{code}/moves",
    response=ReportShown,
    auth=InRole(Role.CLERK, Role.OPERATOR),
    summary="Move a report to another state",
)
def move(request: HttpRequest, code: str, body: Order) -> queries.ReportView:
    user = account(request)
    services.move(queries.report_by_code(code), body.to, by=user, note=body.note)
    return queries.report_view(code, viewer=user)
