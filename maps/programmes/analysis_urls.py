"""Addresses of the analyses and suspensions, beside those of the programmes."""

from django.urls import path

from maps.programmes import analysis_conflicts, analysis_forecast, analysis_suspensions, analysis_what_if

RUN = "_what-if/<uuid:run_id>/"
SUSPENSIONS = "_suspensions/"
SUSPENSION = f"{SUSPENSIONS}<int:override_id>/"
VERSION = "<slug:code>/versions/<int:number>/"

urlpatterns = [
    path(RUN, analysis_what_if.run_page, name="programme-what-if-run"),
    path(f"{RUN}state/", analysis_what_if.run_state, name="programme-what-if-state"),
    path(f"{RUN}cancel/", analysis_what_if.cancel, name="programme-what-if-cancel"),
    path(f"{RUN}table.csv", analysis_what_if.table, name="programme-what-if-table"),
    path(SUSPENSIONS, analysis_suspensions.suspensions_page, name="suspensions"),
    path(f"{SUSPENSIONS}new/", analysis_suspensions.new_suspension, name="suspension-new"),
    path(SUSPENSION, analysis_suspensions.suspension_page, name="suspension"),
    path(f"{SUSPENSION}edit/", analysis_suspensions.edit_suspension, name="suspension-edit"),
    path(f"{SUSPENSION}act/", analysis_suspensions.act, name="suspension-act"),
    path("<slug:code>/forecast/", analysis_forecast.forecast_page, name="programme-forecast"),
    path(f"{VERSION}conflicts/", analysis_conflicts.conflicts_page, name="programme-conflicts"),
    path(f"{VERSION}what-if/", analysis_what_if.what_if_page, name="programme-what-if"),
]
