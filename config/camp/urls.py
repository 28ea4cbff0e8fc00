from django.urls import path

from config.camp import views

urlpatterns = [
    path("", views.camp, name="camp"),
    path("use/", views.camp_use, name="camp-use"),
]
