"""Which eye. OD and OS exist only at the edge of the system; inside there are R and L."""

from enum import StrEnum


class Laterality(StrEnum):
    """DICOM *Image Laterality* (0020,0062), without B: one photograph shows one eye."""

    RIGHT = "R"
    LEFT = "L"
