"""What holds on every page: the content policy and the way in."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from playwright.sync_api import Page, expect


def test_sign_in_by_a_code_from_an_email(page: Page, live_server) -> None:
    get_user_model().objects.create_user("anna@example.org")
    page.goto(f"{live_server.url}/accounts/login/code/")
    page.get_by_label("Email").fill("anna@example.org")
    page.locator("form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/code/confirm/"))
    code = re.search(r"^([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", mail.outbox[-1].body, re.MULTILINE)
    assert code, mail.outbox[-1].body
    page.locator("input[name=code]").fill(code[1])
    page.locator("form button[type=submit]").first.click()
    expect(page).not_to_have_url(re.compile("/accounts/login"))
    assert "sessionid" in {cookie["name"] for cookie in page.context.cookies()}


@pytest.mark.parametrize("path", ["", "account/emailaddress/", "auth/group/add/"])
def test_the_admin_works_under_the_content_policy(page: Page, live_server, sign_in, path: str) -> None:
    sign_in(get_user_model().objects.create_superuser("boss@example.org"))
    page.goto(f"{live_server.url}/admin/{path}")
    expect(page.locator("#user-tools")).to_be_visible()
    # Proof that its style sheets were let in: without them the header has no colour.
    assert page.locator("#header").evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
