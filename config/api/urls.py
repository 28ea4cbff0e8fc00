from django.urls import path, re_path

from config.api import docs
from config.api.referrals import (
    Referral,
    ReferralAccept,
    ReferralAppointment,
    ReferralComplete,
    ReferralLetter,
    ReferralNoShow,
    ReferralReject,
    ReferralResume,
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
    path(
        "v1/referrals/<int:referral_id>/appointment",
        ReferralAppointment.as_view(),
        name="api-referral-appointment",
    ),
    path(
        "v1/referrals/<int:referral_id>/did-not-attend",
        ReferralNoShow.as_view(),
        name="api-referral-did-not-attend",
    ),
    path("v1/referrals/<int:referral_id>/resume", ReferralResume.as_view(), name="api-referral-resume"),
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("docs/problems/", docs.problems, name="api-problems"),
    re_path("", docs.nothing, name="api-nothing"),
]
