from django.urls import path

from config.contacts import views

urlpatterns = [
    path("", views.contacts, name="contacts"),
    path("<int:alarm_id>/", views.contact, name="contact"),
]
