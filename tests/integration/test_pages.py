"""Every page answers, and carries the content security policy."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_sign_in_page_has_a_policy_and_no_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert b"by invitation only" in client.get("/accounts/signup/").content.lower()
