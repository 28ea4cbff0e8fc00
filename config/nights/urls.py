from django.urls import path

from config.nights import views

urlpatterns = [
    path("", views.nights, name="nights"),
    path("changes.csv", views.changes_csv, name="nights-csv"),
]
