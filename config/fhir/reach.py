"""What a partner's program may read: the visits that it sent, and those referred to the hospital it speaks for.

Everything under /fhir/ hangs on one of these rows, so no other organization's is ever reached (ADR 13).
"""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Greatest

from config.api.status import with_status
from config.fhir.standing import status_of_report
from records import access
from records.models import AuditEvent, Consent, ConsentScope, PartnerClient, Patient
from referrals.domain.status import IN_CARE, ReferralStatus
from referrals.models import HospitalClient, Referral, ReferralEvent, ReferralLetter
from risk.models import RiskAssessment
from screening.models import Encounter, FundusImage, PartnerScreening, Read


def referrals(client: PartnerClient) -> QuerySet[Referral]:
    """Whatever was sent to the hospital that the client speaks for; before that it is the clinic's own affair.

    `in_care`: the hospital is to treat the person and may know what was found.
    """
    own = access.within(Referral.objects.filter(hospital__in=hospitals(client)), by=client.actor())
    sent = ReferralEvent.objects.filter(
        referral=OuterRef("pk"), to_status=ReferralStatus.REQUESTED, hospital=OuterRef("hospital_id")
    )
    last = ReferralEvent.objects.filter(referral=OuterRef("pk")).order_by("-pk")
    # The reason of a step that the hospital took; the clinic's own reasons stay with the clinic.
    said = Case(When(actor__in=programs_beside(client), then="reason"), default=Value(""))
    return own.filter(Exists(sent)).annotate(
        stepped_at=last.values("recorded_at")[:1],
        answered_reason=last.values(said=said)[:1],
        in_care=Case(When(Exists(_consent()), status__in=IN_CARE, then=True), default=False),
    )


def hospitals(client: PartnerClient) -> list[int]:
    """The one that the client speaks for, if any: by its key the database knows how few of all referrals are meant."""
    link: HospitalClient | None = getattr(client, "hospital_client", None)
    return [] if link is None else [link.hospital_id]


def programs_beside(client: PartnerClient) -> list[str]:
    """How the trail names the programs that speak for the same hospital, the client itself included."""
    hospital = HospitalClient.objects.filter(client=client).values("hospital_id")
    programs = PartnerClient.objects.filter(hospital_client__hospital__in=hospital)
    return [program.actor().label for program in programs]


def visits(client: PartnerClient) -> QuerySet[Encounter]:
    """Referred ones only while the patient's consent to share is in force.

    Asked visit by visit, which is quick for the few of one id or patient; for a page of all see `ways`.
    """
    sent = PartnerScreening.objects.filter(encounter=OuterRef("pk"), client=client)
    referred = _in_care(client).filter(encounter=OuterRef("pk"))
    own = access.within(Encounter.objects.all(), by=client.actor())
    return own.filter(Q(Exists(sent)) | Q(Exists(referred)))


def ways(client: PartnerClient) -> tuple[QuerySet[Encounter], ...]:
    """The same visits by the way they are reached: each is a plain join, of which a page takes the newest alone."""
    own = access.within(Encounter.objects.all(), by=client.actor())
    return own.filter(partner_screening__client=client), own.filter(
        pk__in=_in_care(client).values("encounter_id")
    )


def _in_care(client: PartnerClient) -> QuerySet[Referral]:
    return referrals(client).filter(Exists(_consent()), status__in=IN_CARE)


def letters(client: PartnerClient) -> QuerySet[ReferralLetter]:
    """What the hospital got with a referral, while it is to treat the person."""
    own = access.within(
        ReferralLetter.objects.all(), by=client.actor(), path="event__referral__organization_id"
    )
    sent = own.filter(event__referral__in=_in_care(client), event__hospital__in=hospitals(client))
    return sent.select_related("event__referral__encounter__patient")


def _consent() -> QuerySet[Consent]:
    """To share with hospitals, in force, of a referral's person."""
    return Consent.objects.filter(
        patient=OuterRef("encounter__patient_id"), scope=ConsentScope.REFERRAL, withdrawn_at=None
    )


def patients(client: PartnerClient) -> QuerySet[Patient]:
    own = access.within(Patient.objects.all(), by=client.actor())
    return own.filter(pk__in=visits(client).values("patient_id"))


def photographs(client: PartnerClient) -> QuerySet[FundusImage]:
    return _photographs(client, visits(client))


def photographs_by_way(client: PartnerClient) -> list[QuerySet[FundusImage]]:
    return [_photographs(client, way) for way in ways(client)]


def _photographs(client: PartnerClient, visits: QuerySet[Encounter]) -> QuerySet[FundusImage]:
    rows = access.within(
        FundusImage.objects.all(), by=client.actor(), path="exam__encounter__organization_id"
    )
    return rows.filter(exam__encounter__in=visits).select_related("exam__encounter__patient")


def screening_orders(client: PartnerClient) -> QuerySet[PartnerScreening]:
    """What this client sent to be screened, each with its `status`."""
    own = access.within(with_status(), by=client.actor(), path="encounter__organization_id")
    resulted = RiskAssessment.objects.filter(encounter=OuterRef("encounter_id")).order_by("-assessed_at")
    read = Read.objects.filter(task__encounter=OuterRef("encounter_id"), task__quality_of=None)
    return (
        own.filter(client=client)
        .select_related("encounter__patient", "client")
        .annotate(
            changed_at=Greatest(
                "received_at",
                "encounter__cancelled_at",
                Subquery(resulted.values("assessed_at")[:1]),
                Subquery(read.order_by("-signed_at").values("signed_at")[:1]),
            )
        )
    )


def assessments(client: PartnerClient) -> QuerySet[RiskAssessment]:
    """The newest of each visit; a visit without one has no result yet.

    With its `status`, and when any act last changed what is shown of it.
    """
    return _assessments(client, visits(client))


def assessments_by_way(client: PartnerClient) -> list[QuerySet[RiskAssessment]]:
    return [_assessments(client, way) for way in ways(client)]


def _assessments(client: PartnerClient, visits: QuerySet[Encounter]) -> QuerySet[RiskAssessment]:
    own = access.within(RiskAssessment.objects.all(), by=client.actor(), path="encounter__organization_id")
    newer = RiskAssessment.objects.filter(
        encounter=OuterRef("encounter_id"), superseded_at=None, exam__gt=OuterRef("exam_id")
    )
    current = own.filter(superseded_at=None, encounter__in=visits).exclude(Exists(newer))
    reads = Read.objects.filter(task__encounter=OuterRef("encounter_id"), task__quality_of=None)
    loaded = current.select_related("encounter__patient", "encounter__organization", "outcome__release")
    return loaded.annotate(
        status=status_of_report(),
        ordered=Exists(PartnerScreening.objects.filter(encounter=OuterRef("encounter_id"), client=client)),
        # PostgreSQL's GREATEST passes over what is null.
        changed_at=Greatest(
            "assessed_at",
            "encounter__cancelled_at",
            Subquery(reads.order_by("-signed_at").values("signed_at")[:1]),
        ),
    )


def audit_events(client: PartnerClient) -> QuerySet[AuditEvent]:
    """What this client itself did; what others did is for the clinic to see."""
    by = client.actor()
    own = access.within(AuditEvent.objects.filter(actor=by.label), by=by)
    person = Patient.objects.filter(pk=OuterRef("patient_id"), organization=OuterRef("organization"))
    return own.annotate(person=Subquery(person.values("public_id")[:1]))
