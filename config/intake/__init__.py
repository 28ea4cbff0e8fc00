"""Taking in a patient: the pages of /intake/, and `case_submit` for a whole case at once."""

from config.intake.case import PhotographGiven, case_submit

__all__ = ["PhotographGiven", "case_submit"]
