from django.urls import path

from config.stock import list_views, lot_views, machine_views, recall_views, receive_views, temperature_views

LOT = "lots/<int:lot_id>/"

urlpatterns = [
    path("", list_views.stock, name="stock"),
    path("machine/compare/", machine_views.compare, name="stock-compare"),
    path("receive/", receive_views.receive, name="stock-receive"),
    path("receive/hand/", receive_views.receive_by_hand, name="stock-receive-hand"),
    path(LOT, lot_views.lot, name="stock-lot"),
    path(f"{LOT}quarantine/", lot_views.quarantine, name="stock-quarantine"),
    path(f"{LOT}destroy/", lot_views.destroy, name="stock-destroy"),
    path(f"{LOT}count/", lot_views.count, name="stock-count"),
    path(f"{LOT}recipients/", recall_views.recipients_page, name="stock-recipients"),
    path(f"{LOT}recipients.csv", recall_views.recipients_csv, name="stock-recipients-csv"),
    path("recall/", recall_views.recall, name="stock-recall"),
    path("temperature/", temperature_views.temperature, name="stock-temperature"),
    path("temperature/log/", temperature_views.log, name="stock-temperature-log"),
    path("temperature/<int:excursion_id>/decide/", temperature_views.decide, name="stock-excursion"),
]
