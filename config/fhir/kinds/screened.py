"""What a visit showed, and its photographs."""

from collections.abc import Iterable

from config.fhir import loading, reach, reach_uploads
from config.fhir.changes import updated
from config.fhir.kinds.kind import Kind, Source, each
from config.fhir.mapping import images, letters
from config.fhir.parameters import based_on, named, named_behind, of_visit, patient, photograph, report_status
from screening.domain.findings import DISEASES

OF_VISIT = "encounter.patient_id"
OF_PHOTOGRAPH = "exam.encounter.patient_id"

DIAGNOSTIC_REPORT = Kind(
    "DiagnosticReport",
    "rs",
    (
        Source(
            reach.assessments,
            loading.reports_of,
            named("encounter__public_id"),
            OF_VISIT,
            of_visit(**{"status": ("token", report_status), "based-on": ("reference", based_on)}),
            ways=reach.assessments_by_way,
        ),
    ),
    includes={
        "result": ("result", "Observation"),
        "media": ("media.link", "Media"),
        "subject": ("subject", "Patient"),
    },
    exact=("status",),
    keeps_versions=True,
    documentation="status=final does not find what is amended; ask for final,amended.",
)
OBSERVATION = Kind(
    "Observation",
    "rs",
    (
        Source(
            reach.assessments,
            loading.observations_of,
            named("encounter__public_id", longer=True),
            OF_VISIT,
            of_visit(),
            at_least=len(DISEASES),
            ways=reach.assessments_by_way,
        ),
    ),
    keeps_versions=True,
)
RISK_ASSESSMENT = Kind(
    "RiskAssessment",
    "rs",
    (
        Source(
            reach.assessments,
            loading.risks_of,
            named("encounter__public_id", longer=True),
            OF_VISIT,
            of_visit(),
            ways=reach.assessments_by_way,
        ),
    ),
    documentation="prediction.probabilityDecimal is a probability from 0 to 1, not a percentage.",
    keeps_versions=True,
)
MEDIA = Kind(
    "Media",
    "crs",
    # What waits first: ordered between two pages it comes twice rather than never.
    (
        Source(
            reach_uploads.described,
            each(images.waiting_media),
            named("public_id"),
            "patient_id",
            {"patient": patient("patient__public_id"), "_lastUpdated": updated("described_at")},
        ),
        Source(
            reach.photographs,
            each(images.media),
            photograph,
            OF_PHOTOGRAPH,
            {
                "patient": patient("exam__encounter__patient__public_id"),
                "_lastUpdated": updated("received_at"),
            },
            ways=reach.photographs_by_way,
        ),
    ),
    documentation="A photograph that is posted alone waits 24 hours for the ServiceRequest that orders it.",
)
BINARY = Kind(
    "Binary",
    "cr",
    (
        Source(
            reach.photographs,
            each(lambda row: images.binary(row, loading.display_copy(row))),
            photograph,
            OF_PHOTOGRAPH,
        ),
        Source(
            reach_uploads.uploads,
            each(lambda row: images.waiting_binary(row, loading.uploaded_bytes(row))),
            named("public_id"),
            "patient_id",
        ),
        Source(
            reach.letters,
            each(lambda row: letters.binary(row, loading.kept_letter(row))),
            named_behind(letters.PREFIX, "public_id"),
            "event.referral.encounter.patient_id",
        ),
    ),
    documentation="Of a photograph, posted as it is or in JSON, which waits as its Media does; or a referral "
    "letter, to which Task.input leads.",
)
SCREENED: Iterable[Kind] = (DIAGNOSTIC_REPORT, OBSERVATION, RISK_ASSESSMENT, MEDIA, BINARY)
