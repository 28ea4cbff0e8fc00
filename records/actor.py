"""Who acts: a person with a role in an organization, or a named part of the software."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`practitioner_id` is None exactly when the software acts; `role` is then empty."""

    organization_id: int
    label: str
    role: str = ""
    practitioner_id: int | None = None

    @property
    def is_software(self) -> bool:
        return self.practitioner_id is None


def software(name: str, organization_id: int) -> Actor:
    """The actor for a task or command, such as ``software("screening.scorer", 3)``."""
    return Actor(organization_id=organization_id, label=f"software:{name}")
