"""A visitor who goes through the pages by their forms."""

import re
from html.parser import HTMLParser
from typing import Any

from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from plans.intake import KEY, Intake

SETUP: dict[str, dict[str, Any]] = {
    "pain": {"pain": "5"},
    "activities": {"name_1": "Run 5 km", "score_1": "3", "name_2": "Tie my shoes", "score_2": "6"},
    "sport": {"sport": "running"},
    "history": {"side": "left", "onset": "gradual"},
    "drivers": {},
    "begin": {"time_zone": "Europe/Dublin"},
    "agree": {"privacy": "on", "disclaimer": "on"},
}


class Walker:
    def __init__(self, client: Client) -> None:
        self.client = client

    @property
    def intake(self) -> dict[str, Any]:
        return self.client.session[KEY]

    def get(self, name: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.client.get(reverse(f"plans:{name}", args=args), **kwargs)

    def post(self, name: str, *args: Any, **data: Any) -> HttpResponse:
        token = self.intake["token"] if KEY in self.client.session else ""
        return self.client.post(reverse(f"plans:{name}", args=args), {"token": token, **data})

    def begin(self, condition: str = "lumbar-strain", age: int = 34, country: str = "GB", **data: str) -> HttpResponse:
        self.post("choose", condition=condition)
        return self.post("about", age=age, country=country, **data)

    def answer(self, **given: str) -> HttpResponse:
        """Go on through the screens with these answers and "none of these" elsewhere, until an outcome."""
        response = self.get("screening")
        for _screen in range(12):
            if "/screening/" not in response.url:
                return response
            response = self.screen(response.url.rstrip("/").split("/")[-1], **given)
        raise AssertionError("the screening does not end")

    def screen(self, slug: str, **given: str) -> HttpResponse:
        shown = Intake(**self.intake).screens
        questions = next(screen.questions for screen in shown if screen.slug == slug)
        here = {id: answer for id, answer in given.items() if id in questions}
        data: dict[str, Any] = here or {"none": "on"}
        return self.post("screen", slug, site="outer", **data)

    def set_up(self, **changed: dict[str, Any]) -> HttpResponse:
        """Answer every page of set-up."""
        response = None
        for slug, data in SETUP.items():
            if slug == "begin":
                page = self.get("setup_step", "begin")
                first = page.context["form"].fields["start_date"].choices[0][0]
                data = {"start_date": first, **data}
            response = self.post("setup_step", slug, **(data | changed.get(slug, {})))
        assert response is not None
        return response

    def sign_up(self, email: str = "ann@example.org", then: str = "") -> HttpResponse:
        """By the code that arrives by mail."""
        self.client.post(reverse("account_signup"), {"email": email, "next": then})
        code = re.findall(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE)[-1]
        return self.client.post(reverse("account_email_verification_sent"), {"code": code})


class Page(HTMLParser):
    """What a page holds, for checks that do not hang on its layout."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [str(attrs["href"]) for tag, attrs in self.tags if tag == "a" and "href" in attrs]

    def ids(self) -> set[str]:
        return {str(attrs["id"]) for _tag, attrs in self.tags if "id" in attrs}

    def checked(self) -> set[tuple[str, str]]:
        boxes = [attrs for tag, attrs in self.tags if tag == "input" and "checked" in attrs]
        return {(str(box["name"]), str(box.get("value", "on"))) for box in boxes}
