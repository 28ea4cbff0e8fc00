from django.urls import path

from config.kiosk import hospital_views, taking_views, telling_views, views

urlpatterns = [
    path("open/", views.hand_over, name="kiosk-open"),
    path("", views.start, name="kiosk-start"),
    path("who/", views.who, name="kiosk-who"),
    path("medicine/", views.medicine, name="kiosk-medicine"),
    path("hospital/", hospital_views.hospital, name="kiosk-hospital"),
    path("consent/", telling_views.consent, name="kiosk-consent"),
    path("leaflet/<int:number>/", telling_views.leaflet, name="kiosk-leaflet"),
    path("paper/<slug:which>/", telling_views.paper, name="kiosk-paper"),
    path("scan/", taking_views.scan, name="kiosk-scan"),
    path("label.pdf", telling_views.label_paper, name="kiosk-label"),
    path("leaflet.pdf", telling_views.leaflet_paper, name="kiosk-leaflet-paper"),
    path("leave/", views.leave, name="kiosk-leave"),
]
