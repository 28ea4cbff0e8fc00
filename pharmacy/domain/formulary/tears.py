"""Tears for dry, irritated eyes without a warning sign. Source: facts 2.1, rows 1 to 3."""

from pharmacy.domain import rules
from pharmacy.domain.formulary.entry import (
    DRY_EYE,
    OTC_IN_KOREA,
    PRESCRIPTION_IN_KOREA,
    AgeLimits,
    FormularyEntry,
    Supply,
)
from pharmacy.domain.substance_types import CELLULOSE_ETHER, TEARS

TEAR_DROPS: tuple[FormularyEntry, ...] = (
    FormularyEntry(  # V dailypop 2018, donga 2024-11-19 (at most 6 a day), pressna (over the counter)
        code="carmellose-0.5-unit-dose",
        rule_id=rules.PH_CARMELLOSE,
        ingredients=("carmellose",),
        atc="S01XA20",
        form="unit-dose",
        strength="0.5 %",
        indication=DRY_EYE,
        supply=Supply.SYMPTOM_RELIEF,
        medicine_class=TEARS,
        family=CELLULOSE_ETHER,
        doses_per_day_max=6,
        supply_days=14,
        ask_under_years=6,
        legal_class=OTC_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    ),
    FormularyEntry(  # R ATC; K dose and preservative
        code="hypromellose-0.3",
        rule_id=rules.PH_HYPROMELLOSE,
        ingredients=("hypromellose",),
        atc="S01KA02",
        form="bottle",
        strength="0.3 %",
        indication=DRY_EYE,
        supply=Supply.SYMPTOM_RELIEF,
        medicine_class=TEARS,
        family=CELLULOSE_ETHER,
        excipients=("benzalkonium",),
        doses_per_day_max=6,
        supply_days=14,
        opened_days=28,
        ask_under_years=6,
        legal_class=OTC_IN_KOREA,
        age_limits={"KR": AgeLimits()},
    ),
    # V ajunews 2011, pressna: in Korea mostly on prescription, 0.1 % also over the counter, by item; until
    # an item of the clinic is registered over the counter it counts as prescription.
    *(
        FormularyEntry(
            code=f"hyaluronate-{strength}-unit-dose",
            rule_id=rules.PH_HYALURONATE,
            ingredients=("hyaluronate",),
            atc="S01KA01",
            form="unit-dose",
            strength=f"{strength} %",
            indication=DRY_EYE,
            supply=Supply.ORDERED,
            medicine_class=TEARS,
            doses_per_day_max=6,
            supply_days=28,
            ask_under_years=6,
            legal_class=PRESCRIPTION_IN_KOREA,
            age_limits={"KR": AgeLimits()},
        )
        for strength in ("0.1", "0.18")
    ),
)
