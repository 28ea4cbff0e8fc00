"""What a run compares every visit with: fixed when it starts, loaded again by whoever goes on with it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max

from risk.domain.policy import RiskPolicy
from risk.domain.rules import RULES_VERSION
from risk.errors import RescoreImpossible
from risk.fusion.release import CARD, FusionRelease
from risk.inference import fusion_release
from risk.models import RescoreRun, RunState
from risk.selectors import policy_by_version

BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Basis:
    """`alike`: cards of releases that join a patient's eyes in the same way, so that stored image logits hold."""

    run: RescoreRun
    release: FusionRelease
    policy: RiskPolicy
    alike: tuple[str, ...]
    settled: datetime

    def parameters(self) -> dict[str, Any]:
        """What the queries of a run are asked with."""
        return {
            "organization": self.run.organization_id,
            "today": self.run.today,
            "since": self.run.since,
            "of_release": self.run.of_release,
            "card": self.release.card_sha256,
            "alike": list(self.alike),
            "policy": self.policy.version,
            "rules": self.run.rules_version,
            "settled": self.settled,
            "everything": self.run.everything,
        }


def basis_of(run: RescoreRun) -> Basis:
    """Load what the run was started with.

    Raises
    ------
    RescoreImpossible
        Another release or other rules were installed since it began: go on with a new run.
    FusionReleaseInvalid
    """
    release = fusion_release(settings.FUSION_RELEASES_DIR / run.fusion_release)
    if (release.card_sha256, RULES_VERSION) != (run.fusion_card_sha256, run.rules_version):
        raise RescoreImpossible("another release was installed since this run began; start a new one")
    policy = policy_by_version(run.policy_version, organization_id=run.organization_id)
    alike = _alike(settings.FUSION_RELEASES_DIR, release.card_sha256)
    return Basis(run, release, policy, alike, _settled(run))


def _settled(run: RescoreRun) -> datetime:
    """When the last run began that compared the whole register with the same; before all time without one."""
    same = RescoreRun.objects.filter(
        organization=run.organization_id,
        pk__lt=run.pk,
        state=RunState.DONE,
        since=None,
        of_release="",
        fusion_card_sha256=run.fusion_card_sha256,
        policy_version=run.policy_version,
        rules_version=run.rules_version,
    )
    whole = same.exclude(chunks__left_out__gt=0)
    return whole.aggregate(at=Max("started_at"))["at"] or BEFORE_ALL


@lru_cache(maxsize=4)
def _alike(folder: Path, card_sha256: str) -> tuple[str, ...]:
    """Digests of the cards on disk whose eyes are joined as in this one's."""
    contents = [card.read_bytes() for card in sorted(folder.glob(f"*/{CARD}"))]
    joins = {hashlib.sha256(one).hexdigest(): json.loads(one).get("both_eyes") for one in contents}
    return tuple(sha for sha, join in joins.items() if join == joins.get(card_sha256))
