from django.urls import path

from config.watch import views

urlpatterns = [
    path("", views.watch, name="watch"),
    path("hold", views.hold, name="watch-hold"),
    path("holds/<int:hold_id>/lift", views.lift, name="watch-lift"),
]
