"""Writes of the pharmacy."""

from pharmacy.services.counter import (
    counter_hand_over,
    counter_scan,
)
from pharmacy.services.counter_releases import (
    counter_release,
)
from pharmacy.services.counting import (
    bay_count,
    lot_count,
)
from pharmacy.services.dispensing import (
    dispense_begin,
    dispense_cancel,
    dispense_release,
    releases_expire,
)
from pharmacy.services.drug_data import (
    drug_data_check,
    drug_data_import,
)
from pharmacy.services.formulary import (
    formulary_load,
    products_load,
)
from pharmacy.services.handing_over import (
    dispense_hand_over,
    dispense_retain,
    dispense_scan,
    pack_return,
)
from pharmacy.services.machine_answers import (
    answer_note,
)
from pharmacy.services.machine_stock import (
    machine_stock_note,
)
from pharmacy.services.machines import (
    machine_register,
    machine_silence_note,
    machine_state_note,
)
from pharmacy.services.orders import (
    order_enter,
    order_fill,
    order_move,
)
from pharmacy.services.overrides import (
    prescription_override,
)
from pharmacy.services.proposals import (
    medicine_propose,
)
from pharmacy.services.quarantine import (
    lot_destroy,
    lot_quarantine,
)
from pharmacy.services.recalls import (
    lots_recall,
    lots_recall_notified,
    recipients_of_lots,
)
from pharmacy.services.releases import (
    prescription_authorise,
    prescription_follow_up,
    prescription_refuse,
    supply_end,
)
from pharmacy.services.replacing import (
    packs_replace,
)
from pharmacy.services.restocking import (
    prescription_reserve,
)
from pharmacy.services.safety import (
    safety_answers_record,
)
from pharmacy.services.stock import (
    lot_receive,
    lot_receive_scanned,
)
from pharmacy.services.supplies import (
    diagnosis_supply_propose,
    order_supply_propose,
)
from pharmacy.services.temperature import (
    excursion_decide,
    temperature_note,
)
from pharmacy.services.withdrawals import (
    prescriptions_withdraw,
)

__all__ = [
    "answer_note",
    "bay_count",
    "counter_hand_over",
    "counter_release",
    "counter_scan",
    "diagnosis_supply_propose",
    "dispense_begin",
    "dispense_cancel",
    "dispense_hand_over",
    "dispense_release",
    "dispense_retain",
    "dispense_scan",
    "drug_data_check",
    "drug_data_import",
    "excursion_decide",
    "formulary_load",
    "lot_count",
    "lot_destroy",
    "lot_quarantine",
    "lot_receive",
    "lot_receive_scanned",
    "lots_recall",
    "lots_recall_notified",
    "machine_register",
    "machine_silence_note",
    "machine_state_note",
    "machine_stock_note",
    "medicine_propose",
    "order_enter",
    "order_fill",
    "order_move",
    "order_supply_propose",
    "pack_return",
    "packs_replace",
    "prescription_authorise",
    "prescription_follow_up",
    "prescription_override",
    "prescription_refuse",
    "prescription_reserve",
    "prescriptions_withdraw",
    "products_load",
    "recipients_of_lots",
    "releases_expire",
    "safety_answers_record",
    "supply_end",
    "temperature_note",
]
