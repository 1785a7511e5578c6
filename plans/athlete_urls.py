"""The pages of a running plan: all behind sign-in, all through `for_user`."""

from django.urls import path, register_converter

from plans.converters import DayConverter
from plans.views import (
    booking,
    change,
    checkin,
    inbox,
    plan,
    progress,
    reminders,
    rescreen,
    review,
    session,
    today,
    ways,
    why,
)

register_converter(DayConverter, "day")

urlpatterns = [
    path("today/", today.today, name="today"),
    path("progress/", progress.progress, name="progress"),
    path("plan/", plan.plan, name="plan"),
    path("plan/<int:pk>/", plan.plan_of, name="plan_of"),
    path("plan/<int:pk>/today/", today.today_of, name="today_of"),
    path("plan/<int:pk>/progress/", progress.progress_of, name="progress_of"),
    path("plan/<int:pk>/summary/", review.summary, name="summary"),
    path("plan/<int:pk>/session/", session.session, name="session"),
    path("plan/<int:pk>/exercise/<slug:slug>/", session.exercise, name="exercise"),
    path("plan/<int:pk>/day/<day:date>/", checkin.day, name="day"),
    path("plan/<int:pk>/check-in/new/", checkin.new, name="new_today"),
    path("plan/<int:pk>/check-in/new/<day:date>/", checkin.new, name="new"),
    path("plan/<int:pk>/check-in/<slug:part>/", checkin.checkin, name="checkin"),
    path("plan/<int:pk>/check-in/<slug:part>/<day:date>/", checkin.checkin, name="checkin_on"),
    path("plan/<int:pk>/why/", why.why, name="why"),
    path("plan/<int:pk>/why/<int:day>/<path:rule>/", why.decision, name="decision"),
    path("plan/<int:pk>/review/<int:week>/", review.review, name="review"),
    path("plan/<int:pk>/screening/", rescreen.rescreen, name="rescreen"),
    path("plan/<int:pk>/reviewed/", rescreen.reviewed, name="reviewed"),
    path("plan/<int:pk>/cleared/", rescreen.clearance, name="clearance"),
    path("plan/<int:pk>/booking/", booking.booking, name="booking"),
    path("plan/<int:pk>/sport/", change.sport, name="sport"),
    path("plan/<int:pk>/pause/", change.pause, name="pause"),
    path("plan/<int:pk>/resume/", change.resume, name="resume"),
    path("plan/<int:pk>/end/", change.end, name="end"),
    # What comes to somebody, on their terms.
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/ways/", ways.ways, name="ways"),
    path("reminders/channel/<int:pk>/", ways.channel, name="channel"),
    path("reminders/device/", ways.device, name="device"),
    path("reminders/service/", ways.service, name="service"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.inbox_item, name="inbox_item"),
]
