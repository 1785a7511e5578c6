"""Ways to a person: which of them a message takes, whether they work, and how a new one comes and goes.

E-mail is the way that everybody has. Once a device or a service works it steps back into reserve, so that a reminder
comes once; when one of them fails for days, or all are gone, it takes their place again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from plans.models.reminder import Channel, ChannelQuerySet, Kind, Message, State, Use, Way

from . import masked, outbound
from .channels import Answer, Outcome
from .kinds import KINDS

EVERYBODYS = (Way.INBOX, Way.EMAIL)
FAILING = timedelta(days=2)
TRIED_AGAIN_DAYS = 7
DEVICES_MAX, SERVICES_MAX = 10, 5
# An index of PostgreSQL holds no more than 2,700 bytes.
ADDRESS_MAX = 1000
LABEL_MAX = 80
ERROR_MAX = 200
# Of a channel that has ended: its secrets are forgotten.
FORGOTTEN = {"address": "-", "keys": {}}
# A device is there as soon as the browser says so; a service, when its owner has seen a message arrive.
IN_USE = Q(ended_at=None, use=Use.ALWAYS.value) & (
    Q(way=Way.PUSH.value) | Q(way=Way.SERVICE.value, confirmed_at__isnull=False)
)


def settle(users: Iterable[User]) -> None:
    """Give each their inbox and e-mail, where not yet there. One query when nothing is missing."""
    people = {user.pk for user in users}
    ways = [way.value for way in EVERYBODYS]
    there = set(Channel.objects.open().filter(user__in=people, way__in=ways).values_list("user_id", "way"))
    missing = [Channel(user_id=pk, way=way) for pk in sorted(people) for way in ways if (pk, way) not in there]
    if missing:
        Channel.objects.bulk_create(missing, ignore_conflicts=True)


# Which --------------------------------------------------------------------------------------------------------------


def chosen(channels: Iterable[Channel], kind: Kind, now: datetime) -> list[Channel]:
    """The channels of one person that a message of this kind takes. A test takes none of these ways: see `test`."""
    ways = [channel for channel in channels if channel.ended_at is None]
    must = KINDS[Kind(kind)].must
    others = [channel for channel in ways if _in_use(channel)]
    failing = [channel for channel in others if is_failing(channel, now)]
    # Once a week a failing one is tried all the same, or it would never be seen to work again.
    tried = [channel for channel in others if must or channel not in failing or _try_again(channel, now)]
    needed = bool(failing) or not others
    return [
        channel
        for channel in ways
        if channel.way == Way.INBOX or channel in tried or (channel.way == Way.EMAIL and _mail(channel, must, needed))
    ]


def _mail(channel: Channel, must: bool, needed: bool) -> bool:
    return must or channel.use == Use.ALWAYS or (channel.use == Use.RESERVE and needed)


def _in_use(channel: Channel) -> bool:
    """IN_USE, of a row that is at hand."""
    known = channel.way == Way.PUSH or (channel.way == Way.SERVICE and channel.confirmed_at is not None)
    return known and channel.use == Use.ALWAYS and channel.ended_at is None


def is_failing(channel: Channel, now: datetime) -> bool:
    """It has failed at every attempt for so long that e-mail takes its place; the page says so."""
    return channel.failing_since is not None and now - channel.failing_since >= FAILING


def _try_again(channel: Channel, now: datetime) -> bool:
    return channel.failing_since is not None and (now - channel.failing_since).days % TRIED_AGAIN_DAYS == 0


# Whether they work --------------------------------------------------------------------------------------------------


def note(results: Mapping[int, Answer], now: datetime | None = None) -> None:
    """What a batch showed of its channels, by their keys. A few statements, whatever their number; safe to repeat.

    Without an answer a channel counts as failing too: one that never says yes cannot be relied on.
    """
    now = now or timezone.now()
    by: dict[Outcome, dict[int, str]] = defaultdict(dict)
    for pk, answer in results.items():
        by[answer.outcome][pk] = answer.text[:ERROR_MAX]
    channels = Channel.objects.open()
    if sent := by[Outcome.SENT]:
        channels.filter(pk__in=sent).update(last_sent_at=now, failing_since=None, last_error="")
    if bad := by[Outcome.FAILED] | by[Outcome.RETRY] | by[Outcome.UNKNOWN]:
        since = Coalesce("failing_since", Value(now))
        channels.filter(pk__in=bad).update(failing_since=since, last_error=_texts(bad))
    if gone := by[Outcome.GONE]:
        with transaction.atomic():
            channels.filter(pk__in=gone, way__in=[Way.PUSH.value, Way.SERVICE.value]).update(
                ended_at=now, last_error=_texts(gone), **FORGOTTEN
            )
            _mail_again(channels.filter(user__channels__in=list(gone)))


def _texts(texts: Mapping[int, str]) -> Case:
    return Case(*(When(pk=pk, then=Value(text)) for pk, text in texts.items()))


def _mail_again(channels: ChannelQuerySet) -> None:
    """E-mail comes out of reserve for whom it is the only way left."""
    others = Channel.objects.filter(IN_USE, user=OuterRef("user"))
    reserve = channels.filter(~Exists(others), way=Way.EMAIL.value, use=Use.RESERVE.value)
    Channel.objects.filter(pk__in=list(reserve.values_list("pk", flat=True))).update(use=Use.ALWAYS.value)


def _mail_into_reserve(channel: Channel) -> None:
    """When the first other way works. Whoever takes e-mail out of reserve after that keeps it so."""
    mine = Channel.objects.filter(user=channel.user_id)
    if not mine.filter(IN_USE).exclude(pk=channel.pk).exists():
        mine.open().filter(way=Way.EMAIL.value, use=Use.ALWAYS.value).update(use=Use.RESERVE.value)


# How they come and go -----------------------------------------------------------------------------------------------


def subscribe(user: User, endpoint: str, keys: Mapping[str, str], label: str) -> Channel:
    """One browser on one device, as it describes itself; again with the same endpoint gives the same channel.

    With the first one, the e-mail channel goes from always to reserve: say so where its `use` is shown.
    A browser belongs to whoever uses it now: on a shared phone, the one before gets nothing there any more.
    """
    from .channels import push

    _check_endpoint(endpoint)
    keys = {name: str(keys.get(name, "")) for name in ("p256dh", "auth")}
    if push.key_fault(keys):
        raise ValidationError(
            _("This browser did not send all that we need. Load the page again and retry."), code="keys"
        )
    label = label.strip()[:LABEL_MAX]
    with transaction.atomic():
        _take_over(user, endpoint)
        mine = Channel.objects.for_user(user).open().filter(way=Way.PUSH.value)
        found: Channel | None = mine.filter(address=endpoint).first()
        if found:
            if found.keys != keys:  # what failed with the former ones may work with these
                found.failing_since, found.last_error = None, ""
            found.keys, found.label = keys, label
            found.save(update_fields=["keys", "label", "failing_since", "last_error"])
            return found
        if mine.count() >= DEVICES_MAX:
            raise ValidationError(_too_many(DEVICES_MAX), code="devices")
        return _added(user, Way.PUSH, endpoint, label, keys)


def _check_endpoint(endpoint: str) -> None:
    """Push services speak https. Their name is looked up at each sending, by the guard, and not here: a page waits."""
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    schemes = ("https", "http") if settings.OUTBOUND_PRIVATE else ("https",)
    plain = (
        endpoint.isascii()
        and endpoint.isprintable()
        and not set(endpoint) & set(' \\"<>@')
        and len(endpoint) <= ADDRESS_MAX
    )
    if not (plain and host and parts.scheme in schemes):
        raise ValidationError(
            _("This browser gave no address that we can send to. Try another browser, or keep e-mail."), code="endpoint"
        )
    if outbound.inside(host, outbound.numbers):
        raise ValidationError(
            _("This browser's address leads into our own network, where we send nothing."), code="inside"
        )


def _take_over(user: User, endpoint: str) -> None:
    others = Channel.objects.open().filter(way=Way.PUSH.value, address=endpoint).exclude(user=user)
    if before := list(others.values_list("user_id", flat=True)):
        others.update(ended_at=timezone.now(), **FORGOTTEN)
        _mail_again(Channel.objects.open().filter(user__in=before))


def add_service(user: User, url: str, label: str) -> Channel:
    """A service by its URL. It is used once `confirm` says that a test message has arrived.

    Call it outside a transaction: it looks up a name in the network, which may take some seconds.
    """
    from .channels import service

    url = url.strip()
    if not url:
        raise ValidationError(_("Enter the address that your service gave you."), code="url")
    if len(url) > ADDRESS_MAX or not url.isprintable():
        raise ValidationError(_("This address is too long, or has signs that do not belong in one."), code="url")
    name = service.check(url)
    label = (label.strip() or name)[:LABEL_MAX]
    with transaction.atomic():
        mine = Channel.objects.for_user(user).open().filter(way=Way.SERVICE.value)
        found: Channel | None = mine.filter(address=url).first()
        if found:
            return found
        if mine.count() >= SERVICES_MAX:
            raise ValidationError(_too_many(SERVICES_MAX), code="services")
        return _added(user, Way.SERVICE, url, label)


def _too_many(count: int) -> str:
    return ngettext(
        "You have %(count)s already. Take it off first, then try again.",
        "You have %(count)s already. Take one off that you no longer use, then try again.",
        count,
    ) % {"count": count}


def _added(user: User, way: Way, address: str, label: str, keys: dict[str, str] | None = None) -> Channel:
    """A double tap adds it once."""
    settle([user])
    channel, _new = Channel.objects.get_or_create(
        user=user, way=way.value, address=address, ended_at=None, defaults={"label": label, "keys": keys or {}}
    )
    if _in_use(channel):
        _mail_into_reserve(channel)
    return channel


def test(channel: Channel) -> Message:
    """Put a test message for this channel alone into the outbox, one a minute at most. Its row tells how it ended."""
    if channel.ended_at:
        raise ValidationError(_("This one is no longer connected. Add it again, then test it."), code="ended")
    now = timezone.now()
    local = now.astimezone(channel.user.zone)
    message, _new = Message.objects.get_or_create(
        recipient_id=channel.user_id,
        plan=None,
        kind=Kind.TEST.value,
        local_date=local.date(),
        channel=channel,
        about=f"{local:%H:%M}",
        defaults={"planned_at": now, "due_at": now},
    )
    return message


def confirm(channel: Channel) -> None:
    """Its owner saw a test message arrive: from now on the service is used.

    If it is the first other way, the e-mail channel goes from always to reserve.
    """
    arrived = channel.messages.filter(kind=Kind.TEST.value, state__in=[State.SENT.value, State.UNKNOWN.value])
    if channel.ended_at or channel.way != Way.SERVICE or not arrived.exists():
        raise ValidationError(_("Send a test message first, then say whether it arrived."), code="test")
    with transaction.atomic():
        if Channel.objects.open().filter(pk=channel.pk, confirmed_at=None).update(confirmed_at=timezone.now()):
            channel.refresh_from_db(fields=["confirmed_at"])
            if _in_use(channel):
                _mail_into_reserve(channel)


def drop(channel: Channel) -> None:
    """Its owner takes it off. With the last one, e-mail comes out of reserve."""
    if channel.way in EVERYBODYS:
        raise ValidationError(_("Your inbox and your e-mail stay. You can switch e-mail off instead."), code="stays")
    with transaction.atomic():
        Channel.objects.open().filter(pk=channel.pk).update(ended_at=timezone.now(), **FORGOTTEN)
        _mail_again(Channel.objects.open().filter(user=channel.user_id))


def shown(channel: Channel) -> str:
    """Enough of the address for its owner to know which one it is, and no secret."""
    return channel.user.email if channel.way == Way.EMAIL else masked.address(channel)
