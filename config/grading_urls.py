from django.urls import path

from config import agreement_views, grading_views

urlpatterns = [
    path("", grading_views.grading, name="grading"),
    path("next/", grading_views.grading_next, name="grading-next"),
    path("<int:task_id>/", grading_views.grading_task, name="grading-task"),
    path("<int:task_id>/open/", grading_views.grading_open, name="grading-open"),
    path("<int:task_id>/release/", grading_views.grading_release, name="grading-release"),
    path("<int:task_id>/quality/", agreement_views.quality_case, name="grading-quality"),
    path("reads/<int:read_id>/", grading_views.read_amend, name="read-amend"),
    path("agreement/", agreement_views.agreement, name="agreement"),
]
