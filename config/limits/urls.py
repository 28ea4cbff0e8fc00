from django.urls import path

from config.limits import views

urlpatterns = [
    path("", views.limits, name="limits"),
    path("save/", views.limits_save, name="limits-save"),
]
