"""The pages of a plan. What has no account comes first."""

from django.urls import include, path

from plans.views import fit, help, message_links, outcome, screening, setup, shell, start

app_name = "plans"

urlpatterns = [
    path("", start.front, name="front"),
    path("start/", start.choose, name="choose"),
    path("start/where/", start.where, name="where"),
    path("country/", start.choose_country, name="country"),
    path("screening/", screening.screening, name="screening"),
    path("screening/about/", screening.about, name="about"),
    path("screening/<slug:slug>/", screening.screen, name="screen"),
    path("outcome/", outcome.outcome, name="outcome"),
    path("outcome/cleared/", outcome.cleared, name="cleared"),
    path("fit/", fit.fit, name="fit"),
    path("set-up/", setup.setup, name="setup"),
    path("set-up/finish/", setup.finish, name="finish"),
    path("set-up/<slug:slug>/", setup.setup_step, name="setup_step"),
    path("help/", help.help_now, name="help"),
    path("help/<int:pk>/ask/", help.ask, name="ask"),
    path("", include("plans.athlete_urls")),
    # The links of a message.
    path("m/<str:token>/", message_links.message, name="message"),
    path("m/<str:token>/snooze/", message_links.not_now, name="snooze"),
    path("m/<str:token>/done/", message_links.done, name="done"),
    path("m/<str:token>/off/", message_links.unsubscribe, name="unsubscribe"),
    # The browser and its copy for no network.
    path("offline/", shell.offline, name="offline"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("worker.js", shell.worker, name="worker"),
]
