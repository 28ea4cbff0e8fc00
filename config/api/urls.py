from django.urls import path, re_path

from config.api import docs
from config.api.referrals import (
    Referral,
    ReferralAccept,
    ReferralComplete,
    ReferralLetter,
    ReferralReject,
    Referrals,
)
from config.api.screenings import Screening, ScreeningCancel, Screenings

urlpatterns = [
    path("v1/screenings", Screenings.as_view(), name="api-screenings"),
    path("v1/screenings/<uuid:public_id>", Screening.as_view(), name="api-screening"),
    path("v1/screenings/<uuid:public_id>/cancel", ScreeningCancel.as_view(), name="api-screening-cancel"),
    path("v1/referrals", Referrals.as_view(), name="api-referrals"),
    path("v1/referrals/<int:referral_id>", Referral.as_view(), name="api-referral"),
    path("v1/referrals/<int:referral_id>/letter", ReferralLetter.as_view(), name="api-referral-letter"),
    path("v1/referrals/<int:referral_id>/accept", ReferralAccept.as_view(), name="api-referral-accept"),
    path("v1/referrals/<int:referral_id>/reject", ReferralReject.as_view(), name="api-referral-reject"),
    path("v1/referrals/<int:referral_id>/complete", ReferralComplete.as_view(), name="api-referral-complete"),
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("docs/problems/", docs.problems, name="api-problems"),
    re_path("", docs.nothing, name="api-nothing"),
]
