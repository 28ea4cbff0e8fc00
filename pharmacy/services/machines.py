"""What a machine last said of itself."""

from datetime import datetime

from pharmacy.models import Machine


def machine_state_note(*, machine_id: int, state: str, now: datetime) -> None:
    """Keep a machine's own word for its state, or why it could not be asked."""
    Machine.objects.filter(pk=machine_id).update(state=state[:40], state_at=now)
