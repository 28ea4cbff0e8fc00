"""From an indication and the safety answers to one medicine, or to a pharmacist with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pharmacy.domain import rules
from pharmacy.domain.alerts import Alert, Tier, has_hard_stop, stops_of
from pharmacy.domain.allergies import check_allergies
from pharmacy.domain.contraindications import check_contraindications
from pharmacy.domain.duplicates import RecentSupply, check_duplicates
from pharmacy.domain.formulary import FormularyEntry, entries_for
from pharmacy.domain.policy import JurisdictionPolicy, policy_for
from pharmacy.domain.safety_answers import SafetyAnswers
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


def propose_medicine(
    indication: str,
    answers: SafetyAnswers,
    *,
    age_years: int | None,
    country: str,
    lots: Sequence[LotOnShelf],
    today: date,
    red_flags: Sequence[str] = (),
    recent: Sequence[RecentSupply] = (),
) -> MedicineDecision:
    """Decide on one medicine for one person: deterministic, and unknown is never safe.

    Parameters
    ----------
    indication
        What the risk assessment asks relief for: "dry-eye" or "ocular-allergy".
    age_years
        Completed years; None when the birth date is unknown.
    country
        ISO 3166 alpha-2 of the clinic; a country without a policy is blocked.
    lots
        The shelf of the clinic's machine.
    red_flags
        Codes of the assessment's red flags; any of them is a hard stop, the referral stands beside it.
    recent
        Earlier proposals and supplies of ours to the same person.

    Source: facts 2.1 kiosk stops, 4.1 release, 4.2 tiers, 4.4 missing is not safe; rules PH-01 to PH-33.
    """
    general = tuple(Alert(rules.PH_RED_FLAG, Tier.HARD, subject=flag) for flag in red_flags)
    policy = policy_for(country)
    if policy is None:
        blocked = Alert(rules.PH_COUNTRY, Tier.HARD, subject=country)
        return MedicineDecision(Outcome.PHARMACIST, "", (*general, blocked))
    entries = entries_for(indication)
    if not entries:
        general += (Alert(rules.PH_NO_MEDICINE, Tier.HARD, subject=indication),)
    reviews = [_review(entry, answers, age_years, policy, lots, today, recent) for entry in entries]
    return _choose(general, reviews, policy)


def _review(
    entry: FormularyEntry,
    answers: SafetyAnswers,
    age_years: int | None,
    policy: JurisdictionPolicy,
    lots: Sequence[LotOnShelf],
    today: date,
    recent: Sequence[RecentSupply],
) -> _Review:
    days = min(entry.supply_days, policy.first_supply_days_max)
    lot = choose_lot(lots, medicine=entry.code, packs=entry.packs_per_supply, today=today, supply_days=days)
    alerts = (
        *check_contraindications(entry, answers, age_years, policy),
        *check_allergies(entry, answers.allergies),
        *check_duplicates(entry, answers.current_medicines, recent, today),
        *(() if lot else (_shortage(entry, lots),)),
    )
    return _Review(entry, alerts, lot, days)


def _shortage(entry: FormularyEntry, lots: Sequence[LotOnShelf]) -> Alert:
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
    open_to_override = (
        review.entry.code for review in reviews if not has_hard_stop((*general, *review.alerts))
    )
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
