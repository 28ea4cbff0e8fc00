"""The versions of a clinic's limits, and which limits each of them moved."""

from dataclasses import dataclass

from risk.domain.bands import BandRow, Bands
from risk.domain.policy import SHIPPED_POLICY, changed_labels
from risk.models import Policy
from risk.selectors import policies_of, policy_value


@dataclass(frozen=True)
class Change:
    label: str
    old: BandRow
    new: BandRow


@dataclass(frozen=True)
class Version:
    row: Policy
    changed: list[Change]


def changes_between(old: Bands, new: Bands) -> list[Change]:
    """The diseases whose limits differ, with both."""
    return [Change(label.value, old[label], new[label]) for label in changed_labels(old, new)]


def history_of(organization_id: int) -> list[Version]:
    """The newest first, each against the one before it; the first against what is shipped."""
    rows = policies_of(organization_id)
    bands = [policy_value(row).bands for row in rows]
    before = [*bands, SHIPPED_POLICY.bands][1:]
    return [
        Version(row, changes_between(old, new)) for row, new, old in zip(rows, bands, before, strict=True)
    ]
