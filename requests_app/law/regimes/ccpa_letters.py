"""What a Californian letter must say, paragraph by paragraph."""

from ..regime import Block
from ..terms import DECIDED, DONE, NOT_ALL, Words

BLOCKS = (
    # 11 CCR 7022(e), 7023(f): whether or not we complied.
    Block(
        "done",
        Words("This is what we did, and what we did not do.", "以下是我们做了什么，以及没有做什么。"),
        "11 CCR §§ 7022(e), 7023(f)",
        filled=True,
        outcomes=DECIDED,
    ),
    # Civ. Code 1798.110(a)(5), 1798.130(a)(3)(B)(iii): portable and usable as far as feasible.
    Block(
        "copy",
        Words(
            "Your information is attached in a form you can read and use elsewhere.",
            "随附您的信息，格式便于阅读和再次使用。",
        ),
        "Cal. Civ. Code § 1798.130(a)(3)(B)(iii)",
        filled=True,
        operations=frozenset({"access"}),
        outcomes=DONE,
    ),
    # 11 CCR 7024(k); 1798.130(a)(4): six lists, the last two apart from each other.
    Block(
        "six_lists",
        Words(
            "Here are the kinds of information, where they came from, why we collect or share "
            "them, and with whom.",
            "以下列出信息类别、来源、收集或共享的目的以及提供给了谁。",
        ),
        "11 CCR § 7024(k); Cal. Civ. Code § 1798.130(a)(4)",
        filled=True,
        operations=frozenset({"categories"}),
        outcomes=DONE,
    ),
    # 11 CCR 7022(f)(1), 7024(e)(1), 7023(f)(1): the detailed basis, unless law forbids saying it; 7026(e) and
    # 7027(f): why a request is thought fraudulent.
    Block(
        "basis",
        Words(
            "For each thing we did not do, this is the ground and the law it rests on.",
            "对没有做的每一项，说明理由及法律依据。",
        ),
        "11 CCR §§ 7022(f)(1), 7023(f)(1), 7024(e)(1), 7026(e), 7027(f)",
        filled=True,
    ),
    # 11 CCR 7022(f)(2)-(4), 7024(e)(2).
    Block(
        "rest_done",
        Words(
            "Everything else is deleted. What we keep we use only for the reason given, "
            "and we told our service providers the same.",
            "其余信息均已删除。保留的部分只用于所述理由，我们已要求服务提供商同样处理。",
        ),
        "11 CCR § 7022(f)(2)-(4)",
        operations=frozenset({"delete"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    Block(
        "rest_given",
        Words("Everything else is in your copy.", "其余内容均在您的副本中。"),
        "11 CCR § 7024(e)(2)",
        operations=frozenset({"access", "categories"}),
        outcomes=frozenset({"granted_in_part"}),
    ),
    # 11 CCR 7022(b): tell service providers, contractors and those it was sold to or shared with.
    Block(
        "others_told",
        Words(
            "We told our service providers and everyone we had sold it to or shared it with to "
            "delete it too.",
            "我们已通知服务提供商以及曾购买或接收信息的各方一并删除。",
        ),
        "11 CCR § 7022(b)",
        operations=frozenset({"delete"}),
        outcomes=DONE,
    ),
    # 11 CCR 7022(e): that a record of the request is kept.
    Block(
        "record_kept",
        Words(
            "We keep a record of this request, as the law asks, so that your information stays deleted.",
            "我们依法保存本次请求的记录，以确保您的信息不会再次出现。",
        ),
        "11 CCR § 7022(e)",
        operations=frozenset({"delete"}),
        outcomes=frozenset({"granted", "granted_in_part", "refused", "not_identified"}),
    ),
    # 11 CCR 7022(g).
    Block(
        "opt_out_offer",
        Words(
            "You can tell us to stop selling or sharing your information. That needs no proof "
            "of who you are.",
            "您可以要求我们停止出售或共享您的信息，无需证明身份。",
        ),
        "11 CCR § 7022(g)",
        operations=frozenset({"delete"}),
        outcomes=NOT_ALL,
    ),
    # 11 CCR 7023(c): correct, keep it correct, and instruct the vendors.
    Block(
        "stays_corrected",
        Words(
            "We told our service providers to make the same correction, and we make sure that it stays.",
            "我们已要求服务提供商作同样更正，并确保不会再变回去。",
        ),
        "11 CCR § 7023(c)",
        operations=frozenset({"correct"}),
        outcomes=DONE,
    ),
    # 11 CCR 7023(i): where we are not the source, its name, or that we told it.
    Block(
        "source_named",
        Words(
            "If the wrong information came from someone else, we tell them; ask, and we name them to you.",
            "如错误信息来自其他方，我们会通知对方；您也可以向我们询问其名称。",
        ),
        "11 CCR § 7023(i)",
        operations=frozenset({"correct"}),
        outcomes=DONE,
    ),
    # 11 CCR 7023(f)(3).
    Block(
        "statement",
        Words(
            "For health information you may send us a statement of up to 250 words for each "
            "thing you say is wrong; "
            "if you ask, we pass it on to those we give the information to.",
            "对有异议的健康信息，您可就每一项提交不超过250个英文单词的说明；如您要求，我们会转交给信息接收方。",
        ),
        "11 CCR § 7023(f)(3)",
        operations=frozenset({"correct"}),
    ),
    # 11 CCR 7023(f)(4).
    Block(
        "delete_instead",
        Words("You may ask us to delete the information instead.", "您也可以改为要求我们删除该信息。"),
        "11 CCR § 7023(f)(4)",
        operations=frozenset({"correct"}),
    ),
    # 11 CCR 7022(b)(3), 7023(f)(2), 7024(h): facts, not a formula.
    Block(
        "effort_facts",
        Words(
            "Where we say something would take disproportionate effort, these are the facts.",
            "如我们认为某项需要不成比例的付出，以下是具体事实。",
        ),
        "11 CCR §§ 7022(b)(3), 7023(f)(2), 7024(h)",
        filled=True,
        operations=frozenset({"delete", "correct", "access", "categories"}),
    ),
    # 11 CCR 7022(a), 7023(a), 7024(a)-(b).
    Block(
        "not_identified",
        Words("We could not make sure who is asking.", "我们未能确认请求人的身份。"),
        "11 CCR §§ 7022(a), 7023(a), 7024(a)-(b)",
        outcomes=frozenset({"not_identified"}),
    ),
    Block(
        "policy_pointer",
        Words("Our privacy policy describes our practices in general.", "隐私政策对我们的一般做法作了说明。"),
        "11 CCR § 7024(b)",
        operations=frozenset({"categories"}),
        outcomes=frozenset({"not_identified"}),
    ),
    # 11 CCR 7025(c)(6), 7026(g), 7027(h): a visible confirmation.
    Block(
        "opt_out_honoured",
        Words("Opt-Out Request Honored.", "已按您的要求停止（Opt-Out Request Honored）。"),
        "11 CCR §§ 7025(c)(6), 7026(g), 7027(h)",
        operations=frozenset({"opt_out", "limit"}),
        outcomes=DONE,
    ),
    # 11 CCR 7026(f)(2): those who got the data between the request and compliance, and those after them.
    Block(
        "receivers_told",
        Words(
            "Whoever we sold your information to or shared it with after you asked, and before we stopped, is told of "
            "your choice and asked to pass it on.",
            "对在您提出请求之后、我们停止之前因出售或共享而收到您信息的第三方，我们会告知其您的选择，并要求其继续转告。",
        ),
        "11 CCR § 7026(f)(2)",
        operations=frozenset({"opt_out"}),
        outcomes=DONE,
    ),
    # 11 CCR 7222(b): purpose, logic, outcome and its use, and that asking costs nothing.
    Block(
        "automated_decision",
        Words(
            "This is what the technology was used for, how it reached its result, and how that was used. "
            "You will not be treated worse for having asked.",
            "以下说明该技术的用途、如何得出结果以及结果如何使用。您不会因提出请求而受到不利对待。",
        ),
        "11 CCR § 7222(b)",
        filled=True,
        operations=frozenset({"explain"}),
        outcomes=DONE,
    ),
    # Civ. Code 1798.145(h)(2): reasons and any right to appeal, at the latest by the deadline.
    Block(
        "appeal",
        Words(
            "If you disagree, answer this letter: someone else here will look at it again.",
            "如不同意，请回复本函，我们会由另一人重新审查。",
        ),
        "Cal. Civ. Code § 1798.145(h)(2)",
        outcomes=NOT_ALL,
    ),
    # The 2026 text does not require outside routes (checked); we name them anyway.
    Block(
        "outside_routes",
        Words(
            "You may complain to the California Privacy Protection Agency or to the Attorney General.",
            "您可以向加州隐私保护局或加州总检察长投诉。",
        ),
        "11 CCR § 7300",
        house=True,
        outcomes=NOT_ALL,
    ),
    Block(
        "withdrawn",
        Words(
            "You took the request back; we stopped, and you may ask again at any time.",
            "您已撤回请求，我们已停止处理，您可以随时再次提出。",
        ),
        "House rule",
        house=True,
        outcomes=frozenset({"withdrawn"}),
    ),
)
