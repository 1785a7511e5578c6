"""Sessions for many people at once, without the way through the sign-in pages."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string


def sign_in(one: AbstractBaseUser, ids: Iterable[int], backend: str) -> list[str]:
    """The session keys of these people, who all have the password of `one`."""
    hashed, until = one.get_session_auth_hash(), timezone.now() + timedelta(days=1)
    sessions = [
        Session(
            session_key=get_random_string(32),
            session_data=SessionStore().encode(
                {SESSION_KEY: str(id), BACKEND_SESSION_KEY: backend, HASH_SESSION_KEY: hashed}
            ),
            expire_date=until,
        )
        for id in ids
    ]
    return [session.session_key for session in Session.objects.bulk_create(sessions)]
