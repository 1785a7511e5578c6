"""What each kind of message says: plainly, shortly, and nothing about anybody's health."""

import re
import struct
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
import textstat
from django.conf import settings
from django.urls import resolve, reverse
from django.utils import translation

from plans.models import Message
from plans.models.reminder import Kind, Way
from plans.reminders import links
from plans.reminders.compose import Content, compose, examples, language_of, line, target
from plans.reminders.kinds import KINDS
from plans.reminders.words import BODY_MAX, SUBJECT_MAX, TITLE_MAX
from tests.catalogue.wording import FORBIDDEN
from tests.factories import ChannelFactory, EscalationFactory, MessageFactory, PhysioFactory, UserFactory

READING_AGE = 11
EXAMPLES = list(examples())
HEALTH = re.compile(
    r"\b(?:pains?|painful|hurts?|sore(?:ness)?|ache|back pain|low back|spine|elbow|tendon|sciatica|strain|nerves?|"
    r"numb(?:ness)?|weak(?:ness|er)?|legs?|arms?|injur\w+|illness|condition|diagnos\w+|symptoms?|scores?|red flags?|"
    r"screening|exercises?|doses?|stages?|physio\w*|doctor|clinic\w*|rehab|recover\w*|heal\w*|treatment|stopped|"
    r"urgent)\b",
    re.IGNORECASE,
)


def named(message: Message) -> str:
    return "-".join(filter(None, [message.kind, message.about, str(len(message.parts) or "")]))


@pytest.fixture(params=EXAMPLES, ids=named)
def message(request) -> Message:
    return request.param


@pytest.fixture
def content(message) -> Content:
    return compose(message)


class Page(HTMLParser):
    """The words of a mail, and what it would load or lead to."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.skip = False
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.skip = tag in ("style", "title")

    def handle_endtag(self, tag):
        self.skip = False

    def handle_data(self, data):
        if data.strip() and not self.skip:
            self.said.append(data.strip())


def said(content: Content) -> dict[str, str]:
    """All that somebody may read, without addresses and the name of the site."""
    text = re.sub(r"https?://\S+", "", content.text).replace("Rehab planner", "")
    html = "\n".join(Page(content.html).said).replace("Rehab planner", "")
    labels = "\n".join(label for _action, label, _url in content.actions)
    return {
        "subject": content.subject,
        "title": content.title,
        "body": content.body,
        "text": text,
        "html": html,
        "labels": labels,
    }


def sentences(text: str) -> str:
    lines = [line.strip(" -:,") for line in text.splitlines()]
    return " ".join(line if line[-1] in ".?!" else f"{line}." for line in lines if len(line.split()) >= 5)


def test_there_is_an_example_of_every_kind():
    assert {message.kind for message in EXAMPLES} == set(Kind)
    assert [one.about for one in EXAMPLES if one.kind == Kind.SILENCE] == ["3", "7", "10", ""]


def test_it_is_short_enough_for_a_locked_phone(content):
    assert 0 < len(content.subject) <= SUBJECT_MAX
    assert 0 < len(content.title) <= TITLE_MAX
    assert 0 < len(content.body) <= BODY_MAX
    assert "\n" not in content.subject + content.title + content.body


def test_nothing_tells_of_anybodys_health(content):
    assert {where: HEALTH.findall(text) for where, text in said(content).items() if HEALTH.search(text)} == {}


def test_the_search_for_health_finds_it():
    assert HEALTH.findall("Pain in the low back: your score") == ["Pain", "low back", "score"]


@pytest.mark.parametrize("forbidden", FORBIDDEN, ids=lambda item: f"{item.rule}-{item.why}")
def test_nothing_says_what_the_rule_book_forbids(forbidden):
    found = [(named(one), text) for one in EXAMPLES for text in said(compose(one)).values() if forbidden.search(text)]
    assert found == []


def test_nobody_is_blamed_or_promised_anything(content):
    told = re.compile(
        r"\byou (?:forgot|missed|did not|didn.t|should|must|failed)|\boverdue\b|\bsorry\b|\bwill be\b|"
        r"\bpromise|\bguarantee|!",
        re.IGNORECASE,
    )
    assert told.search("You forgot it")
    assert not [text for text in said(content).values() if told.search(text)]


def test_a_mail_is_for_readers_of_eleven():
    everything = " ".join(sentences(said(compose(one))["text"]) for one in EXAMPLES)
    assert textstat.flesch_kincaid_grade(everything) + 5 <= READING_AGE


def test_no_single_mail_is_hard(content):
    assert textstat.flesch_kincaid_grade(sentences(said(content)["text"])) + 5 <= READING_AGE + 1


def test_a_list_shows_the_same_title_and_body(message, content):
    assert line(message) == (content.title, content.body)


def test_nothing_is_left_unfilled(content):
    assert not re.search(r"[{}]|%\(|None|\bnan\b", "".join(said(content).values()))


def test_text_and_html_say_the_same(content):
    def words(text):
        return re.findall(r"\w+", text)

    text, html = said(content)["text"].strip(" ,\n"), said(content)["html"]
    assert words(text) == words(html)


def test_every_mail_says_why_how_to_change_it_and_where_help_is(message, content):
    addresses = re.findall(r"https?://\S+", content.text)
    page = [attrs["href"] for tag, attrs in Page(content.html).tags if tag == "a"]
    assert set(page) == set(addresses) - {settings.SITE_URL}
    assert str(KINDS[Kind(message.kind)].why) in content.text
    assert f"{settings.SITE_URL}{reverse('plans:reminders')}" in addresses
    assert f"{settings.SITE_URL}{reverse('plans:help')}" in addresses
    assert content.url in addresses
    assert all(address.startswith(settings.SITE_URL) for address in addresses)


def test_what_may_be_switched_off_has_the_link_for_it(message, content):
    must = KINDS[Kind(message.kind)].must or message.kind == Kind.TEST
    assert (content.unsubscribe == "") is must
    assert ("/off/" in content.text, "/off/" in content.html) == (not must, not must)


def test_a_mail_loads_nothing_and_counts_nobody(content):
    tags = Page(content.html).tags
    assert not {tag for tag, _attrs in tags} & {"img", "link", "script", "iframe", "object", "video", "svg", "form"}
    assert not re.search(r"url\(|@import|src=|background=", content.html)
    assert {attrs.get("content") for tag, attrs in tags if attrs.get("name") == "color-scheme"} == {"light dark"}
    assert "max-width:600px" in content.html


@pytest.mark.parametrize("kind", Kind)
def test_only_what_can_wait_offers_to_be_put_off(kind):
    """And only a session can be noted as done from a notification."""
    for one in (one for one in EXAMPLES if one.kind == kind):
        offered = [action for action, _label, _url in compose(one).actions]
        assert offered[-1] == "open"
        assert ("snooze" in offered) is not KINDS[kind].urgent
        assert ("done" in offered) is (kind is Kind.SESSION)


def test_the_last_reminder_says_that_it_is_the_last():
    steps = {one.about: compose(one) for one in EXAMPLES if one.kind == Kind.SILENCE}
    assert "until you come back" in steps["10"].body
    assert not [about for about, content in steps.items() if about != "10" and "last" in content.text.lower()]


def test_a_louder_step_says_since_when_but_not_who():
    """In the clock of whoever reads it; the mail goes to a physio in Auckland."""
    physio = UserFactory.build(time_zone="Pacific/Auckland", is_physio=True)
    escalation = EscalationFactory.build(plan=None, created_at=datetime(2031, 3, 9, 20, 5, tzinfo=UTC))
    first, second = (
        compose(Message(recipient=physio, escalation=escalation, kind=Kind.ESCALATION.value, about=f"8:{step}"))
        for step in (0, 1)
    )
    assert first.title == "Somebody in your care needs a look"
    assert "since" not in first.text
    assert second.title == "Still waiting for your look"
    assert second.body == "Waiting since Monday 10 March, 09:05. Sign in to look."


def test_a_catch_up_lists_each_of_its_parts_once():
    parts = [[1, "morning"], [2, "morning"], [1, "session"], [1, "long gone"]]
    content = compose(Message(recipient=UserFactory.build(), kind=Kind.CATCH_UP.value, parts=parts))
    assert content.body == "How is it this morning?; Your session is due"
    assert content.text.count("- How is it this morning?") == content.html.count("How is it this morning?") == 1


def test_what_somebody_called_themselves_cannot_break_a_mail():
    reader = UserFactory.build(name="<b>\r\nBcc: all@example.org", email="a@example.org")
    content = compose(Message(recipient=reader, kind=Kind.MORNING.value))
    assert "Bcc" not in content.text + content.html + content.subject


@pytest.mark.django_db
def test_it_asks_the_database_nothing(django_assert_num_queries):
    saved = MessageFactory()
    read = links.read(links.token(saved))
    with django_assert_num_queries(0):
        assert compose(read).url.startswith(settings.SITE_URL)


# In whose language -------------------------------------------------------------------------------------------------


@pytest.fixture
def languages(settings, monkeypatch, tmp_path):
    """A site that offers three languages and holds a translation into one of them: German, of two sentences."""
    said = {"": "Content-Type: text/plain; charset=UTF-8\n", "Open": "Öffnen", "Your session is due": "Deine Einheit"}
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(catalogue(said))
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("fr", "Français")]
    settings.LOCALE_PATHS = [tmp_path]
    settings.USE_I18N = True
    # Which of its two halves Django uses is decided once, at the first sentence.
    monkeypatch.setattr(translation, "_trans", type(translation._trans)())


def catalogue(said: dict[str, str]) -> bytes:
    """A compiled translation, as GNU gettext lays it out."""
    pairs = sorted((key.encode(), value.encode()) for key, value in said.items())
    keys, values = [], []
    at = 28 + 16 * len(pairs)
    for entries, of in ((keys, 0), (values, 1)):
        for pair in pairs:
            entries.append(struct.pack("<2I", len(pair[of]), at))
            at += len(pair[of]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join([*keys, *values, *(pair[of] + b"\0" for of in (0, 1) for pair in pairs)])


def in_language(code: str) -> Content:
    return compose(Message(recipient=UserFactory.build(language=code), kind=Kind.SESSION.value))


@pytest.mark.usefixtures("languages")
def test_a_message_is_in_its_readers_language_and_the_thread_is_left_as_it_was():
    before = translation.get_language()
    content = in_language("de")
    assert content.title == "Deine Einheit"
    assert content.actions[-1][1] == "Öffnen"
    assert '<html lang="de">' in content.html
    assert translation.get_language() == before


@pytest.mark.usefixtures("languages")
@pytest.mark.parametrize("code", ["fr", "xx", "", "de-at", "../../etc"])
def test_a_language_without_a_translation_reads_as_english(code):
    """All of it: Django itself would know the French names of the days."""
    assert language_of(UserFactory.build(language=code)) == "en-gb"
    assert in_language(code).text == in_language("en-gb").text.replace("en-gb", code)
    louder = next(one for one in examples(code) if one.about == "1:1")
    assert re.search(r"since (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day ", compose(louder).body)


def test_with_one_language_every_other_reads_as_english():
    assert in_language("de").text.splitlines()[0] == "Your session is due"


# Where it leads ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_leads_to_a_page_of_the_app(kind):
    assert resolve(target(MessageFactory(kind=kind.value)))
    if kind not in (Kind.MESSAGE, Kind.ESCALATION):
        assert resolve(target(MessageFactory(kind=kind.value, plan=None, recipient=UserFactory())))


@pytest.mark.django_db
def test_a_session_leads_to_the_session_on_its_day_and_to_the_diary_later():
    message = MessageFactory(plan__days_ago=5)
    assert target(message) == reverse("plans:session", args=[message.plan_id])
    message.local_date = message.plan.start_date
    assert target(message) == reverse("plans:checkin_on", args=[message.plan_id, "session", message.local_date])


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "week"), [(14, 2), (15, 2), (20, 2), (21, 3), (3, 1)])
def test_a_review_leads_to_the_week_that_ended_last(day, week):
    message = MessageFactory(plan__days_ago=day - 1, kind=Kind.REVIEW.value)
    assert target(message) == reverse("plans:review", args=[message.plan_id, week])


@pytest.mark.django_db
def test_what_somebody_wrote_leads_to_the_inbox_of_its_reader():
    physio = PhysioFactory()
    escalation = EscalationFactory()
    about = {"recipient": physio, "plan": escalation.plan, "escalation": escalation, "about": "1:0"}
    mail = MessageFactory(kind=Kind.ESCALATION.value, channel=ChannelFactory(user=physio), **about)
    assert target(mail) == reverse("plans:inbox")
    inbox = ChannelFactory(user=physio, way=Way.INBOX.value)
    row = MessageFactory(kind=Kind.ESCALATION.value, channel=inbox, **about)
    another = PhysioFactory()
    MessageFactory(
        kind=Kind.ESCALATION.value,
        channel=ChannelFactory(user=another, way=Way.INBOX.value),
        **(about | {"recipient": another}),
    )
    assert target(mail) == reverse("plans:inbox_item", args=[row.pk])
