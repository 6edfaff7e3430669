"""One thing a case still needs before we may believe who is asking, in the requester's words and with the law's reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from requests_app.law import Reason, Words

ACCOUNT = "account"
EMAIL_CODE = "email_code"
SMS_CODE = "sms_code"
TWO_POINTS = "two_data_points"
THREE_POINTS = "three_data_points"
DECLARATION = "declaration"
DOCUMENT = "document"
STAFF_CHECK = "staff_check"

CODES = (EMAIL_CODE, SMS_CODE)
"""Control of an address or number on record, shown by typing what was sent there."""
POINTS = (TWO_POINTS, THREE_POINTS)
"""Knowledge; by itself it never opens the way to an address that is not on record."""

METHOD_WORDS: Mapping[str, Words] = {
    ACCOUNT: Words("sign in to your account", "登录您的账号"),
    EMAIL_CODE: Words("type a code we send to your e-mail address on record", "输入发送至您登记邮箱的验证码"),
    SMS_CODE: Words("type a code we send to your mobile number on record", "输入发送至您登记手机的验证码"),
    TWO_POINTS: Words(
        "tell us two things that we can compare with our records", "提供两项可与我们的记录核对的信息"
    ),
    THREE_POINTS: Words(
        "tell us three things that we can compare with our records", "提供三项可与我们的记录核对的信息"
    ),
    DECLARATION: Words("sign a declaration", "签署声明"),
    DOCUMENT: Words(
        "show a document, with everything we do not need blacked out", "出示证件，遮盖我们不需要的内容"
    ),
}


@dataclass(frozen=True)
class Need:
    """Met by any one of its methods. ``code`` is unique in a case."""

    code: str
    methods: tuple[str, ...]
    words: Words
    reasons: tuple[Reason, ...]
    met_by: str = ""
    """The method that met it; empty while it is open."""

    @property
    def met(self) -> bool:
        """Whether nothing more is asked for it."""
        return bool(self.met_by)


def met_by(methods: tuple[str, ...], earned: list[str]) -> str:
    """The first of the methods that was used, or nothing."""
    return next((method for method in methods if method in earned), "")
