from django.urls import path

from config.handout import views

urlpatterns = [
    path("<int:prescription_id>/label.pdf", views.label, name="handout-label"),
    path("<int:prescription_id>/leaflet.pdf", views.leaflet, name="handout-leaflet"),
]
