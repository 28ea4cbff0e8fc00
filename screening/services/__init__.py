"""Writes of screening: a visit, its photographs, and what a model release made of them."""

from screening.services.cancellations import encounter_cancel
from screening.services.outcomes import outcome_record
from screening.services.partners import PartnerDetails, partner_screening_record
from screening.services.photographs import (
    Taken,
    derivatives_make,
    image_add,
    image_retract,
    images_add,
    photograph_taken,
)
from screening.services.visits import encounter_open, exam_open, exam_submit

__all__ = [
    "PartnerDetails",
    "Taken",
    "derivatives_make",
    "encounter_cancel",
    "encounter_open",
    "exam_open",
    "exam_submit",
    "image_add",
    "image_retract",
    "images_add",
    "outcome_record",
    "partner_screening_record",
    "photograph_taken",
]
