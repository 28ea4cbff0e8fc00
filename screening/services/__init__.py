"""Writes of screening: a visit, its photographs, and what a model release made of them."""

from screening.services.cancellations import encounter_cancel
from screening.services.diagnoses import diagnosis_record, diagnosis_report, diagnosis_retract
from screening.services.grading import (
    grading_claim,
    grading_claim_next,
    grading_open,
    grading_release,
    grading_withdraw,
    quality_case_make,
)
from screening.services.maps import maps_store
from screening.services.not_done import exam_not_done
from screening.services.outcomes import outcome_record, outcome_replace
from screening.services.partners import PartnerDetails, partner_screening_record
from screening.services.photographs import (
    Taken,
    derivatives_make,
    grey_make,
    image_add,
    image_retract,
    images_add,
    photograph_taken,
)
from screening.services.reads import EyeEntry, read_amend, read_sign
from screening.services.received import (
    Arrived,
    photograph_arrived,
    photograph_receive,
    received_set_aside,
    received_use,
)
from screening.services.unblinding import result_look
from screening.services.uploads import (
    Description,
    upload_describe,
    upload_store,
    uploads_take,
)
from screening.services.uploads_forgotten import uploads_forget
from screening.services.visits import encounter_open, exam_open, exam_submit

__all__ = [
    "Arrived",
    "Description",
    "EyeEntry",
    "PartnerDetails",
    "Taken",
    "derivatives_make",
    "diagnosis_record",
    "diagnosis_report",
    "diagnosis_retract",
    "encounter_cancel",
    "encounter_open",
    "exam_not_done",
    "exam_open",
    "exam_submit",
    "grading_claim",
    "grading_claim_next",
    "grading_open",
    "grading_release",
    "grading_withdraw",
    "grey_make",
    "image_add",
    "image_retract",
    "images_add",
    "maps_store",
    "outcome_record",
    "outcome_replace",
    "partner_screening_record",
    "photograph_arrived",
    "photograph_receive",
    "photograph_taken",
    "quality_case_make",
    "read_amend",
    "read_sign",
    "received_set_aside",
    "received_use",
    "result_look",
    "upload_describe",
    "upload_store",
    "uploads_forget",
    "uploads_take",
]
