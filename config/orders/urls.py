from django.urls import path

from config.orders import diagnosis_views, views

CASE = "<uuid:public_id>/"
ORDER, DIAGNOSIS = f"{CASE}orders/<int:order_id>/", f"{CASE}diagnoses/<int:diagnosis_id>/"

urlpatterns = [
    path(f"{CASE}orders/new/", views.enter, name="order-enter"),
    path(ORDER, views.order, name="order"),
    path(f"{ORDER}move/", views.move, name="order-move"),
    path(f"{ORDER}fill/", views.fill, name="order-fill"),
    path(f"{ORDER}supply/", views.supply, name="order-supply"),
    path(f"{CASE}diagnoses/new/", diagnosis_views.record, name="diagnosis-record"),
    path(f"{DIAGNOSIS}retract/", diagnosis_views.retract, name="diagnosis-retract"),
    path(f"{CASE}supplement/", diagnosis_views.supplement, name="supplement-propose"),
]
