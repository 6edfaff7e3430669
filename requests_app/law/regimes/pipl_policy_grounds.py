"""The eight refusal grounds of the policy, in its order, as far as Chinese law carries them.

They copy GB/T 35273 8.7 e) (unconfirmed) and most are no exception in the PIPL. None is ever automatic: each
needs a person to name the statute behind it.
"""

from ..facts import ask_law, ask_text, ask_until, ask_yes, attach
from ..regime import Exemption
from ..terms import Words

SEE = frozenset({"CN_ACCESS", "CN_COPY", "CN_DECEASED"})
ERASE = frozenset({"CN_DELETE", "CN_CANCEL", "CN_MINOR"})
_ANY = SEE | ERASE | {"CN_PORT", "CN_CORRECT", "CN_RESTRICT"}
TOLD_NOTHING = Words(
    "We cannot fulfil this part of your request under the law.",
    "依照法律规定，我们无法满足您请求中的这一部分。",
)

POLICY_GROUNDS: tuple[Exemption, ...] = (
    Exemption(
        "CN_POLICY_1",
        "PIPL arts. 18(1), 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("National security and defence", "国家安全、国防安全"),
        SEE,
        "part",
        (
            ask_law("CN_POLICY_1", "Which law requires secrecy?", "哪部法律要求保密？"),
            ask_until("CN_POLICY_1"),
        ),
        (attach("CN_POLICY_1", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        TOLD_NOTHING,
        confirmed=False,
        claimed_only=True,
    ),
    Exemption(
        "CN_POLICY_2",
        "PIPL arts. 18(1), 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("Public safety, health or a major public interest", "公共安全、公共卫生、重大公共利益"),
        SEE,
        "part",
        (
            ask_law("CN_POLICY_2", "Which law requires secrecy?", "哪部法律要求保密？"),
            ask_until("CN_POLICY_2"),
        ),
        (attach("CN_POLICY_2", "document", "What the duty rests on", "义务所依据的文件"),),
        "counsel",
        TOLD_NOTHING,
        confirmed=False,
        claimed_only=True,
    ),
    Exemption(
        "CN_POLICY_3",
        "PIPL arts. 18(1), 41, 45(1); GB/T 35273-2020 § 8.7 e)",
        Words("Criminal investigation, prosecution, trial or enforcement", "犯罪侦查、起诉、审判和判决执行"),
        SEE | ERASE,
        "part",
        (
            ask_law("CN_POLICY_3", "Which authority, under which law?", "哪个机关，依据哪部法律？"),
            # PIPL art. 41: a foreign authority needs the approval of a Chinese one; the answer must be yes.
            ask_yes(
                "CN_POLICY_3", "domestic", "Is it a Chinese authority?", "是否为中国境内机关？", must_be=True
            ),
            ask_until("CN_POLICY_3"),
        ),
        (attach("CN_POLICY_3", "document", "The authority’s written document", "机关的书面文件"),),
        "counsel",
        TOLD_NOTHING,
        confirmed=False,
        claimed_only=True,
        effect="retains",
    ),
    Exemption(
        "CN_POLICY_4",
        "PRC Civil Code art. 132; GB/T 35273-2020 § 8.7 e)",
        Words("Malice, or abuse of the right", "主观恶意或滥用权利"),
        _ANY,
        "whole",
        (
            ask_text(
                "CN_POLICY_4", "history", "What shows it? Dates and requests.", "有何依据？列明日期和请求。"
            ),
            ask_yes(
                "CN_POLICY_4",
                "repeated",
                "Is this at least the second request?",
                "是否至少为第二次请求？",
                must_be=True,
            ),
            ask_yes(
                "CN_POLICY_4",
                "offered",
                "Was narrowing it, or a fee at cost, offered first?",
                "是否已先提出缩小范围或按成本收费？",
                must_be=True,
            ),
        ),
        (attach("CN_POLICY_4", "requests", "Dated evidence", "注明日期的证据"),),
        "counsel",
        Words("The request abuses the right, for the reasons given.", "基于所述理由，该请求构成权利滥用。"),
        confirmed=False,
        claimed_only=True,
        two_approvers=True,
    ),
    Exemption(
        "CN_POLICY_5",
        "GB/T 35273-2020 § 8.7 e)",
        Words("Serious harm to you or to others", "严重损害您或他人的合法权益"),
        _ANY,
        "part",
        (
            ask_text("CN_POLICY_5", "harm", "Whose harm, and how serious?", "谁会受到损害，多严重？"),
            ask_yes(
                "CN_POLICY_5",
                "redacted",
                "Was leaving those parts out tried first?",
                "是否已先尝试略去相关部分？",
                must_be=True,
            ),
        ),
        (attach("CN_POLICY_5", "assessment", "The assessment of the harm", "损害评估材料"),),
        "privacy_lead",
        Words(
            "Parts that would seriously harm someone are left out.",
            "会严重损害他人或您自身权益的部分已略去。",
        ),
        confirmed=False,
        claimed_only=True,
    ),
    # A basis for processing (PIPL art. 13(1)(4)), hardly for refusing: named so that nobody reaches for it.
    Exemption(
        "CN_POLICY_6",
        "PIPL art. 13(1)(4); GB/T 35273-2020 § 8.7 e)",
        Words("To protect life or property where consent is hard to get", "为保护生命财产且难以取得同意"),
        _ANY,
        "part",
        (),
        (),
        "counsel",
        Words("This ground is not used to refuse a request.", "我们不以此为由拒绝请求。"),
        confirmed=False,
        claimed_only=True,
        effect="blocked",
    ),
    Exemption(
        "CN_POLICY_7",
        "GB/T 35273-2020 § 8.7 e)",
        Words("Trade secrets", "商业秘密"),
        SEE | {"CN_PORT", "CN_ADM_DEC", "CN_EXPLAIN"},
        "part",
        (
            ask_text(
                "CN_POLICY_7",
                "withheld",
                "Describe what is withheld: logic or third-party terms.",
                "描述未提供的内容：算法逻辑或第三方条款。",
            ),
            ask_yes(
                "CN_POLICY_7",
                "not_own",
                "Does it leave the person’s own data untouched?",
                "是否不涉及本人自己的信息？",
                must_be=True,
            ),
        ),
        (attach("CN_POLICY_7", "secret", "What shows that it is a trade secret", "证明其为商业秘密的材料"),),
        "counsel",
        Words(
            "We left out business secrets, described here; your own information is complete.",
            "我们略去了此处所述的商业秘密，您本人的信息完整无缺。",
        ),
        confirmed=False,
        claimed_only=True,
    ),
    Exemption(
        "CN_POLICY_8",
        "PIPL art. 47(2); GB/T 35273-2020 § 8.7 e)",
        Words("A duty under law", "履行法律法规规定的义务"),
        ERASE,
        "part",
        (
            ask_law("CN_POLICY_8", "Which law, article and period?", "哪部法律、哪一条、期限多长？"),
            ask_until("CN_POLICY_8"),
        ),
        (attach("CN_POLICY_8", "law_text", "The text of the law relied on", "所依据法律的条文"),),
        "privacy_lead",
        Words(
            "A law obliges us to keep this for a period. Until it ends we only store and protect it.",
            "法律要求我们在一定期限内保存。期满之前，我们只存储并采取必要的安全保护措施。",
        ),
        confirmed=False,
        claimed_only=True,
        restricts=True,
        effect="retains",
    ),
)
