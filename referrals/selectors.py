"""Reads of hospitals and referrals."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet, Sum

from records import access
from records.actor import Actor
from referrals.domain.capabilities import Capability, capabilities_for
from referrals.domain.capacity import Offer, WeekPlaces, monday_of
from referrals.domain.costs import LANGUAGE_OF_COUNTRY
from referrals.domain.directory import InsuranceClass
from referrals.domain.hours import Hours, OpenSpan
from referrals.domain.matching import Need
from referrals.domain.status import CLOSED, KNOWN_AFTER, WITH_A_HOSPITAL, ReferralStatus
from referrals.domain.travel import Place
from referrals.models import Capacity, Hospital, PatientNeeds, Referral, WeeklyOffer
from referrals.public_holidays import public_holidays
from risk import selectors as risk_selectors
from risk.domain.disposition import ActionKind
from risk.domain.red_flags import RedFlag
from risk.domain.urgency import Urgency
from risk.models import AssessmentAction
from screening.domain.findings import Label
from screening.models import Encounter


def places_per_week(
    country: str, urgency: Urgency, needs: Iterable[Capability] = (Capability.EYE_CLINIC,)
) -> int | None:
    """How many patients of one urgency the country's open hospitals with all of `needs` take in an ordinary week, for
    whoever refers to them; None: no such hospital told it.
    """
    hospitals = Hospital.objects.filter(active=True, country=country)
    for capability in needs:
        hospitals = hospitals.filter(capabilities__code=capability)
    offers = WeeklyOffer.objects.filter(hospital__in=hospitals, urgency=urgency)
    places: int | None = offers.aggregate(places=Sum("places"))["places"]
    return places


def offer_of(hospital_id: int, urgency: Urgency, *, since: date) -> Offer:
    """What one hospital offers for an urgency, with its weeks from that of `since` on."""
    offered = WeeklyOffer.objects.filter(hospital_id=hospital_id, urgency=urgency).first()
    weeks = Capacity.objects.filter(hospital_id=hospital_id, urgency=urgency, monday__gte=monday_of(since))
    known = {week.monday: WeekPlaces(week.places, week.taken) for week in weeks}
    return Offer(offered.places if offered else None, known)


def hours_of(hospital: Hospital, *, since: date) -> Hours:
    """When one hospital opens, as it told, with its closed days and its country's holidays from `since` on."""
    spans = frozenset(OpenSpan(one.day, one.opens, one.closes) for one in hospital.hours.all())
    closed = frozenset(hospital.closed_days.filter(day__gte=since).values_list("day", flat=True))
    return Hours(spans, closed, public_holidays(hospital.country, since.year))


def findings_of(action: AssessmentAction) -> tuple[tuple[Label, ...], tuple[RedFlag, ...]]:
    """The labels and red flags behind an action."""
    labels = tuple(Label(code) for code in action.labels.split(",") if code)
    return labels, tuple(RedFlag(code) for code in action.red_flags.split(",") if code)


def home_of(encounter: Encounter) -> Place | None:
    """Where the patient lives; None when it is not known."""
    patient = encounter.patient
    if patient.latitude is None or patient.longitude is None:
        return None
    return Place(patient.latitude, patient.longitude)


def start_of(encounter: Encounter) -> Place:
    """Where the patient starts from: home, or the clinic where it is not known."""
    clinic = encounter.organization
    return home_of(encounter) or Place(clinic.latitude, clinic.longitude)


def capabilities_needed(referral: Referral) -> frozenset[Capability]:
    """What a hospital must offer for this case."""
    action = risk_selectors.action_of_kind(referral.assessment, ActionKind.REFERRAL)
    labels, red_flags = findings_of(action) if action else ((), ())
    return capabilities_for(labels, red_flags, Urgency(referral.urgency)).capabilities


def need_of(
    encounter: Encounter, urgency: Urgency, due_by: date, capabilities: frozenset[Capability]
) -> Need:
    """A visit's need with what else is known of the person: insurance, language, wheelchair, earlier hospitals."""
    patient = encounter.patient
    told = PatientNeeds.objects.filter(patient=patient).first() or PatientNeeds()
    spoken = LANGUAGE_OF_COUNTRY.get(encounter.organization.country)
    known = Referral.objects.filter(encounter__patient=patient, status__in=KNOWN_AFTER)
    return Need(
        urgency=urgency,
        due_by=due_by,
        capabilities=capabilities,
        insurance=InsuranceClass(told.insurance) if told.insurance else None,
        letter_on=told.first_level_letter_on,
        language="" if patient.language == spoken else patient.language,
        wheelchair=told.wheelchair,
        known_at=frozenset(known.exclude(hospital=None).values_list("hospital_id", flat=True)),
    )


def state_of(referral: Referral) -> str:
    """Changes with every step and follow-up of it, so that a form can say what its reader saw."""
    return state_after(referral.history.count(), followed_up=referral.followed_up_at is not None)


def state_after(steps: int, *, followed_up: bool) -> str:
    """As `state_of`, for who has counted the steps already."""
    return f"{steps} followed-up" if followed_up else str(steps)


def held_from(referral: Referral) -> ReferralStatus | None:
    """Where it was when it was put on hold; None where it is not."""
    if referral.status != ReferralStatus.ON_HOLD:
        return None
    held = referral.history.filter(to_status=referral.status).exclude(from_status=referral.status)
    return ReferralStatus(held.latest("pk").from_status)


def referral_by_assessment(assessment_id: int) -> Referral | None:
    """What became of one assessment's need, the last of several; None before that, or when none was needed."""
    return _with_reasons(Referral.objects.filter(assessment_id=assessment_id)).order_by("pk").last()


def said_no_to(referral: Referral) -> dict[int, str]:
    """The hospitals that had it, or one that it replaces, with what they gave as a reason."""
    found: dict[int, str] = {}
    one: Referral | None = referral
    while one is not None:
        last = one.history.order_by("pk").last()
        if one.hospital_id is not None:
            found[one.hospital_id] = last.reason if last else ""
        one = one.replaces
    return found


def referrals_of_same_finding(referral: Referral) -> QuerySet[Referral]:
    """Others of the visit that are with a hospital for one of its findings (REFR-55)."""
    others = Referral.objects.filter(encounter=referral.encounter_id, status__in=WITH_A_HOSPITAL)
    mine = _findings(referral)
    same = [one.pk for one in others.exclude(pk=referral.pk) if mine & _findings(one)]
    return Referral.objects.filter(pk__in=same)


def _findings(referral: Referral) -> set[str]:
    """Labels and red flags; an eye that could not be judged counts as a finding of its own."""
    action = AssessmentAction.objects.filter(
        assessment=referral.assessment_id, kind=ActionKind.REFERRAL
    ).first()
    labels, red_flags = findings_of(action) if action else ((), ())
    return {*labels, *red_flags} or {""}


def referral_by_id(referral_id: int, *, by: Actor, now: datetime) -> Referral:
    """One referral of the actor's organization, with the read audited. Raises RecordNotFound."""
    rows = _with_reasons(Referral.objects.all())
    return access.fetch(rows, by=by, now=now, patient="encounter.patient_id", pk=referral_id)


def _with_reasons(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    return rows.select_related("hospital", "encounter").prefetch_related(
        "candidates__hospital", "reasons__hospital", "history"
    )


def referrals_of(encounter: Encounter, *, besides: int) -> list[Referral]:
    """The open referrals of a visit that came from another assessment, locked."""
    rows = Referral.objects.select_for_update(of=("self",)).select_related("encounter")
    return list(
        rows.filter(encounter=encounter)
        .exclude(assessment_id=besides)
        .exclude(status__in=CLOSED)
        .order_by("pk")
    )


def is_with_a_hospital(referral: Referral) -> bool:
    """Whether it was sent and is not closed."""
    return referral.status in WITH_A_HOSPITAL


def referrals_waiting_for_coordinator(*, by: Actor) -> QuerySet[Referral]:
    """Cases of the actor's organization for which no hospital was found, earliest deadline first."""
    rows = access.within(Referral.objects.filter(status=ReferralStatus.NEEDS_COORDINATOR), by=by)
    return rows.select_related("encounter__patient").prefetch_related("reasons").order_by("due_by", "pk")


def referrals_waiting_for_physician(*, by: Actor) -> QuerySet[Referral]:
    """Proposals of the actor's organization that nobody has sent yet, earliest deadline first."""
    rows = access.within(Referral.objects.filter(status=ReferralStatus.PROPOSED), by=by)
    return rows.select_related("hospital", "encounter__patient").order_by("due_by", "pk")
