"""Whether a photograph can be judged, and why not."""

from enum import StrEnum


class Gradability(StrEnum):
    GRADABLE = "gradable"
    LIMITED = "limited"
    UNGRADABLE = "ungradable"


class QualityReason(StrEnum):
    """Why a photograph is limited or ungradable; each has one action for the person at the camera."""

    BLURRED = "blurred"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    FIELD_CUT_OFF = "field-cut-off"
    NOT_A_FUNDUS = "not-a-fundus"
    UNREADABLE = "unreadable"
