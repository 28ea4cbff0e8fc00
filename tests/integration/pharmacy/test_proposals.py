from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pharmacy import events, selectors
from pharmacy.domain import rules
from pharmacy.domain.safety_answers import SafetyAnswers
from pharmacy.models import LedgerEntry, Prescription
from pharmacy.services import medicine_propose, prescription_refuse
from pharmacy.texts import alert_text
from records.actor import Actor, software
from records.models import AuditEvent, Organization
from risk.models import RiskAssessment
from tests.factories import assessments
from tests.factories import records as cast
from tests.factories.assessments import medicine, referral
from tests.integration.pharmacy.cast import (
    CARMELLOSE,
    CLEAR,
    HYPROMELLOSE,
    KETOTIFEN,
    NOW,
    lot,
    visit,
    wish,
)


def propose(of: RiskAssessment, now: object = NOW) -> Prescription | None:
    by = software("pharmacy.proposer", of.encounter.organization_id)
    return medicine_propose(assessment=of, by=by, now=now)


def rule_ids(prescription: Prescription) -> set[str]:
    return {alert.rule_id for alert in selectors.alerts_of(prescription) if alert.stops}


def test_clear_answers_reserve_the_lot_that_expires_first(clinic: Organization, screener: Actor) -> None:
    later, first = lot(clinic, screener, expiry="2028-01"), lot(clinic, screener, expiry="2027-03")
    prescription = propose(wish(visit(screener)))
    assert (prescription.status, prescription.medicine.code) == ("proposed", CARMELLOSE)
    assert (prescription.lot, prescription.packs, prescription.supply_days) == (first, 1, 14)
    first.refresh_from_db()
    later.refresh_from_db()
    assert [(one.on_hand, one.reserved) for one in (first, later)] == [(3, 1), (3, 0)]
    assert not selectors.lots_out_of_balance().exists()


def test_the_same_assessment_again_changes_nothing(clinic: Organization, screener: Actor) -> None:
    lot(clinic, screener)
    once = wish(visit(screener))
    assert propose(once) == propose(once)
    assert LedgerEntry.objects.filter(kind="reserve").count() == 1


def test_an_assessment_without_a_medicine_leaves_no_prescription(
    clinic: Organization, screener: Actor
) -> None:
    assert propose(assessments.assessment(visit(screener))) is None
    assert not Prescription.objects.exists()


def test_an_allergy_moves_the_case_to_the_pharmacist_and_reserves_nothing(
    clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener, KETOTIFEN)
    adult = cast.patient(screener, birth_date=date(1990, 5, 1))
    encounter = visit(screener, replace(CLEAR, allergies=("ketotifen",)), patient=adult)
    prescription = propose(wish(encounter, "ocular-allergy"))
    assert (prescription.status, prescription.medicine, prescription.lot) == ("needs-pharmacist", None, None)
    assert rule_ids(prescription) == {rules.PH_ALLERGY}
    assert not LedgerEntry.objects.filter(kind="reserve").exists()


def test_a_visit_nobody_asked_about_goes_to_the_pharmacist(clinic: Organization, screener: Actor) -> None:
    lot(clinic, screener)
    prescription = propose(wish(visit(screener, None)))
    assert (prescription.status, prescription.answers) == ("needs-pharmacist", None)
    assert rules.PH_UNKNOWN in rule_ids(prescription)


def test_the_answers_it_was_decided_on_are_kept_with_it(clinic: Organization, screener: Actor) -> None:
    encounter = visit(screener)
    prescription = propose(wish(encounter))
    assert prescription.answers == selectors.safety_answers_current(encounter)


def test_an_empty_machine_goes_to_the_pharmacist(clinic: Organization, screener: Actor) -> None:
    prescription = propose(wish(visit(screener)))
    assert (prescription.status, prescription.medicine.code) == ("needs-pharmacist", CARMELLOSE)
    assert rule_ids(prescription) == {rules.PH_NO_STOCK}


def test_another_clinics_machine_is_not_used(clinic: Organization, screener: Actor) -> None:
    lot(cast.clinic(), screener)
    assert rules.PH_NO_STOCK in rule_ids(propose(wish(visit(screener))))


def test_a_red_flag_beside_it_stops_the_machine(clinic: Organization, screener: Actor) -> None:
    lot(clinic, screener)
    prescription = propose(
        assessments.assessment(
            visit(screener), medicine(), referral("stat", 0, red_flags="sudden-vision-loss")
        )
    )
    assert prescription.status == "needs-pharmacist"
    assert rules.PH_RED_FLAG in rule_ids(prescription)


def test_an_unknown_birth_date_goes_to_the_pharmacist(clinic: Organization, screener: Actor) -> None:
    lot(clinic, screener)
    lot(clinic, screener, HYPROMELLOSE)
    prescription = propose(wish(visit(screener, patient=cast.patient(screener, birth_date=None))))
    assert (prescription.status, rule_ids(prescription)) == ("needs-pharmacist", {rules.PH_UNKNOWN})


def test_a_country_without_a_policy_is_blocked(clinic: Organization, screener: Actor) -> None:
    clinic.country = "VN"
    clinic.save()
    lot(clinic, screener)
    assert rule_ids(propose(wish(visit(screener)))) == {rules.PH_COUNTRY}


def test_a_newer_assessment_of_the_visit_withdraws_the_proposal_and_its_pack(
    clinic: Organization, screener: Actor
) -> None:
    stored = lot(clinic, screener)
    encounter = visit(screener)
    old = propose(wish(encounter))
    new = propose(wish(encounter))
    old.refresh_from_db()
    stored.refresh_from_db()
    assert (old.status, old.close_reason, new.status) == ("cancelled", "superseded", "proposed")
    assert stored.reserved == 1
    assert not selectors.lots_out_of_balance().exists()


def test_an_assessment_that_a_newer_one_replaced_proposes_nothing(
    clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener)
    encounter = visit(screener)
    outdated, current = wish(encounter), wish(encounter)
    proposed = propose(current)
    assert propose(outdated) is None
    proposed.refresh_from_db()
    assert proposed.status == "proposed"


def test_a_newer_assessment_without_a_medicine_withdraws_it_too(
    clinic: Organization, screener: Actor
) -> None:
    stored = lot(clinic, screener)
    encounter = visit(screener)
    propose(wish(encounter))
    assert propose(assessments.assessment(encounter)) is None
    stored.refresh_from_db()
    assert stored.reserved == 0


@pytest.mark.parametrize(("days", "status"), [(13, "needs-pharmacist"), (14, "proposed")])
def test_the_next_visit_gets_no_second_supply_before_the_first_is_used(
    clinic: Organization, screener: Actor, days: int, status: str
) -> None:
    lot(clinic, screener)
    first = visit(screener)
    propose(wish(first))
    again = wish(visit(screener, patient=first.patient))
    assert propose(again, NOW + timedelta(days=days)).status == status


def test_a_refused_medicine_does_not_count_as_supplied(clinic: Organization, screener: Actor) -> None:
    lot(clinic, screener)
    first = visit(screener)
    pharmacist = cast.actor(clinic, "pharmacist")
    prescription_refuse(prescription_id=propose(wish(first)).pk, by=pharmacist, now=NOW, code="already-uses")
    assert propose(wish(visit(screener, patient=first.patient))).status == "proposed"


def test_a_decision_is_announced_once_and_audited_without_personal_data(
    clinic: Organization, screener: Actor
) -> None:
    lot(clinic, screener)
    heard: list[int] = []

    def hear(*, key: int, **_: object) -> None:
        heard.append(key)

    events.prescription_decided.connect(hear)
    once = wish(visit(screener))
    prescription = propose(once)
    propose(once)
    events.prescription_decided.disconnect(hear)
    assert heard == [prescription.pk]
    event = AuditEvent.objects.get(entity=f"pharmacy.prescription:{prescription.pk}")
    assert (event.actor, event.detail) == ("software:pharmacy.proposer", "proposed")


def test_a_failure_on_the_way_leaves_neither_reservation_nor_prescription(
    clinic: Organization, screener: Actor
) -> None:
    stored = lot(clinic, screener)

    def refuse(**_: object) -> None:
        raise RuntimeError

    events.prescription_decided.connect(refuse)
    with pytest.raises(RuntimeError):
        propose(wish(visit(screener)))
    events.prescription_decided.disconnect(refuse)
    stored.refresh_from_db()
    assert stored.reserved == 0
    assert not Prescription.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [
        CLEAR,
        SafetyAnswers(),
        replace(CLEAR, allergies=("ketotifen", "olopatadine", "x"), contact_lenses=True),
    ],
)
@pytest.mark.parametrize("indication", ["dry-eye", "ocular-allergy", "other"])
def test_every_stored_alert_has_words(
    clinic: Organization, screener: Actor, answers: SafetyAnswers, indication: str
) -> None:
    lot(clinic, screener)
    prescription = propose(
        assessments.assessment(
            visit(screener, answers), medicine(indication), referral("asap", 1, red_flags="distorted-lines")
        )
    )
    assert all(alert_text(alert) for alert in selectors.alerts_of(prescription))


@pytest.mark.parametrize(
    ("update", "constraint"),
    [
        ({"lot": None}, "prescription_supply_has_a_lot"),
        ({"packs": 0}, "prescription_supply_has_a_lot"),
        ({"status": "authorised"}, "prescription_authorised_has_a_name"),
        ({"status": "refused"}, "prescription_closed_with_reason"),
        ({"status": "dispensed"}, "prescription_status"),
        ({"authorised_at": NOW}, "prescription_authorised_at_and_by"),
    ],
)
def test_the_database_keeps_a_prescription_possible(
    clinic: Organization, screener: Actor, update: dict[str, object], constraint: str
) -> None:
    lot(clinic, screener)
    prescription = propose(wish(visit(screener)))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Prescription.objects.filter(pk=prescription.pk).update(**update)
