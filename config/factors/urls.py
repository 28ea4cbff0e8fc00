from django.urls import path

from config.factors import views

urlpatterns = [path("", views.factors, name="factors")]
