"""The rules of what a patient is told of a medicine, and of the screen that tells it.

`facts` is facts/clinical.md by section. Evidence: V read in the source, R read in a public file, K unchecked
general knowledge, P product policy.
"""

from datetime import timedelta
from typing import Final

from pharmacy.domain import rules
from screening.domain.rules import Rule

# A supply that does not help within this time is stopped and seen by a doctor.
BETTER_WITHIN: Final = timedelta(days=3)
# Wrong pairs of identifiers at one kiosk, and how long it then takes none.
TRIES_MAX: Final = 5
TRIES_WINDOW: Final = timedelta(minutes=15)
# A patient's page without a hand on it asks, then closes; one that waits for somebody stays open longer.
IDLE_ASK: Final = timedelta(seconds=60)
IDLE_WAITING: Final = timedelta(seconds=150)
IDLE_CLOSE: Final = timedelta(seconds=20)
# How long the kiosk thanks for a medicine that was handed over, and shows its leaflet.
GIVEN_SHOWN: Final = timedelta(hours=4)
# A kiosk is opened by a member of staff for one working day at most.
OPEN_LONGEST: Final = timedelta(hours=12)

# What a patient is told of the safety check; the rest of what stops nothing is for the pharmacist.
TOLD: Final = (
    rules.PH_LENSES_OUT,
    rules.PH_SPACING,
    rules.PH_PRESSURE_LOWERED,
    rules.PH_CHELATION,
    rules.PH_LOW_SUGAR,
)

PL_LABEL: Final = "PL-01"
PL_OPENED: Final = "PL-02"
PL_SINGLE_DOSE: Final = "PL-03"
PL_NOT_BETTER: Final = "PL-04"
PL_IDENTITY: Final = "PL-05"
PL_CONSENT: Final = "PL-06"
PL_IDLE: Final = "PL-07"
PL_GIVEN: Final = "PL-08"
PL_ORDERED: Final = "PL-09"

RULES: tuple[Rule, ...] = (
    Rule(
        PL_LABEL,
        "The label names the patient with record number and birth date, medicine, strength, lot, expiry, dose, when "
        "to throw it away, who released it when, and the clinic with its telephone",
        "facts 4.7, 4.11; container label of the Korean Pharmacists Act",
        "K",
    ),
    Rule(
        PL_OPENED,
        "An opened bottle is thrown away after the days that its formulary entry names, counted from the day it was "
        "released, and never after the expiry",
        "facts 2.1, 2.5 (28 days)",
        "K",
    ),
    Rule(
        PL_SINGLE_DOSE,
        "A single-dose container is used at once and thrown away; an opened one is never kept",
        "facts 2.1, row 1",
        "K",
    ),
    Rule(
        PL_NOT_BETTER,
        "A complaint that is not better after 72 hours: stop and see a doctor; label and leaflet name the day",
        "facts 2.1 (carmellose, ketotifen), 4.11",
        "V",
    ),
    Rule(
        PL_IDENTITY,
        "The kiosk asks for record number and birth date; five wrong pairs in 15 minutes close it for the rest of "
        "them, and the answer never says which of the two was wrong",
        "facts 4.7 (two identifiers; limit: product)",
        "P",
    ),
    Rule(
        PL_CONSENT,
        "Nothing is shown or handed out at the kiosk before the patient, or the guardian of one under age, agreed",
        "facts 4.11",
        "P",
    ),
    Rule(
        PL_IDLE,
        "A patient's page at the kiosk closes 20 seconds after it asked, which it does after one minute without a "
        "hand on it (two and a half while somebody is waited for); an opened kiosk closes after 12 hours",
        "product policy",
        "P",
    ),
    Rule(
        PL_GIVEN,
        "The kiosk shows the leaflet of a medicine for four hours after it was handed over, and then offers it no more",
        "product policy",
        "P",
    ),
    Rule(
        PL_ORDERED,
        "A medicine of an order: label and leaflet carry the prescriber's words, what was read of them a day, and who "
        "ordered it when; of effects that nobody here has written, they name the paper in the pack and the pharmacist",
        "facts 4.11; what an unwritten leaflet may say: product policy",
        "P",
    ),
)
