"""The parts of a leaflet, in the order in which they are read."""

from enum import StrEnum


class Section(StrEnum):
    PURPOSE = "purpose"
    USE = "use"
    CARE = "care"
    EFFECTS = "effects"
    KEEPING = "keeping"
