"""Studies of DICOM: photographs come as JPEG and PNG and are Media, so there is none of which one is made."""

from collections.abc import Iterable

from config.fhir.changes import updated
from config.fhir.kinds.kind import Kind, Source
from config.fhir.parameters import NOTHING, patient
from screening.models import FundusImage

IMAGING_STUDY = Kind(
    "ImagingStudy",
    "rs",
    (
        Source(
            lambda _: FundusImage.objects.none(),
            lambda _rows, _now: [],
            lambda _: NOTHING,
            "exam.encounter.patient_id",
            {
                "patient": patient("exam__encounter__patient__public_id"),
                "_lastUpdated": updated("received_at"),
            },
        ),
    ),
    documentation="Holds nothing: no photograph here comes from DICOM. Each is a Media.",
)
DICOM: Iterable[Kind] = (IMAGING_STUDY,)
