"""The row of every clinical rule table."""

from dataclasses import dataclass
from typing import Final

# V read in the source, R read in a public file, K unchecked general knowledge, P product policy.
EVIDENCE: Final = ("V", "R", "K", "P")


@dataclass(frozen=True)
class Rule:
    """One rule a clinician can look up in docs/CLINICAL_RULES.md.

    `evidence` is one of EVIDENCE.
    """

    id: str
    text: str
    source: str
    evidence: str
