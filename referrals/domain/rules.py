"""Every referral rule a clinician could argue with; docs/CLINICAL_RULES.md lists the same ids.

`facts` is facts/clinical.md and `interop` facts/interop.md, by section.
Evidence: V read in the source, R read in a public file, K unchecked general knowledge, P product policy.
"""

from referrals.domain import rules_of_course, rules_of_matching
from referrals.domain.rule_ids import *  # noqa: F403 - they are called rules.REFR_X
from screening.domain.rules import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted((*rules_of_matching.RULES, *rules_of_course.RULES), key=lambda rule: rule.id)
)
