"""Writes of screening: a visit, its photographs, and what a model release made of them."""

from screening.services.outcomes import outcome_record
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
    "Taken",
    "derivatives_make",
    "encounter_open",
    "exam_open",
    "exam_submit",
    "image_add",
    "image_retract",
    "images_add",
    "outcome_record",
    "photograph_taken",
]
