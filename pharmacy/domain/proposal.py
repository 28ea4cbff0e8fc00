"""From an indication and the safety answers to one medicine, or to a pharmacist with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, hard_stops, stops_of
from pharmacy.domain.formulary import FormularyEntry, entries_for
from pharmacy.domain.policy import JurisdictionPolicy
from pharmacy.domain.safety_case import SafetyCase
from pharmacy.domain.safety_check import check_medicine, check_red_flags
from pharmacy.domain.stock import LotOnShelf, choose_lot, only_short_dated


class Outcome(StrEnum):
    """There is no third one: whatever stops the machine, a person takes over."""

    PROPOSED = "proposed"
    PHARMACIST = "pharmacist"


@dataclass(frozen=True)
class MedicineDecision:
    """`lot`, `packs` and `supply_days` are set exactly when proposed.

    With PHARMACIST, `medicine` is the best one that only soft stops keep back, "" when there is none.
    `alerts` are all that fired, of every medicine looked at, in order of preference.
    """

    outcome: Outcome
    medicine: str
    alerts: tuple[Alert, ...]
    lot: int | None = None
    packs: int = 0
    supply_days: int = 0

    @property
    def reasons(self) -> tuple[Alert, ...]:
        """What decided: the stops that sent the case to the pharmacist, or why this medicine and lot."""
        if self.outcome is Outcome.PHARMACIST:
            return stops_of(self.alerts)
        return tuple(a for a in self.alerts if a.medicine == self.medicine and a.rule_id in rules.PH_CHOICE)


@dataclass(frozen=True)
class _Review:
    entry: FormularyEntry
    alerts: tuple[Alert, ...]
    lot: LotOnShelf | None
    supply_days: int


def propose_medicine(indication: str, case: SafetyCase, lots: Sequence[LotOnShelf]) -> MedicineDecision:
    """Decide on one medicine for one person: deterministic, and unknown is never safe.

    Parameters
    ----------
    indication
        What the risk assessment asks relief for: "dry-eye" or "ocular-allergy".
    lots
        The shelf of the clinic's machine.

    Source: facts 2.1 kiosk stops, 4.1 release, 4.2 tiers, 4.4 missing is not safe.
    """
    general = check_red_flags(case)
    entries = entries_for(indication)
    if not entries:
        general += (Alert(rules.PH_NO_MEDICINE, Tier.HARD, subject=indication),)
    reviews = [_review(entry, case, lots) for entry in entries]
    return _choose(general, reviews, case.policy)


def block_country(country: str, red_flags: Sequence[str] = ()) -> MedicineDecision:
    """The decision where no policy is known for the clinic's country: blocked, a pharmacist looks (PH-17)."""
    flags = tuple(Alert(rules.PH_RED_FLAG, Tier.HARD, subject=flag) for flag in red_flags)
    return MedicineDecision(
        Outcome.PHARMACIST, "", (*flags, Alert(rules.PH_COUNTRY, Tier.HARD, subject=country))
    )


def _review(entry: FormularyEntry, case: SafetyCase, lots: Sequence[LotOnShelf]) -> _Review:
    days = entry.first_supply_days(case.policy)
    lot = choose_lot(
        lots, medicine=entry.code, packs=entry.packs_per_supply, today=case.today, supply_days=days
    )
    short = () if lot else (shortage(entry, lots),)
    return _Review(entry, (*check_medicine(entry, case), *short), lot, days)


def shortage(entry: FormularyEntry, lots: Sequence[LotOnShelf]) -> Alert:
    """Why no lot can be taken (PH-21, PH-23); asked when `choose_lot` found none."""
    short_dated = only_short_dated(lots, medicine=entry.code, packs=entry.packs_per_supply)
    return Alert(rules.PH_EXPIRY_MARGIN if short_dated else rules.PH_NO_STOCK, Tier.SOFT, entry.code)


def _choose(
    general: tuple[Alert, ...], reviews: Sequence[_Review], policy: JurisdictionPolicy
) -> MedicineDecision:
    alerts = (*general, *(alert for review in reviews for alert in review.alerts))
    if not stops_of(general):
        for review in reviews:
            if review.lot and not stops_of(review.alerts):
                return _proposal(review, review.lot, alerts, policy)
    open_to_override = (review.entry.code for review in reviews if not hard_stops((*general, *review.alerts)))
    return MedicineDecision(Outcome.PHARMACIST, next(open_to_override, ""), alerts)


def _proposal(
    review: _Review, lot: LotOnShelf, alerts: tuple[Alert, ...], policy: JurisdictionPolicy
) -> MedicineDecision:
    code = review.entry.code
    chosen = (
        Alert(review.entry.rule_id, Tier.INFO, code),
        Alert(rules.PH_FEFO, Tier.INFO, code, lot.expiry.isoformat()),
        Alert(rules.PH_FIRST_SUPPLY, Tier.INFO, code, str(review.supply_days)),
        Alert(rules.PH_RELEASE, Tier.INFO, code, policy.release_role),
    )
    return MedicineDecision(
        outcome=Outcome.PROPOSED,
        medicine=code,
        alerts=(*alerts, *chosen),
        lot=lot.key,
        packs=review.entry.packs_per_supply,
        supply_days=review.supply_days,
    )
