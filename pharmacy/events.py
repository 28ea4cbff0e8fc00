"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

dispense_released = Signal()  # key: Dispense, to be asked of the machine
prescription_decided = Signal()  # key: Prescription, proposed or with the pharmacist
