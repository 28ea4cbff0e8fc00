"""What hospitals found becomes the confirmed diagnosis that it is, and open referrals are watched for silence."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F

CLOSED = ("completed", "rejected", "failed", "cancelled")


def move(apps, schema_editor):
    Outcome = apps.get_model("referrals", "ReferralOutcome")
    Diagnosis = apps.get_model("screening", "ConfirmedDiagnosis")
    rows = Outcome.objects.select_related("referral__encounter", "referral__hospital", "referral__organization")
    for one in rows.order_by("recorded_at", "pk").iterator():
        one.diagnosis = _diagnosis(Diagnosis, one)
        one.save(update_fields=["diagnosis"])
    Referral = apps.get_model("referrals", "Referral")
    Referral.objects.exclude(status__in=CLOSED).update(alarm_at=F("decided_at"))


def _diagnosis(Diagnosis, one):
    patient = one.referral.encounter.patient_id
    same = Diagnosis.objects.filter(
        patient=patient, laterality=one.laterality, label=one.label, superseded_at=None, retracted_at=None
    )
    known = same.first()
    # Whoever said more, or said it later, is not undone by an older and shorter word.
    stays = known is not None and (
        known.recorded_at > one.recorded_at or (one.present and known.severity not in ("none", "present"))
    )
    if not stays:
        same.update(superseded_at=one.recorded_at)
    zone = ZoneInfo(one.referral.organization.time_zone)
    return Diagnosis.objects.create(
        organization=one.referral.organization,
        patient_id=patient,
        laterality=one.laterality,
        label=one.label,
        severity="present" if one.present else "none",
        confirmed_by=one.referral.hospital.name[:120],
        confirmed_on=one.recorded_at.astimezone(zone).date(),
        source="hospital",
        recorded_at=one.recorded_at,
        superseded_at=one.recorded_at if stays else None,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0008_alarms"),
        ("screening", "0012_diagnosis_from_hospital"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
