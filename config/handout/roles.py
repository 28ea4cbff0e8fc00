"""Who may hand a medicine out at the desk, and the screen over to patients."""

from records.models import Role
from records.permission import INTAKE_ROLES

HANDING_OUT = (*INTAKE_ROLES, Role.PHARMACIST)
