"""Who may act for somebody under the controller's own United States policy: the Californian paths, as house rules."""

from ..acting import Age, Ask, Authority, Capacity, Limit, table
from ..terms import HOUSE, Words
from . import ccpa_acting as california

VERIFIED = frozenset({"US_ACCESS", "US_UPDATE", "US_DELETE"})
STOPPED = frozenset({"MARKETING_OPT_OUT", "CONSENT_WITHDRAWAL"})
ASKED = frozenset({"COMPLAINT", "APPEAL", "ENQUIRY", "INCIDENT"})
# Privacy policy, Children's Privacy: whoever tells of a child's information, it is deleted.
_POLICY = "Privacy policy, Children’s Privacy"

_PERMISSION = Ask("permission", california.PERMISSION.words, HOUSE)
_POWER = Ask(
    "power_of_attorney",
    Words("The power of attorney, as your state knows it.", "依您所在州法律出具的授权书。"),
    HOUSE,
)
_NEVER_AGAIN = Limit(california.NEVER_AGAIN.words, HOUSE)
_PARENT_METHODS = tuple(
    Ask(ask.key, ask.words, HOUSE, instead_of=ask.instead_of, how=ask.how, last_resort=ask.last_resort)
    for ask in california.PARENT_METHODS
)

AGENT = Capacity(
    "agent",
    california.AGENT.title,
    california.AGENT.plain,
    california.AGENT.named,
    (
        Authority(
            VERIFIED,
            HOUSE,
            (_PERMISSION,),
            california.PERMISSION_CHECKS,
            person="confirms",
            never=(_NEVER_AGAIN, Limit(california.NO_POWER.words, HOUSE)),
        ),
        Authority(
            STOPPED,
            HOUSE,
            (_PERMISSION,),
            california.PERMISSION_CHECKS,
            answer_to="representative",
            never=(Limit(california.NOT_ASKED.words, HOUSE),),
        ),
        Authority(ASKED, HOUSE, answer_to="representative"),
    ),
)
ATTORNEY = Capacity(
    "attorney",
    california.ATTORNEY.title,
    Words("It is in force where you live.", "该授权书在您居住地有效。"),
    california.ATTORNEY.named,
    (
        Authority(
            VERIFIED, HOUSE, (_POWER,), california.POWER_CHECKS, person="is_told", never=(_NEVER_AGAIN,)
        ),
        Authority(STOPPED, HOUSE, (_POWER,), california.POWER_CHECKS, answer_to="representative"),
        Authority(ASKED, HOUSE, answer_to="representative"),
    ),
)
GUARDIAN = Capacity(
    "guardian",
    california.GUARDIAN.title,
    Words("For anybody under 18.", "适用于未满18周岁的未成年人。"),
    california.GUARDIAN.named,
    (
        Authority(
            VERIFIED | {"MINOR_REPORT"},
            HOUSE,
            _PARENT_METHODS,
            california.GUARDIAN_CHECKS,
            person="is_told",
            answer_to="representative",
        ),
        Authority(STOPPED, HOUSE, answer_to="representative"),
        Authority(ASKED, HOUSE, answer_to="representative"),
    ),
    (Age("under_18", Words("Under 18", "未满18周岁"), _POLICY),),
)

CAPACITIES = table(AGENT, ATTORNEY, GUARDIAN)
RELATIONS = california.RELATIONS
