"""What the machine may give, to whom and why: the formulary in force, for reading."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pharmacy.domain.formulary import FORMULARY_VERSION
from pharmacy.models import FormularyItem
from pharmacy.selectors import formulary_in_force, policy_of
from records.actor import Actor
from records.guard import members_only
from records.models import Role

READERS = (Role.PHARMACIST, Role.PHYSICIAN, Role.ADMINISTRATOR, Role.AUDITOR)


@require_safe
@members_only(*READERS)
def formulary(request: HttpRequest, *, by: Actor) -> HttpResponse:
    policy = policy_of(request.membership.organization)
    context = {
        "version": FORMULARY_VERSION,
        "policy": policy,
        "rows": [_row(item, policy.labels_of if policy else "") for item in formulary_in_force()],
    }
    return render(request, "config/authorise/formulary.html", context)


def _row(item: FormularyItem, country: str) -> dict[str, Any]:
    """An item with its label in the clinic's country; no label there means that it is blocked."""
    label = next((one for one in item.labels.all() if one.country == country), None)
    return {
        "item": item,
        "label": label,
        "not_with": [(one.kind, one.code, one.tier) for one in item.contraindications.all()],
    }
