from django.urls import path

from config.board import views

urlpatterns = [path("", views.board, name="referrals")]
