"""A requester's addresses. None carries anything personal; the only secret in one, a private link's, is left at once."""

from datetime import date

from django.urls import path, register_converter

from portal.public import (
    account,
    address,
    again,
    appeal,
    ask,
    case,
    cookies,
    enclose,
    figures,
    files,
    find,
    news,
    own,
    papers,
    policy,
    privacy,
    proof,
    readdress,
    saved,
    sent,
    start,
    stop,
    task,
)


class DayConverter:
    """A day as ``2026-11-21``."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """ValueError means no such page."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The same, written."""
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "public"
urlpatterns = [
    path("", start.index, name="index"),
    path("<slug:slug>/", start.home, name="home"),
    path("<slug:slug>/brand.css", start.brand, name="brand"),
    path("<slug:slug>/brand/logo.svg", start.logo, name="logo"),
    path("<slug:slug>/privacy/", privacy.privacy, name="privacy"),
    path("<slug:slug>/policy/", policy.policy, name="policy"),
    path("<slug:slug>/policy/news/", news.news, name="news"),
    path("<slug:slug>/policy/news/code/", news.code, name="news_code"),
    path("<slug:slug>/policy/news/stop/<str:token>/", news.stop, name="news_stop"),
    path("<slug:slug>/policy/<day:day>/", policy.policy, name="policy_of"),
    path("<slug:slug>/figures/", figures.published, name="figures"),
    path("<slug:slug>/ask/check/", ask.check, name="check"),
    path("<slug:slug>/ask/files/", enclose.files, name="enclose"),
    path("<slug:slug>/ask/<slug:step>/", ask.question, name="ask"),
    path("<slug:slug>/save/", saved.save, name="save"),
    path("<slug:slug>/save/back/", saved.back, name="saved_back"),
    path("<slug:slug>/allow-again/", stop.allow, name="allow_again"),
    path("<slug:slug>/allow-again/<slug:code>/", stop.allow, name="allow_right"),
    path("<slug:slug>/stop/<slug:code>/", stop.stop, name="stop"),
    path("<slug:slug>/stop/<slug:code>/done/", stop.stopped, name="stopped"),
    path("<slug:slug>/cookies/", cookies.cookies, name="cookies"),
    path("<slug:slug>/cookies/of/<str:token>/", cookies.cookies_of, name="cookies_of"),
    path("<slug:slug>/sent/", sent.sent, name="sent"),
    path("<slug:slug>/account/", account.overview, name="account"),
    path("<slug:slug>/account/code/", account.code, name="account_code"),
    path("<slug:slug>/account/provider/", account.provider, name="account_provider"),
    path("<slug:slug>/account/back/", account.back, name="account_back"),
    path("<slug:slug>/account/own/", own.own, name="own"),
    path("<slug:slug>/account/own/sign/", own.sign, name="own_sign"),
    path("<slug:slug>/account/own/<str:name>/", own.change, name="own_change"),
    path("<slug:slug>/account/leave/", account.leave, name="account_leave"),
    path("<slug:slug>/request/<str:reference>/account/", account.use, name="account_use"),
    path("<slug:slug>/follow/", find.find, name="find"),
    path("<slug:slug>/follow/code/", find.code, name="find_code"),
    path("<slug:slug>/follow/close/", find.close, name="close"),
    path("<slug:slug>/follow/<str:token>/", find.link, name="link"),
    path("<slug:slug>/task/<str:token>/", task.task, name="task"),
    path("<slug:slug>/request/<str:reference>/", case.case, name="case"),
    path("<slug:slug>/request/<str:reference>/code/", sent.code, name="code"),
    path("<slug:slug>/request/<str:reference>/code/again/", sent.code_again, name="code_again"),
    path("<slug:slug>/request/<str:reference>/code/address/", readdress.correct, name="address_correct"),
    path("<slug:slug>/request/<str:reference>/papers/", papers.papers, name="papers"),
    path("<slug:slug>/request/<str:reference>/papers/code/", papers.own_code, name="own_code"),
    path("<slug:slug>/request/<str:reference>/allow/", papers.allow, name="allow"),
    path("<slug:slug>/request/<str:reference>/proof/", proof.proof, name="proof"),
    path("<slug:slug>/request/<str:reference>/proof/facts/", proof.tell, name="facts"),
    path("<slug:slug>/request/<str:reference>/proof/document/", proof.document, name="document"),
    path("<slug:slug>/request/<str:reference>/address/", address.address, name="address"),
    path("<slug:slug>/request/<str:reference>/address/codes/", address.both_codes, name="address_codes"),
    path("<slug:slug>/request/<str:reference>/address/keep/", address.keep, name="address_keep"),
    path("<slug:slug>/request/<str:reference>/again/", again.again, name="again"),
    path("<slug:slug>/request/<str:reference>/appeal/", appeal.appeal, name="appeal"),
    path("<slug:slug>/request/<str:reference>/stay/", find.keep_open, name="stay"),
    path("<slug:slug>/request/<str:reference>/withdraw/", case.withdraw, name="withdraw"),
    path("<slug:slug>/request/<str:reference>/calendar.ics", case.calendar, name="calendar"),
    path("<slug:slug>/request/<str:reference>/files/", files.files, name="files"),
    path("<slug:slug>/request/<str:reference>/files/letter/<int:number>/", files.letter, name="letter"),
    path("<slug:slug>/request/<str:reference>/files/package/<str:public_id>/", files.package, name="package"),
    path(
        "<slug:slug>/request/<str:reference>/files/package/<str:public_id>/again/",
        files.reissue,
        name="reissue",
    ),
]
