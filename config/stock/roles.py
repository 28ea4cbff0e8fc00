"""Who looks at the stock, who receives and counts, and who sets packs aside."""

from pharmacy.domain.dispensing import COUNT_ROLES
from pharmacy.domain.storage import EXCURSION_ROLE
from pharmacy.services.recalls import RECALL_ROLES
from records.models import Role

HANDLING = tuple(Role(role) for role in COUNT_ROLES)
READING = (*HANDLING, Role.AUDITOR)
WITHDRAWING = RECALL_ROLES
DECIDING = (Role(EXCURSION_ROLE),)
# Who may read which patients received a lot.
TRACING = (*RECALL_ROLES, Role.PHYSICIAN, Role.AUDITOR)
