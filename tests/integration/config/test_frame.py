"""The frame of every page: appearance, and what is shown when something goes wrong."""

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from records.models import Role


def test_the_chosen_appearance_is_kept(visitor: Client) -> None:
    answer = visitor.post(reverse("theme"), {"theme": "dark", "next": "/sign-in/"})
    assert answer.headers["Location"] == "/sign-in/"
    assert 'data-theme="dark"' in visitor.get("/sign-in/").content.decode()


def test_without_a_choice_the_computer_decides(visitor: Client) -> None:
    visitor.post(reverse("theme"), {"theme": "auto"})
    assert "data-theme" not in visitor.get("/sign-in/").content.decode()


def test_an_invented_appearance_is_refused(visitor: Client) -> None:
    assert visitor.post(reverse("theme"), {"theme": '"><script>'}).status_code == 400
    visitor.cookies["theme"] = "<script>"
    assert "data-theme" not in visitor.get("/sign-in/").content.decode()


def test_the_choice_never_leads_to_another_host(visitor: Client) -> None:
    answer = visitor.post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("home")


def test_a_form_that_is_too_large_is_refused_as_that(visitor: Client, settings: LazySettings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = visitor.post(
        reverse("theme"), {"theme": "x" * 20}, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


DECIDES, READS, CASES = "/authorise/?mine=1", "/grading/", "/cases/"
STARTS = {Role.PHARMACIST: DECIDES, Role.COORDINATOR: DECIDES, Role.GRADER: READS}


@pytest.mark.parametrize("role", sorted(Role))
def test_the_day_of_each_role_starts_where_it_has_most_to_do(
    colleague: Callable[[str], Client], role: str
) -> None:
    client = colleague(role)
    start = client.get(reverse("home"))["location"]
    assert start == STARTS.get(role, CASES)
    page = client.get(start).content.decode()
    first = re.search(r'<ul class="nav" id="nav">\s*<li><a href="([^"]+)"', page)
    assert first
    assert first[1] == start.partition("?")[0], "the first entry of the navigation is the start"


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_needs_neither_a_request_nor_the_database(name: str) -> None:
    page = render_to_string(name)
    assert "<h1>" in page
    assert "nungil.css" in page
