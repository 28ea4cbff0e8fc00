"""One proposed referral with everything that authorising or sending it rests on."""

from datetime import datetime
from typing import Any

from django.urls import reverse

import risk.selectors
from config.authorise.hospitals import hospital_choices
from config.authorise.patient_facts import patient_facts
from config.authorise.turns import referral_turn
from config.authorise.waiting import referral_words
from config.letter.offered import papers_offered
from config.near_map.candidates import near_map
from config.reason_words import referral_reason, risk_reason
from records import access
from records.actor import Actor
from records.models import Role
from records.selectors import local_date
from referrals import selectors
from referrals.domain.decisions import SENT_BACK, follow_up_role
from referrals.domain.passed_over import COUNTING
from referrals.domain.silence import Step
from referrals.domain.status import UNSENT, WITH_A_HOSPITAL, ReferralStatus
from referrals.models import Referral, ReferralReason
from referrals.services.contacts import CALLING_ROLES
from referrals.texts import DECISIONS, note_text
from risk.domain.disposition import ActionKind

SENDING = (Role.PHYSICIAN, Role.COORDINATOR)


def referral_by_id(referral_id: int, *, by: Actor, now: datetime) -> Referral:
    """A referral of the actor's organization, with the read audited. Raises RecordNotFound."""
    rows = Referral.objects.select_related(
        "hospital", "capacity", "organization", "assessment", "authorised_by", "encounter__patient"
    ).prefetch_related("candidates__hospital", "reasons__hospital", "history__hospital")
    return access.fetch(rows, by=by, now=now, patient="encounter.patient_id", pk=referral_id)


def referral_page(one: Referral, *, by: Actor, now: datetime) -> dict[str, Any]:
    """The view model; what the reader's role may do follows from the state."""
    turn, role = referral_turn(one), Role(by.role)
    alarm = one.alarms.filter(closed_at=None).first()
    matching = _matching(one)
    return (
        {
            "one": one,
            "turn": turn,
            "mine": turn is not None and turn == role,
            "what": referral_words(one),
            "facts": patient_facts(one.encounter, by=by, today=local_date(now, one.organization)),
            "successor": _successor(one),
            "papers": papers_offered(one.status),
            "why": _why(one),
            "needs": sorted(selectors.capabilities_needed(one)),
            "choices": hospital_choices(one) if one.status in UNSENT else [],
            "appointments": one.appointments.order_by("-pk"),
            "refused_by": _refused_by(one),
            "next": Referral.objects.filter(replaces=one).first(),
            "alarm": alarm,
            "history": sorted(one.history.all(), key=lambda event: event.pk),
        }
        | matching
        | {"map": near_map(one, matching)}
        | _may(one, role)
        | {"may_keep": role in SENDING and alarm is not None and alarm.step == Step.LATE}
    )


def _may(one: Referral, role: Role) -> dict[str, bool]:
    proposed = one.status == ReferralStatus.PROPOSED
    authorised = one.status == ReferralStatus.AUTHORISED
    over = one.followed_up_at or Referral.objects.filter(replaces=one).exists()
    follows = None if over else follow_up_role(one.status, one.end_code)
    return {
        "may_authorise": proposed and role is Role.PHYSICIAN,
        "may_refuse": one.status in UNSENT and role is Role.PHYSICIAN,
        "may_choose": one.status == ReferralStatus.NEEDS_COORDINATOR and role in SENDING,
        "may_send": authorised and role in SENDING,
        "may_hand_on": (authorised or proposed) and role in SENDING,
        "may_follow_up": follows is not None and role in (Role.PHYSICIAN, follows),
        "may_call": role in CALLING_ROLES,
        "may_step": one.status in WITH_A_HOSPITAL and role in SENDING,
        "may_book": one.status == ReferralStatus.ACCEPTED and role in SENDING,
        "may_complete": one.status == ReferralStatus.IN_PROGRESS and role in SENDING,
        "may_match": role in SENDING and not over and _may_be_matched(one),
    }


def _may_be_matched(one: Referral) -> bool:
    """As `referral_rematch` finds it: a cancelled visit, or a newer assessment of it, has no need for this one."""
    current = risk.selectors.assessment_current_for_encounter(one.encounter)
    return one.status in SENT_BACK and one.encounter.cancelled_at is None and current == one.assessment


def _refused_by(one: Referral) -> list[dict[str, Any]]:
    """The hospitals that had it before and what they said, the last first."""
    found, earlier = [], one.replaces
    while earlier is not None:
        last = earlier.history.order_by("pk").last()
        said = [DECISIONS.get(last.code, ""), last.reason, note_text(last.note)] if last else []
        found.append({"one": earlier, "said": " · ".join(str(part) for part in said if part)})
        earlier = earlier.replaces
    return found


def _why(one: Referral) -> list[str]:
    action = risk.selectors.action_of_kind(one.assessment, ActionKind.REFERRAL)
    reasons = action.reasons.order_by("rank") if action else []
    return [risk_reason(reason.code, reason.parameters) for reason in reasons]


def _matching(one: Referral) -> dict[str, Any]:
    reasons = sorted(one.reasons.all(), key=lambda reason: reason.position)
    candidates = sorted(one.candidates.all(), key=lambda candidate: candidate.rank)
    return {
        "general": [
            _reason(reason)
            for reason in reasons
            if reason.hospital_id is None and reason.rule_id not in COUNTING
        ],
        "candidates": [
            {
                "hospital": candidate.hospital,
                "expected_on": candidate.expected_on,
                "reasons": [
                    _reason(reason)
                    for reason in reasons
                    if reason.hospital_id == candidate.hospital_id and not reason.passed_over
                ],
            }
            for candidate in candidates
        ],
        "passed_over": [_reason(reason) for reason in reasons if reason.passed_over],
        "counted": [_reason(reason) for reason in reasons if reason.rule_id in COUNTING],
        "estimated": any(not candidate.routed for candidate in candidates),
    }


def _reason(row: ReferralReason) -> dict[str, Any]:
    text = referral_reason({"rule": row.rule_id, "subject": row.subject})
    return {"text": text, "rule": row.rule_id, "hospital": row.hospital}


def _successor(one: Referral) -> str:
    """Where the case stands now, when a newer assessment replaced that of this proposal; else empty."""
    current = risk.selectors.assessment_current_for_encounter(one.encounter)
    if current is None or current == one.assessment:
        return ""
    newer = selectors.referral_by_assessment(current.pk)
    if newer is None:
        return reverse("case", args=[one.encounter.public_id])
    return reverse("authorise-referral", args=[newer.pk])
