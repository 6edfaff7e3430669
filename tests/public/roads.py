"""Every right of both controllers as a road: what it changes, and what the person reads of it."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.lifecycle import Outcome

GRANTED, PART = Outcome.GRANTED, Outcome.GRANTED_IN_PART


@dataclass(frozen=True)
class Road:
    """One right, what it leaves behind, and what the person reads of it."""

    slug: str
    right: str
    says: str
    """On the person's own page, once it is answered."""
    outcome: Outcome = GRANTED
    asked: str = ""
    """A question to the customer database about Dana."""
    before: tuple = ()
    after: tuple = ()
    listed: tuple[str, ...] = ()
    """The lists of refusals on which she stands afterwards."""
    language: str = ""
    """In which she asks, where that is not the controller's first."""


DONE, MOSTLY, ANSWERED = "We did what you asked", "We did most of what you asked", "We answered you"
SELLS = "SELECT sells_or_shares FROM customers WHERE email = 'dana@example.com'"
SENSITIVE = "SELECT sensitive_use_limited FROM customers WHERE email = 'dana@example.com'"
MAILED = "SELECT DISTINCT subscribed FROM marketing_list WHERE email = 'dana@example.com'"
PROFILED = "SELECT consent_to_profiling FROM customers WHERE email = 'dana@example.com'"
CUSTOMER = "SELECT count(*) FROM customers WHERE lower(email) = 'dana@example.com'"
PHONE = "SELECT phone FROM customers WHERE customer_id = 'MM100001'"
PERSONAL = "SELECT personalised FROM accounts WHERE account_id = 100001"
IMPROVES = "SELECT consent_to_improvement FROM accounts WHERE account_id = 100001"
RESTRICTED = "SELECT processing_restricted FROM accounts WHERE account_id = 100001"
ACCOUNT = "SELECT count(*) FROM accounts WHERE lower(email) = 'dana@example.cn'"
OPEN = "SELECT status FROM accounts WHERE account_id = 100001"
LIVES_AT = "SELECT location FROM profiles WHERE account_id = 100001"
NO, YES = ((False,),), ((True,),)
ROADS = [
    Road("mimap", "KNOW_CAT", "您的请求已办理", language="zh-Hans"),
    Road("mimap", "KNOW_PCS", DONE),
    Road("mimap", "DELETE", MOSTLY, PART, CUSTOMER, ((1,),), ((0,),)),
    Road("mimap", "CORRECT", "您的请求已办理", asked=PHONE, after=(("+14155550199",),), language="zh-Hans"),
    Road("mimap", "OPT_OUT", DONE, asked=SELLS, before=YES, after=NO, listed=("sale",)),
    Road("mimap", "OPT_IN", DONE, asked=SELLS, before=YES, after=YES),
    Road("mimap", "GPC", DONE, asked=SELLS, before=YES, after=NO, listed=("sale",)),
    Road(
        "mimap",
        "LIMIT",
        "您的请求已办理",
        asked=SENSITIVE,
        before=NO,
        after=YES,
        listed=("sensitive",),
        language="zh-Hans",
    ),
    Road("mimap", "UNLIMIT", DONE, asked=SENSITIVE, before=NO, after=NO),
    Road("mimap", "MARKETING_OPT_OUT", DONE, asked=MAILED, before=YES, after=NO, listed=("marketing",)),
    Road("mimap", "MARKETING_AGAIN", DONE, asked=MAILED, before=YES, after=YES),
    Road("mimap", "CONSENT_WITHDRAWAL", DONE, asked=PROFILED, before=YES, after=NO, listed=("consent",)),
    Road("mimap", "CONSENT_AGAIN", DONE, asked=PROFILED, before=YES, after=YES),
    Road("mimap", "MINOR_REPORT", MOSTLY, PART, CUSTOMER, ((1,),), ((0,),)),
    *(
        Road("mimap", right, ANSWERED)
        for right in ("ENQUIRY", "COMPLAINT", "APPEAL", "NON_RETALIATION", "INCIDENT")
    ),
    Road("mipmap", "CN_ACCESS", "您的请求已办理"),
    Road("mipmap", "CN_COPY", "您的请求已办理"),
    Road("mipmap", "CN_PORT", "您的请求已办理"),
    Road("mipmap", "CN_DELETE", "您的请求已部分办理", PART, ACCOUNT, ((1,),), ((0,),)),
    Road("mipmap", "CN_CORRECT", "您的请求已办理", asked=LIVES_AT, after=(("杭州",),)),
    Road("mipmap", "CN_RESTRICT", "您的请求已办理", asked=RESTRICTED, before=NO, after=YES),
    Road("mipmap", "CN_CANCEL", "您的请求已部分办理", PART, OPEN, (("正常",),), (("已注销",),)),
    Road(
        "mipmap", "CN_ADM_MKT", "您的请求已办理", asked=PERSONAL, before=YES, after=NO, listed=("marketing",)
    ),
    Road("mipmap", "CN_MKT_AGAIN", "您的请求已办理", asked=PERSONAL, before=YES, after=YES),
    Road(
        "mipmap", "CN_WITHDRAW", "您的请求已办理", asked=IMPROVES, before=YES, after=NO, listed=("consent",)
    ),
    Road("mipmap", "CN_CONSENT_AGAIN", "您的请求已办理", asked=IMPROVES, before=YES, after=YES),
    Road("mipmap", "CN_MINOR", "您的请求已部分办理", PART, ACCOUNT, ((1,),), ((0,),)),
    *(
        Road("mipmap", right, "我们已答复")
        for right in ("CN_ADM_DEC", "CN_EXPLAIN", "CN_COMPLAINT", "INCIDENT")
    ),
]
