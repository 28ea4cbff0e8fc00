from django.urls import path

from config.authorise import (
    course_views,
    formulary_views,
    list_views,
    machine_views,
    medicine_views,
    referral_views,
    statistics_views,
)

MEDICINE, REFERRAL = "medicines/<int:prescription_id>/", "referrals/<int:referral_id>/"

urlpatterns = [
    path("", list_views.waiting, name="authorise"),
    path("formulary/", formulary_views.formulary, name="authorise-formulary"),
    path("statistics/", statistics_views.statistics, name="authorise-statistics"),
    path(MEDICINE, medicine_views.medicine, name="authorise-medicine"),
    path(f"{MEDICINE}release/", medicine_views.release, name="authorise-medicine-release"),
    path(f"{MEDICINE}refuse/", medicine_views.refuse, name="authorise-medicine-refuse"),
    path(f"{MEDICINE}override/", medicine_views.override, name="authorise-medicine-override"),
    path(f"{MEDICINE}reserve/", medicine_views.reserve, name="authorise-medicine-reserve"),
    path(f"{MEDICINE}follow-up/", medicine_views.follow_up, name="authorise-medicine-follow-up"),
    path(f"{MEDICINE}machine/", machine_views.give, name="machine-give"),
    path(f"{MEDICINE}counter/", machine_views.release_for_counter, name="counter-release"),
    path(f"{MEDICINE}machine/cancel/", machine_views.cancel, name="machine-cancel"),
    path(f"{MEDICINE}machine/replace/", machine_views.replace, name="machine-replace"),
    path(f"{MEDICINE}end-supply/", machine_views.end_supply, name="supply-end"),
    path(REFERRAL, referral_views.referral, name="authorise-referral"),
    path(f"{REFERRAL}authorise/", referral_views.authorise, name="authorise-referral-authorise"),
    path(f"{REFERRAL}choose/", referral_views.choose, name="authorise-referral-choose"),
    path(f"{REFERRAL}send/", referral_views.send, name="authorise-referral-send"),
    path(f"{REFERRAL}hand-on/", referral_views.hand_on, name="authorise-referral-hand-on"),
    path(f"{REFERRAL}refuse/", referral_views.refuse, name="authorise-referral-refuse"),
    path(f"{REFERRAL}step/", course_views.step, name="authorise-referral-step"),
    path(f"{REFERRAL}appointment/", course_views.appointment, name="authorise-referral-appointment"),
    path(f"{REFERRAL}missed/", course_views.missed, name="authorise-referral-missed"),
    path(f"{REFERRAL}kept/", course_views.kept, name="authorise-referral-kept"),
    path(f"{REFERRAL}again/", course_views.again, name="authorise-referral-again"),
    path(f"{REFERRAL}outcome/", course_views.outcome, name="authorise-referral-outcome"),
    path(f"{REFERRAL}follow-up/", referral_views.follow_up, name="authorise-referral-follow-up"),
]
