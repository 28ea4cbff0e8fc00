"""Moments of a case up to its photographs, and how it was cancelled."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from config.moments import Moment, person
from pharmacy.models import SafetyAnswers
from records.models import AuditAction, AuditEvent
from risk.models import RiskFactors
from screening.models import Encounter, Exam, FundusImage, PartnerScreening


def opening(encounter: Encounter) -> Iterator[Moment]:
    """The visit, by whom, from which partner, and its end where it was cancelled."""
    yield Moment(encounter.started_at, _("Visit opened"), who=opened_by(encounter))
    sent = PartnerScreening.objects.filter(encounter=encounter).select_related("client").first()
    if sent:
        yield Moment(
            sent.received_at, _("Received from a partner"), f"{sent.client.name}, {sent.external_id}"
        )
    if encounter.cancelled_at:
        what = _("Visit cancelled")
        yield Moment(encounter.cancelled_at, what, encounter.cancel_reason, encounter.cancelled_by)


def opened_by(encounter: Encounter) -> str:
    """The label of who opened the visit, from the audit trail."""
    mine = AuditEvent.objects.filter(
        organization=encounter.organization_id, patient_id=encounter.patient_id, action=AuditAction.CREATE
    )
    opened = mine.filter(entity=f"screening.encounter:{encounter.pk}").only("actor").first()
    return opened.actor if opened else ""


def answering(encounter: Encounter) -> Iterator[Moment]:
    """Each time questions were answered; a later set of answers replaces the one before."""
    kinds = ((RiskFactors, _("Health questions answered")), (SafetyAnswers, _("Medicine questions answered")))
    for model, what in kinds:
        rows = model.objects.filter(encounter=encounter).order_by("recorded_at")
        for row in rows.only("recorded_at", "recorded_by_id"):
            yield Moment(row.recorded_at, what, who=person(row.recorded_by_id))


def photographing(encounter: Encounter) -> Iterator[Moment]:
    """Sittings, photographs received and taken back, submissions."""
    images = list(FundusImage.with_retracted.filter(exam__encounter=encounter).order_by("pk"))
    for exam in Exam.objects.filter(encounter=encounter):
        yield Moment(exam.opened_at, _("Photography began"))
        mine = [image for image in images if image.exam_id == exam.pk]
        for image in mine:
            yield from _photograph(image)
        if exam.submitted_at and exam.not_done_reason:
            yield Moment(
                exam.submitted_at, _("Ended without photographs"), exam.get_not_done_reason_display()
            )
        elif exam.submitted_at:
            taken = {image.laterality for image in mine if image.entered_in_error_at is None}
            yield Moment(
                exam.submitted_at, _("Photographs submitted"), ", ".join(sorted(taken, reverse=True))
            )


def _photograph(image: FundusImage) -> Iterator[Moment]:
    who = person(image.received_from_id)
    yield Moment(image.received_at, _("Photograph received"), image.laterality, who)
    if image.entered_in_error_at:
        yield Moment(image.entered_in_error_at, _("Photograph taken back"), image.laterality)
