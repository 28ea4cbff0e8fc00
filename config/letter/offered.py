"""Which papers of a referral a page offers."""

from collections.abc import Mapping

from config.letter.slip import NAMED
from referrals.domain.status import UNSENT, ReferralStatus


def papers_offered(status: str) -> Mapping[str, bool]:
    """`draft` or `letter`, and `slip`; a cancelled referral may never have been sent, so that it offers none."""
    return {
        "draft": status in UNSENT,
        "letter": status not in (*UNSENT, ReferralStatus.CANCELLED),
        "slip": status in NAMED,
    }
