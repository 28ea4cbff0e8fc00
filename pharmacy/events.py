"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

dispense_released = Signal()  # key: Dispense, to be asked of the machine
medication_order_changed = Signal()  # key: MedicationOrder, entered or in another status
prescription_decided = Signal()  # key: Prescription, proposed or with the pharmacist
