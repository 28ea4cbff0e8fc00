from django.urls import path

from config import failed_work_views, recall_views, work_list_views

urlpatterns = [
    path("cases/", work_list_views.cases, name="cases"),
    path("cases/search/", work_list_views.cases_search, name="cases-search"),
    path("recalls/", recall_views.recalls, name="recalls"),
    path("recalls/<int:recall_id>/contact/", recall_views.recall_contact, name="recall-contact"),
    path("failed-work/", failed_work_views.failed_work, name="failed-work"),
    path("failed-work/<int:item_id>/retry/", failed_work_views.failed_work_retry, name="failed-work-retry"),
]
