from django.urls import path

from config.hospitals import add, views

urlpatterns = [
    path("", views.hospitals, name="hospitals"),
    path("add/", add.hospital_new, name="hospital-add"),
    path("<int:hospital_id>/", views.hospital, name="hospital"),
]
