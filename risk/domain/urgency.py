"""How soon: the order of urgencies, under the name by which the apps after screening know it."""

from screening.domain.urgency import Urgency, most_urgent

__all__ = ["Urgency", "most_urgent"]
