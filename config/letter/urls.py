from django.urls import path

from config.letter import views

urlpatterns = [
    path("referrals/<int:referral_id>.pdf", views.letter, name="referral-letter"),
    path("referrals/<int:referral_id>/slip/", views.slip, name="referral-slip"),
    path("<uuid:public_id>/", views.by_code, name="letter-by-code"),
]
