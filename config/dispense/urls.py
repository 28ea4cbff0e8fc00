from django.urls import path

from config.dispense import count_views, list_views, return_views, scan_views

BAY, COUNTER = "bay/<int:dispense_id>/", "counter/<int:prescription_id>/"

urlpatterns = [
    path("", list_views.hand_over, name="hand-over"),
    path(BAY, scan_views.bay, name="bay-hand-over"),
    path(f"{BAY}scan/", scan_views.bay_scan, name="bay-scan"),
    path(f"{BAY}give/", scan_views.bay_give, name="bay-give"),
    path(f"{BAY}aside/", scan_views.bay_aside, name="bay-aside"),
    path(COUNTER, scan_views.counter, name="counter"),
    path(f"{COUNTER}scan/", scan_views.counter_scan, name="counter-scan"),
    path(f"{COUNTER}give/", scan_views.counter_give, name="counter-give"),
    path("return/", return_views.pack_return, name="pack-return"),
    path("count/<int:bay_id>/", count_views.bay_count, name="bay-count"),
]
