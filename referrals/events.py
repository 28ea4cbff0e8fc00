"""Facts of this app that others may act on, sent inside the transaction that makes them (key=primary key)."""

from django.dispatch import Signal

referral_decided = Signal()  # key: Referral, proposed or with the coordinator
referral_sent_back = Signal()  # key: Referral, rejected by its hospital or never answered
referral_stepped = Signal()  # key: Referral, after every step
