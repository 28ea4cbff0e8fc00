"""Who is at the keyboard: from a signed-in user to an actor in one organization."""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from records import second_factor, services, session
from records.actor import Actor
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditAction, Membership, Role

View = Callable[..., HttpResponse]
CHOSEN = "membership"


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The active memberships of the signed-in user, oldest first."""
    active = Membership.objects.filter(practitioner__user_id=request.user.pk, active=True)
    return list(active.select_related("organization", "practitioner").order_by("pk"))


def members_only(*roles: Role) -> Callable[[View], View]:
    """A page for members of an organization, with one of `roles` where any is named.

    The view is called with `by`, the actor, in the organization's time zone. Another organization's record is
    a 404, a refused role a 403 with the reason. Nothing of such a page stays in a shared browser's cache.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return session.ask_to_sign_in(request)
            memberships = memberships_of(request)
            if not memberships:
                return render(request, "config/no_membership.html", status=403)
            membership = _chosen(request, memberships)
            request.membership, request.memberships = membership, memberships
            if first := second_factor.missing(request, membership) or _own_password(membership):
                return first
            with timezone.override(membership.organization.time_zone):
                response = _answer(view, roles, request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return response

        guarded.roles = roles or tuple(Role)
        return guarded

    return decorate


def _own_password(membership: Membership) -> HttpResponse | None:
    """The way to a password that nobody else knows; None when the present one is the reader's own."""
    return redirect("account_change_password") if membership.practitioner.must_change_password else None


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership:
    by_key = {membership.pk: membership for membership in memberships}
    return by_key.get(request.session.get(CHOSEN), memberships[0])


def _answer(
    view: View, roles: tuple[Role, ...], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    if roles and request.membership.role not in roles:
        return refuse(request, _("Only these roles may do this: %(roles)s.") % {"roles": _listed(roles)})
    try:
        return view(request, *args, by=request.membership.actor(), **kwargs)
    except RecordNotFound as missing:
        raise Http404 from missing
    except RoleRefused as refused:
        return refuse(request, str(refused))


def _listed(roles: tuple[Role, ...]) -> str:
    return ", ".join(str(role.label) for role in roles)


def refuse(request: HttpRequest, reason: str) -> HttpResponse:
    """A 403 page that says why, and as whom the reader is signed in; a page that asks gets the reason alone."""
    if session.is_from_script(request):
        return HttpResponse(reason, status=403, content_type="text/plain")
    return render(request, "403.html", {"reason": reason}, status=403)


def list_read(request: HttpRequest, name: str, patients: Iterable[int], *, by: Actor) -> None:
    """Audit a list of patients as one row with the digest of whom it showed; a refreshed list only once."""
    keys = sorted(set(patients))
    digest = hashlib.sha256(repr((by.organization_id, keys)).encode()).hexdigest()[:16]
    if not keys or request.session.get(f"read {name}") == digest:
        return
    services.audit_record(
        by=by,
        now=timezone.now(),
        action=AuditAction.READ,
        entity=request.membership.organization,
        detail=f"{name}: {len(keys)} patients {digest}",
    )
    request.session[f"read {name}"] = digest
