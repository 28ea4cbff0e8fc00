"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

prescription_decided = Signal()  # key: Prescription, proposed or with the pharmacist
