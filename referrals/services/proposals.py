"""What becomes of an assessment's need for a hospital."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from records.actor import Actor
from records.selectors import local_date
from referrals import events, selectors
from referrals.domain import rules
from referrals.domain.capabilities import Requirement, capabilities_for
from referrals.domain.deadlines import due_by
from referrals.domain.matching import Match, Need, subject_of
from referrals.domain.status import ReferralStatus
from referrals.domain.travel import Place
from referrals.errors import PlaceTaken
from referrals.models import Capacity, Referral, ReferralCandidate, ReferralReason
from referrals.near_selectors import candidates_near, hospitals_near
from referrals.services.hospitals import place_take
from referrals.services.silence_following import silence_follow
from referrals.services.step_rows import history_add, status_set
from risk import selectors as risk_selectors
from risk.domain.disposition import ActionKind, Reason
from risk.domain.urgency import Urgency
from risk.models import AssessmentAction, RiskAssessment
from screening.models import Encounter

# How often the ranking is repeated when the last place was taken in between.
RANKINGS_MAX = 5
# As many hospitals as one question to a router is about: the nearest that could take the case.
ROUTED = 32


@transaction.atomic
def referral_propose(
    *, assessment: RiskAssessment, by: Actor, now: datetime, minutes: dict[int, float] | None = None
) -> Referral | None:
    """Match an assessment's need to hospitals and hold a place at the best one.

    None when no referral was needed, the visit was cancelled, or a newer assessment of it took over. A second
    call returns the first result. When no hospital fits, or the visit has a referral with one already, the
    case is on the coordinator's list with that reason. Unsent proposals of an earlier assessment of the visit
    are withdrawn and their places given back.

    Parameters
    ----------
    minutes : travel by road of a router, by hospital; asked before, so that no transaction waits for it.

    Raises
    ------
    PlaceTaken
        Others took every place while it ranked; trying again is safe.
    """
    encounter = assessment.encounter
    # One decision at a time for a visit.
    held = Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    existing = selectors.referral_by_assessment(assessment.pk)
    if existing is not None:
        return existing
    if held.cancelled_at or risk_selectors.assessment_current_for_encounter(encounter) != assessment:
        return None
    earlier = selectors.referrals_of(encounter, besides=assessment.pk)
    for outdated in earlier:
        if not selectors.is_with_a_hospital(outdated):
            status_set(outdated, ReferralStatus.CANCELLED, by=by, now=now, reason="superseded")
    action = risk_selectors.action_of_kind(assessment, ActionKind.REFERRAL)
    if action is None:
        return None
    already_sent = any(selectors.is_with_a_hospital(referral) for referral in earlier)
    return _propose(assessment, action, already_sent=already_sent, minutes=minutes or {}, by=by, now=now)


def _propose(
    assessment: RiskAssessment,
    action: AssessmentAction,
    *,
    already_sent: bool,
    minutes: dict[int, float],
    by: Actor,
    now: datetime,
    replaces: Referral | None = None,
) -> Referral:
    encounter = assessment.encounter
    today = local_date(now, encounter.organization)
    need, requirement = _need(encounter, action, today)
    if replaces is not None:
        need = replace(need, said_no=selectors.said_no_to(replaces), due_by=max(today, replaces.due_by))
    place, place_reasons = _starting_place(encounter)
    if already_sent:
        match, held = Match((), (), (Reason(rules.REFR_OPEN_ALREADY),)), None
    else:
        match, held = _match_and_hold(need, place, encounter, today, minutes)
    referral = Referral.objects.create(
        assessment=assessment,
        replaces=replaces,
        encounter=encounter,
        organization_id=encounter.organization_id,
        status=ReferralStatus.PROPOSED if match.best else ReferralStatus.NEEDS_COORDINATOR,
        urgency=need.urgency,
        due_by=need.due_by,
        hospital_id=match.best.key if match.best else None,
        capacity=held,
        decided_at=now,
    )
    _store_candidates(referral, match)
    _store_reasons(referral, (*requirement.reasons, *place_reasons, *match.reasons), match)
    history_add(referral, "", by=by, now=now)
    silence_follow(referral, now=now)
    events.referral_decided.send(sender=None, key=referral.pk)
    return referral


def referral_propose_again(
    sent_back: Referral, *, already_sent: bool, minutes: dict[int, float], by: Actor, now: datetime
) -> Referral | None:
    """The same need, put to the hospitals that did not have it yet, in the caller's transaction; None without one."""
    action = risk_selectors.action_of_kind(sent_back.assessment, ActionKind.REFERRAL)
    if action is None:
        return None
    return _propose(
        sent_back.assessment,
        action,
        already_sent=already_sent,
        minutes=minutes,
        by=by,
        now=now,
        replaces=sent_back,
    )


def places_to_route(assessment: RiskAssessment, *, now: datetime) -> tuple[Place, dict[int, Place]] | None:
    """Where the person starts, and the near hospitals that could take the case; None when none is needed.

    For asking a router before the proposal; a hospital that it does not know of is estimated.
    """
    action = risk_selectors.action_of_kind(assessment, ActionKind.REFERRAL)
    if action is None:
        return None
    encounter = assessment.encounter
    today = local_date(now, encounter.organization)
    need, _ = _need(encounter, action, today)
    start, _ = _starting_place(encounter)
    reach = hospitals_near(need, start, encounter.organization.country, today=today, limit=ROUTED)
    return start, {one.key: one.place for one in reach.profiles}


def _need(encounter: Encounter, action: AssessmentAction, today: date) -> tuple[Need, Requirement]:
    urgency = Urgency(action.urgency)
    labels, red_flags = selectors.findings_of(action)
    requirement = capabilities_for(labels, red_flags, urgency)
    due = due_by(urgency, requested_on=today, given=action.due_by)
    return selectors.need_of(encounter, urgency, due, requirement.capabilities), requirement


def _starting_place(encounter: Encounter) -> tuple[Place, tuple[Reason, ...]]:
    known = selectors.home_of(encounter) is not None
    return selectors.start_of(encounter), () if known else (Reason(rules.REFR_PLACE_OF_CLINIC),)


def _match_and_hold(
    need: Need, place: Place, encounter: Encounter, today: date, minutes: dict[int, float]
) -> tuple[Match, Capacity | None]:
    for _ in range(RANKINGS_MAX):
        match = candidates_near(need, place, encounter.organization.country, today=today, minutes=minutes)
        if match.best is None or match.best.opening is None:
            return match, None
        held = place_take(match.best.key, need.urgency, match.best.opening)
        if held is not None:
            return match, held
    raise PlaceTaken("others took the places meanwhile; try again")


def _store_candidates(referral: Referral, match: Match) -> None:
    ReferralCandidate.objects.bulk_create(
        ReferralCandidate(
            referral=referral,
            hospital_id=candidate.key,
            rank=rank,
            distance_km=candidate.distance_km,
            travel_minutes=candidate.travel_minutes,
            routed=candidate.routed,
            wait_days=candidate.wait_days,
            expected_on=candidate.opening.expected_on if candidate.opening else None,
            cost=candidate.cost,
        )
        for rank, candidate in enumerate(match.candidates, start=1)
    )


def _store_reasons(referral: Referral, general: Iterable[Reason], match: Match) -> None:
    rows = [
        *(ReferralReason(rule_id=r.code, subject=subject_of(r)) for r in general),
        *(
            ReferralReason(rule_id=r.code, subject=subject_of(r), hospital_id=candidate.key)
            for candidate in match.candidates
            for r in candidate.reasons
        ),
        *(
            ReferralReason(
                rule_id=p.reason.code, subject=subject_of(p.reason), hospital_id=p.key, passed_over=True
            )
            for p in match.passed_over
        ),
        *(ReferralReason(rule_id=r.code, subject=subject_of(r)) for r in match.counted.reasons),
    ]
    for position, row in enumerate(rows):
        row.referral, row.position = referral, position
    ReferralReason.objects.bulk_create(rows)
