"""The id that ties the rows of one request together."""

from django.http import HttpResponse

from accounts import audit
from accounts.middleware import RequestIdMiddleware


def test_each_request_has_an_id_of_its_own(rf):
    seen = []

    def view(request):
        seen.append(audit.request_id.get())
        return HttpResponse()

    middleware = RequestIdMiddleware(view)
    answers = [middleware(rf.get("/", HTTP_X_REQUEST_ID="forged")) for _ in range(2)]
    assert [answer.headers["X-Request-ID"] for answer in answers] == seen
    assert len({*seen, "forged", ""}) == 4


def test_the_id_ends_with_the_request(rf):
    def view(request):
        raise ValueError

    try:
        RequestIdMiddleware(view)(rf.get("/"))
    except ValueError:
        assert audit.request_id.get() == ""
    else:
        raise AssertionError("the fault must come through")


def test_it_stands_in_the_rows(rf, db):
    from tests.factories import UserFactory

    user = UserFactory()
    middleware = RequestIdMiddleware(lambda request: HttpResponse(audit.record(user, "x.y", user).request_id))
    answer = middleware(rf.get("/"))
    assert answer.content.decode() == answer.headers["X-Request-ID"] != ""
