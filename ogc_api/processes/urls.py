from django.urls import path

from ogc_api.processes import job_views, views

urlpatterns = [
    path("processes", views.process_list, name="ogc-processes"),
    path("processes/<str:process_id>", views.process_page, name="ogc-process"),
    path("processes/<str:process_id>/execution", views.execution, name="ogc-execution"),
    path("jobs", job_views.job_list, name="ogc-jobs"),
    path("jobs/<str:job_id>", job_views.job, name="ogc-job"),
    path("jobs/<str:job_id>/results", job_views.results, name="ogc-results"),
    path("jobs/<str:job_id>/results/<str:output>", job_views.result, name="ogc-result"),
]
