"""Make the demo people on a first run, and say how to sign in as one of them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from plans import demo
from plans.catalogue import catalogue
from plans.models import shipped


class Command(BaseCommand):
    help = "Makes invented people with lived-in diaries in an empty database, and prints their sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="also on a public site, or beside people who are there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.LOCAL or options["yes"]):
            raise CommandError(
                "This is a public site: demo people would have accounts on it. Say --yes if that is what you want."
            )
        if options["yes"] or not User.objects.exists():
            shipped.publish(catalogue())
            demo.make()
        self.print_sign_ins()

    def print_sign_ins(self) -> None:
        """Only those that still have their first password; the others sign in by e-mailed code, like everybody."""
        there = {user.email: user for user in User.objects.filter(email__in=[person.email for person in demo.PEOPLE])}
        if not there:
            self.stdout.write("There are people in this database already, so no demo people were made.")
            return
        self.stdout.write("Demo people (invented). Sign in with the e-mail address and this password:")
        for person in demo.PEOPLE:
            if user := there.get(person.email):
                password = demo.password(person)
                shown = password if user.check_password(password) else "(changed)"
                self.stdout.write(f"  {person.email:24} {shown:20} {person.about}")
