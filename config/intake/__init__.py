"""Taking in a patient: the pages of /intake/, and `case_submit` for a whole case at once."""

from config.intake.case import PhotographGiven, case_submit
from config.intake.person import patient_find_or_register

__all__ = ["PhotographGiven", "case_submit", "patient_find_or_register"]
