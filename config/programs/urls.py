from django.urls import path

from config.programs import views

urlpatterns = [
    path("", views.programs, name="programs"),
    path("<int:client_id>/hospital/", views.program_link, name="program-link"),
    path("<int:client_id>/close/", views.program_close, name="program-close"),
]
