from django.urls import path

from config.hospitals import views

urlpatterns = [
    path("", views.hospitals, name="hospitals"),
    path("<int:hospital_id>/", views.hospital, name="hospital"),
]
