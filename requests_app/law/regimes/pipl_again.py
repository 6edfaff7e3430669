"""What a person had stopped, allowed again of their own accord: by our own promise, the law only speaks of stopping."""

from ..regime import Right
from ..terms import HOUSE, Words
from .pipl_duties import FOLLOW
from .pipl_standards import NONE

AGAIN: tuple[Right, ...] = (
    Right(
        "CN_MKT_AGAIN",
        Words("Allow personalised marketing again", "重新允许个性化推送与营销"),
        Words(
            "Let us base recommendations and marketing on your personal characteristics again; "
            "you can stop it at any time.",
            "允许我们再次根据您的个人特征进行推送和营销，您可以随时停止。",
        ),
        HOUSE,
        "marketing_opt_in",
        FOLLOW,
        NONE,
        house=True,
        at_once=True,
        undoes="CN_ADM_MKT",
    ),
    Right(
        "CN_CONSENT_AGAIN",
        Words("Give a consent again", "重新同意"),
        Words(
            "Give again the consent you took back; you can take it back at any time.",
            "重新给予您已撤回的同意，您可以随时再次撤回。",
        ),
        HOUSE,
        "consent_again",
        FOLLOW,
        NONE,
        house=True,
        at_once=True,
        undoes="CN_WITHDRAW",
    ),
)
