"""Django's admin: administrators of an organization, their own colleagues, and a trail of every change."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from records.models import AuditEvent, Membership, Organization, Practitioner, Role
from tests.factories import records as cast
from tests.integration.config.conftest import signed_in

PASSWORD = "a long password 1"


@pytest.fixture
def administrator(clinic: Organization) -> Membership:
    membership = cast.member(clinic, Role.ADMINISTRATOR)
    User.objects.filter(practitioner=membership.practitioner).update(is_staff=True)
    return Membership.objects.select_related("practitioner__user").get(pk=membership.pk)


@pytest.fixture
def desk(administrator: Membership) -> Client:
    """The administrator's browser."""
    return signed_in(administrator)


@pytest.fixture
def outsider(db: None) -> Membership:
    return cast.member(cast.clinic(), Role.SCREENER)


def test_the_admin_site_asks_strangers_to_sign_in_where_everybody_does(visitor: Client) -> None:
    for address in (reverse("admin:index"), reverse("admin:login")):
        assert visitor.get(address).headers["Location"].startswith(reverse("account_login"))


def test_an_administrator_without_a_second_factor_sets_one_up_first(
    visitor: Client, administrator: Membership
) -> None:
    visitor.force_login(administrator.practitioner.user)
    assert visitor.get(reverse("admin:index")).headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_no_other_role_gets_in(colleague: Callable[[str], Client], role: str) -> None:
    assert colleague(role).get(reverse("admin:index")).status_code == 403


def test_an_administrator_who_may_not_manage_staff_reads_so(clinic: Organization) -> None:
    client = signed_in(cast.member(clinic, Role.ADMINISTRATOR))
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403
    assert "You may not manage staff" in answer.content.decode()


def test_only_staff_and_the_audit_trail_are_managed_here(desk: Client) -> None:
    apps = desk.get(reverse("admin:index")).context["app_list"]
    assert {model["object_name"] for app in apps for model in app["models"]} == {
        "User",
        "Practitioner",
        "Membership",
        "AuditEvent",
    }


@pytest.mark.parametrize("model", ["auth_user", "records_practitioner", "records_membership"])
def test_nobody_of_another_organization_is_listed_or_opened(
    desk: Client, outsider: Membership, model: str
) -> None:
    rows = {
        "auth_user": outsider.practitioner.user_id,
        "records_practitioner": outsider.practitioner_id,
        "records_membership": outsider.pk,
    }
    listed = desk.get(reverse(f"admin:{model}_changelist")).context["cl"].queryset
    assert listed.count() == 1
    for page in ("change", "history", "delete"):
        answer = desk.get(reverse(f"admin:{model}_{page}", args=[rows[model]]), follow=True)
        assert answer.status_code in (403, 404) or page == "history"
    assert desk.post(reverse(f"admin:{model}_change", args=[rows[model]]), {}).status_code == 404


def test_the_password_of_somebody_elsewhere_is_out_of_reach(desk: Client, outsider: Membership) -> None:
    address = reverse("admin:auth_user_password_change", args=[outsider.practitioner.user_id])
    assert desk.post(address, {"password1": "x" * 20, "password2": "x" * 20}).status_code in (403, 404)
    assert User.objects.get(pk=outsider.practitioner.user_id).check_password(PASSWORD)


def test_the_password_of_a_colleague_who_works_elsewhere_too_is_left_alone(
    desk: Client, clinic: Organization, outsider: Membership
) -> None:
    Membership.objects.create(practitioner=outsider.practitioner, organization=clinic, role=Role.GRADER)
    key = outsider.practitioner.user_id
    typed = {"password1": "x" * 20, "password2": "x" * 20}
    assert desk.post(reverse("admin:auth_user_password_change", args=[key]), typed).status_code == 403
    assert desk.post(reverse("admin:auth_user_change", args=[key]), {"username": "x"}).status_code == 403


def test_a_new_colleague_belongs_here_and_must_choose_a_password(
    desk: Client, clinic: Organization, visitor: Client
) -> None:
    typed = {"username": "new.nurse", "name": "Oh Ji-eun", "role": "screener"}
    password = {"password1": "first long password", "password2": "first long password"}
    assert desk.post(reverse("admin:auth_user_add"), typed | password).status_code == 302

    membership = Membership.objects.get(practitioner__user__username="new.nurse")
    assert (membership.organization, membership.role) == (clinic, Role.SCREENER)
    visitor.force_login(membership.practitioner.user)
    assert visitor.get(reverse("cases")).headers["Location"] == reverse("account_change_password")
    created = AuditEvent.objects.filter(organization=clinic, action="C").values_list("entity", flat=True)
    assert {f"records.membership:{membership.pk}", f"auth.user:{membership.practitioner.user_id}"} <= set(
        created
    )


def test_a_password_set_by_an_administrator_is_audited_and_must_be_changed(
    desk: Client, clinic: Organization
) -> None:
    nurse = cast.member(clinic).practitioner
    address = reverse("admin:auth_user_password_change", args=[nurse.user_id])
    typed = {"password1": "set by somebody else", "password2": "set by somebody else"}
    assert desk.post(address, typed).status_code == 302
    assert Practitioner.objects.get(pk=nurse.pk).must_change_password
    event = AuditEvent.objects.get(entity=f"auth.user:{nurse.user_id}")
    assert (event.action, event.role, event.organization) == ("U", Role.ADMINISTRATOR, clinic)


def test_a_role_is_given_to_own_colleagues_only_and_in_the_own_organization(
    desk: Client, clinic: Organization, outsider: Membership
) -> None:
    nurse = cast.member(clinic).practitioner
    address = reverse("admin:records_membership_add")
    refused = desk.post(address, {"practitioner": outsider.practitioner_id, "role": "grader", "active": "on"})
    assert refused.status_code == 200
    assert not Membership.objects.filter(practitioner=outsider.practitioner, organization=clinic).exists()

    given = {"practitioner": nurse.pk, "role": "administrator", "active": "on"}
    assert desk.post(address, given).status_code == 302
    assert Membership.objects.filter(practitioner=nurse, organization=clinic, role="administrator").exists()
    assert User.objects.get(pk=nurse.user_id).is_staff


def test_the_same_role_is_not_given_twice(desk: Client, clinic: Organization) -> None:
    membership = cast.member(clinic)
    given = {"practitioner": membership.practitioner_id, "role": membership.role, "active": "on"}
    assert desk.post(reverse("admin:records_membership_add"), given).status_code == 200


def test_nobody_ends_their_own_role(desk: Client, administrator: Membership) -> None:
    desk.post(reverse("admin:records_membership_change", args=[administrator.pk]), {})
    desk.post(reverse("admin:auth_user_change", args=[administrator.practitioner.user_id]), {"username": "a"})
    assert Membership.objects.get(pk=administrator.pk).active
    assert User.objects.get(pk=administrator.practitioner.user_id).is_active


def test_a_lost_second_factor_is_removed_and_that_is_audited(desk: Client, clinic: Organization) -> None:
    user = cast.member(clinic).practitioner.user
    Authenticator.objects.create(user=user, type="totp", data={"secret": ""})
    chosen = {"action": "second_factor_forget", "_selected_action": [user.pk]}
    desk.post(reverse("admin:auth_user_changelist"), chosen)
    assert not Authenticator.objects.filter(user=user).exists()
    assert AuditEvent.objects.get(entity=f"auth.user:{user.pk}").detail == "second factor removed"


def test_the_audit_trail_is_the_own_one_and_only_read(
    desk: Client, administrator: Membership, outsider: Membership
) -> None:
    for by in (outsider.actor(), cast.actor(administrator.organization)):
        cast.patient(by)
    listed = desk.get(reverse("admin:records_auditevent_changelist")).context["cl"].queryset
    assert set(listed.values_list("organization", flat=True)) == {administrator.organization_id}

    event = listed.first()
    assert desk.get(reverse("admin:records_auditevent_change", args=[event.pk])).status_code == 200
    assert desk.post(reverse("admin:records_auditevent_change", args=[event.pk]), {}).status_code == 403
    assert desk.post(reverse("admin:records_auditevent_delete", args=[event.pk])).status_code == 403
    assert desk.get(reverse("admin:records_auditevent_add")).status_code == 403
