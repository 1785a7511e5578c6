"""I will book it: when to ask again about a review."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.signed_in import person
from plans.forms.booking import BookingForm
from plans.models import Plan
from plans.models.booking import LATEST, SOONEST, USUAL, ask_again
from plans.reminders.due import review_open

from .access import of_plan
from .refused import leaves, refused, status_of


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def booking(request: HttpRequest, plan: Plan) -> HttpResponse:
    if plan.ended_on:
        return refused(request, plan, ValidationError(_("This plan has ended, so there is nothing to book."), "ended"))
    if not review_open(plan.course()):
        messages.info(request, _("No review waits to be booked."))
        return redirect("plans:today_of", plan.pk)
    today, status = plan.local_today(), 200
    asked = plan.booking_on if plan.booking_on and plan.booking_on > today else None
    form = BookingForm(request.POST or None, initial={"on": asked or today + USUAL})
    form.fields["on"].widget.attrs |= {"min": today + SOONEST, "max": today + LATEST}
    if request.method == "POST" and form.is_valid():
        try:
            on = form.cleaned_data["on"]
            ask_again(plan, on, person(request), seen=form.revision)
            messages.success(request, _("Good. We ask again on %(day)s.") % {"day": date_format(on, "l j F")})
            return redirect("plans:today_of", plan.pk)
        except ValidationError as error:
            for leaf in leaves(error):
                form.add_error("on" if leaf.code == "day" else None, leaf)
            status = status_of(error)
            plan.refresh_from_db(fields=["revision"])
    page = {"plan": plan, "form": form, "revision": plan.revision, "asked": asked}
    return render(request, "plans/booking.html", page, status=status if status != 200 else 400 if form.errors else 200)
