from django.urls import path

from config.webhooks import views

urlpatterns = [
    path("", views.webhooks, name="webhooks"),
    path("<uuid:public_id>/", views.webhook, name="webhook"),
    path("<uuid:public_id>/test/", views.webhook_test, name="webhook-test"),
    path("<uuid:public_id>/rotate/", views.webhook_rotate, name="webhook-rotate"),
    path("<uuid:public_id>/off/", views.webhook_off, name="webhook-off"),
    path("<uuid:public_id>/on/", views.webhook_on, name="webhook-on"),
    path("<uuid:public_id>/replay/", views.webhook_replay, name="webhook-replay"),
    path("<uuid:public_id>/replay/<int:message_id>/", views.webhook_replay, name="webhook-replay-one"),
]
