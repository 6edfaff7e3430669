"""What our letters say in our own words; the law's words come from the regime."""

from __future__ import annotations

from datetime import date

from requests_app import law
from requests_app.law import Words
from requests_app.letters.text import day_in, span_in
from requests_app.response.ledger import Line

RECEIVED = Words(
    "On {day} we received your request: “{right}”. This is our answer.",
    "我们于{day}收到您的请求：“{right}”。现答复如下。",
)
RECEIVED_FOR = Words(
    "On {day} we received a request made for you by your {named}: “{right}”. This is our answer.",
    "我们于{day}收到您的{named}代您提出的请求：“{right}”。现答复如下。",
)
RECEIVED_AS = Words(
    "On {day} we received the request you made for another, as {named}: “{right}”. This is our answer.",
    "我们于{day}收到您以{named}的身份代他人提出的请求：“{right}”。现答复如下。",
)
NO_AUTHORITY = Words(
    "You asked as {named}. We could not make sure that you may act for the person this is about: "
    "what the law lets us ask for was not shown, not accepted, or not confirmed.",
    "您以{named}的身份提出请求。我们未能确认您有权代理请求所涉及的人：依法可要求的材料没有提交、没有被认可，或者没有得到确认。",
)
UNDER = Words("It is given under {basis}.", "本答复依据{basis}作出。")
SUMMARY = {
    "granted": Words("We have done what you asked.", "您的请求已办理完毕。"),
    "granted_in_part": Words(
        "We have done part of what you asked. What we did not do, and why, is set out below.",
        "您的请求已部分办理。未办理的部分及理由见下文。",
    ),
    "refused": Words(
        "We cannot do what you asked. The reasons are set out below.", "我们无法按您的请求办理，理由见下文。"
    ),
    "not_found": Words(
        "We found nothing about you in the systems we searched.",
        "在已查找的系统中，我们没有查到您的个人信息。",
    ),
    "not_identified": Words("", ""),
}
SO_FAR = Words("We are doing what you asked.", "您的请求正在办理。")
STILL_OPEN = Words(
    "Part of it is still to come: see “{heading}” below.", "另有部分尚未完成，见下文“{heading}”。"
)

WHAT_WE_DELETED = Words("What we deleted", "已删除的信息")
WHAT_WE_DID = Words("What we did", "处理情况")
NOTHING_DELETED = Words("We deleted nothing.", "我们没有删除任何信息。")
NOTHING_GIVEN = Words("We give no copy.", "我们没有提供副本。")
DONE_AS_ASKED = Words("We did what you asked, for:", "我们已按您的请求办理，涉及：")
BACKUPS = Words(
    "Copies in our backups are overwritten within {n} days of the deletion. Until then they are not used; if we "
    "ever had to restore one, we would delete your information again.",
    "备份中的副本将在删除后{n}天内被覆盖，此前不会使用；如需从备份恢复，我们会再次删除您的信息。",
)
ACTED = {
    "restrict": Words(
        "From now on we only store and protect this, and use it for nothing else:",
        "以下信息我们仅存储并采取必要的安全保护措施，不作其他处理：",
    ),
    "object": Words("We stopped the use you object to, of:", "我们已停止您反对的处理，涉及："),
}
"""What was done where nothing is handed over and nothing erased, by the right's operation."""
RESTRICTED_WHY = Words("The reason: {reason}", "原因：{reason}")
RESTRICTED_UNTIL = Words("It is to end on {day}.", "限制拟于{day}结束。")
RESTRICTED_WHEN = Words("It ends when: {condition}", "结束条件：{condition}")
RESTRICTED_OPEN = Words(
    "It has no fixed end. We look regularly whether it is still needed, and you may ask us to end it at any time.",
    "限制没有固定的结束日期。我们会定期复核是否仍有必要，您也可以随时要求结束。",
)
RESTRICTED_TOLD = Words("We write to you before we end it.", "结束限制之前，我们会先写信告知您。")
GAP_RESTRICTED = Words("why it is only kept", "限制处理的原因")
WHAT_WE_CORRECTED = Words("What we put right", "已更正的信息")
NOTHING_CORRECTED = Words("We changed nothing.", "我们没有作任何更改。")
CORRECTED = {
    "corrected": (
        Words("put right in 1 record", "已在1条记录中更正"),
        Words("put right in {n} records", "已在{n}条记录中更正"),
    ),
    "annotated": (
        Words("your dispute is noted beside 1 record", "已在1条记录旁注明您的异议"),
        Words("your dispute is noted beside {n} records", "已在{n}条记录旁注明您的异议"),
    ),
    "deleted": (
        Words("deleted instead from 1 record", "已改为从1条记录中删除"),
        Words("deleted instead from {n} records", "已改为从{n}条记录中删除"),
    ),
}
NOT_YET_DONE = Words(
    "Nothing is confirmed yet; what is still to come is named below.",
    "目前尚未确认完成，待完成的部分见下文。",
)
NOT_YET_DELETED = Words(
    "Nothing is deleted yet; what is still to come is named below.", "目前尚未删除，待完成的部分见下文。"
)
WHAT_WE_KEEP = Words("What we keep, and why", "保留的信息及理由")
WHAT_IS_WITHHELD = Words("What we do not give you, and why", "未提供的内容及理由")
FOR_NOTHING_ELSE = Words(
    "We use what we keep for these reasons only, and for nothing else.",
    "保留的信息只用于上述理由，不作他用。",
)
REST_BUT_OUTSTANDING = Words(
    "Everything else is deleted, except in the systems named under “{heading}”. "
    "What we keep we use only for the reason given.",
    "除“{heading}”中列明的系统外，其余信息均已删除。保留的部分只用于所述理由。",
)
REST_GIVEN_BUT = Words(
    "Everything else is in your copy, except from the systems named under “{heading}”.",
    "除“{heading}”中列明的系统外，其余内容均在您的副本中。",
)
OTHERS_BEING_TOLD = Words(
    "We are telling our service providers and everyone we had passed it to that they must delete it too: "
    "see “{heading}”.",
    "我们正在通知服务提供商以及曾接收信息的各方一并删除，见“{heading}”。",
)
RECIPIENTS_OPEN = Words("Telling those who received your information", "通知曾接收您信息的各方")
COMPLETES = Words("It completes our answer of {day}.", "本函是对我们{day}答复的补充。")
STILL_TO_COME = Words("Still to come", "尚未完成的部分")
STILL_TO_COME_TEXT = Words(
    "This was not confirmed by the day of this letter. We go on, and write again when it is done.",
    "截至本函日期，以下事项尚未确认完成。我们会继续处理，完成后再次写信告知您。",
)
WHAT_ELSE = Words("What else happens", "其他事项")
EFFORT = Words("What the effort would be", "所需付出的具体情况")
RECORD_KEPT = Words("We keep a record of this request, as the law asks.", "我们依法保存本次请求的记录。")

YOUR_COPY = Words("Your copy", "您的副本")
READY = Words(
    "Your copy is ready. Take it from your request page until {day}:\n{link}\n"
    "The page asks for a code, which we send to this address. "
    "Inside are a page that anybody can read and the same information as data files.",
    "您的副本已备好，请在{day}之前从您的请求页面下载：\n{link}\n"
    "页面会要求输入验证码，我们将发送到本邮箱。内含可直接阅读的页面，以及内容相同的数据文件。",
)
READY_BY_POST = Words(
    "Your copy is ready as files. Open {home}, type the reference {reference}, and take it by {day}. "
    "The page asks for a code, which we send to the address you gave us, {masked}.",
    "您的副本已备好电子文件。请打开{home}，输入请求编号{reference}，并在{day}之前下载。"
    "页面会要求输入验证码，我们将发送到您提供的联系方式{masked}。",
)
PRINTED = Words(
    "Your copy is printed behind this letter. If you would rather have it as data files, write to us.",
    "您的副本附在本函之后。如需电子数据文件，请来信告知。",
)
NOT_YET_GIVEN = Words(
    "Your copy is not ready yet; what is still to come is named below.",
    "您的副本尚未备好，待完成的部分见下文。",
)
NOT_SHOWN = Words(
    "Not in the copy, although we hold it: {kinds}. {reason}",
    "我们持有但未放入副本的内容：{kinds}。{reason}",
)
LEFT_OUT = Words(
    "Passages are left out of texts and files in the copy; number of places: {count}. "
    "Each place says why, in square brackets; for a file with parts in black, the text beside it does.",
    "副本中的文字和文件共有{count}处略去，每处均在方括号内注明理由；文件中涂黑之处的理由见其旁附的文字。",
)
NOT_SHOWN_HOUSE = Words(
    "It could be misused if it fell into other hands, so we do not send it.",
    "此类内容一旦落入他人之手可能被滥用，因此我们不予发送。",
)
WHERE_WE_LOOKED = Words("Where we looked", "我们查找了哪些系统")
LOOKED = Words(
    "We searched these systems by the details you proved to be yours:", "我们按您已证实的信息查找了以下系统："
)
BY_HAND = {
    "done": Words("a person looked, and did what you asked", "已由专人查找并按您的请求办理"),
    "not_found": Words("a person looked and found nothing", "已由专人查找，没有找到"),
    "processor": Words(
        "the company that processes it for us reports that it did what you asked",
        "受托处理的公司已回复，称已按您的请求办理",
    ),
    "processor_kept": Words(
        "the company that processes it for us reports that it did what you asked, except for what has to be kept: {left}",
        "受托处理的公司已回复，称已按您的请求办理，但依法须保留的除外：{left}",
    ),
    "processor_none": Words(
        "the company that processes it for us reports that it holds nothing",
        "受托处理的公司已回复，称没有您的信息",
    ),
}
NOTHING = Words("nothing found", "没有找到")

REACHES_BACK = Words(
    "As you asked, it covers what we collected from {day} on; where no day of collection is on record, it is "
    "included whatever its age.",
    "按您的选择，本答复涵盖{day}以来收集的信息；没有收集日期记录的信息，不论时间一并列入。",
)
SIX = (
    Words("1. Kinds of information we collected about you", "一、我们收集的信息类别"),
    Words("2. Where it came from", "二、信息来源"),
    Words("3. Why we collect, sell or share it", "三、收集、出售或共享的目的"),
    Words("4. Kinds of others we disclose it to", "四、信息披露给哪些类别的第三方"),
    Words("5. What we sold or shared, and with whom", "五、出售或共享的信息及其接收方"),
    Words("6. What we disclosed for a business purpose, and to whom", "六、为业务目的披露的信息及其接收方"),
)
LISTED = Words("{category}: {items}", "{category}：{items}")
NOT_SOLD = Words("We sold and shared none of it.", "我们没有出售或共享其中任何信息。")
NOT_DISCLOSED = Words(
    "We disclosed none of it for a business purpose.", "我们没有为业务目的披露其中任何信息。"
)

NOT_IDENTIFIED = Words("Why we could not go on", "为什么无法继续办理")
STOP_SALE = Words("Stop the sale or sharing of your information", "停止出售或共享您的信息")
STOP_SALE_HOW = Words("Answer this letter in one line, or go to {home}", "直接回复本函，或者前往 {home}")
POLICY = Words("You find the policy at {home}", "隐私政策见 {home}")
IF_YOU_DISAGREE = Words("Second look and complaints", "复核与投诉")
QUESTIONS = Words(
    "If anything here is unclear, answer this letter: it reaches the people who work on your request.",
    "如有疑问，直接回复本函即可，由经办人员答复。",
)
COUNTED = Words("How we counted the days", "日期怎么算")

RECORDS = (Words("1 record", "1条"), Words("{n} records", "{n}条"))
ERASED = (Words("1 record erased", "已删除1条"), Words("{n} records erased", "已删除{n}条"))
MASKED = (
    Words("1 record emptied: its number stays, its contents are gone", "1条仅保留编号，内容已清除"),
    Words("{n} records emptied: their numbers stay, their contents are gone", "{n}条仅保留编号，内容已清除"),
)
LEFT = (
    Words("1 record stays because it is another person’s too", "1条同时属于他人，予以保留"),
    Words("{n} records stay because they are another person’s too", "{n}条同时属于他人，予以保留"),
)
TERMS = {
    "access": (Words("In your copy", "已提供"), Words("Not given", "未提供")),
    "categories": (Words("Listed", "已列明"), Words("Not listed", "未列明")),
    "correct": (Words("Put right", "已更正"), Words("Not changed", "未更正")),
    "delete": (Words("Deleted", "已删除"), Words("Kept", "保留")),
    "sets": (Words("Set", "已设置"), Words("Not changed", "未更改")),
}
"""What was done and what was not, in a word or two, by the right's operation; ``sets`` for all that change a use."""
NOTHING_FOUND = Words("Nothing found", "没有找到")
DONE_BY_HAND = Words("Done by hand", "人工办理")
KINDS = (Words("1 kind of information", "1类信息"), Words("{n} kinds of information", "{n}类信息"))
SETTINGS = (Words("1 setting", "1项设置"), Words("{n} settings", "{n}项设置"))
SYSTEMS = (Words("1 system", "1个系统"), Words("{n} systems", "{n}个系统"))
THE_LAW = Words("The law it rests on: {law}.", "所依据的法律：{law}。")
UNTIL = Words("Until {day}.", "保留至{day}。")
GROUND = Words("Ground: {citation}.", "理由依据：{citation}。")

OUR_ANSWER = Words("Our answer", "我们的答复")
IN_WORDS = {
    "complaint": {
        "granted": Words("You were right to complain.", "您的投诉成立。"),
        "granted_in_part": Words("You were right in part.", "您的投诉部分成立。"),
        "refused": Words(
            "We looked into your complaint and stay with what we did.", "经核查，我们维持原处理。"
        ),
    },
    "appeal": {
        "granted": Words("We looked again, and change our answer.", "经复核，我们更改原答复。"),
        "granted_in_part": Words(
            "We looked again, and change part of our answer.", "经复核，我们更改部分原答复。"
        ),
        "refused": Words("We looked again, and stay with our answer.", "经复核，我们维持原答复。"),
    },
    "automated_decision": {
        "granted": Words("What you asked about this decision is done.", "您对该决定提出的请求已办理。"),
        "granted_in_part": Words(
            "Part of what you asked about this decision is done.", "您对该决定提出的请求已部分办理。"
        ),
        "refused": Words("We looked into this decision, and stay with it.", "经核查，我们维持该决定。"),
    },
}
"""The sum of an answer in words; a question needs none."""
GAP_ANSWER = Words("the answer: not written yet", "答复：尚未写明")
GAP_OUTCOME = Words("what we do: not decided yet", "办理结果：尚未决定")
GAP_UNDECIDED = Words("{title}: not decided", "{title}：尚未决定")
GAP_UNSEARCHED = Words("{system}: not searched", "{system}：尚未查找")
GAP_NO_GROUND = Words("ground missing", "缺少理由")
GAP_LAW = Words("statute missing", "缺少法律依据")
GAP_UNCONFIRMED = Words(
    "ground not confirmed: statute to be named by counsel", "该理由未经确认，须由法律顾问指明法律依据"
)
GAP_UNTIL = Words("date missing", "缺少日期")
GAP_FACT = Words("not answered: {question}", "未回答：{question}")
GAP_SHARED = Words(
    "which holdings are sold or shared: not in the inventory", "清单未载明哪些信息被出售或共享"
)


def times(forms: tuple[Words, Words], n: int, language: str) -> str:
    """One or many, in that language."""
    return (
        forms[0 if n == 1 else 1]
        .in_(language)
        .replace("{n}", str(n) if law.is_chinese(language) else f"{n:,}")
    )


def extent(line: Line, language: str) -> str:
    """How many records, and from when to when."""
    said = times(RECORDS, line.found, language)
    if line.oldest_on and line.newest_on:
        comma = law.COMMA.in_(language)
        said += comma + span_in(line.oldest_on, line.newest_on, language)
    return said


def done(line: Line, language: str) -> str:
    """What became of an erased holding; before anything was erased, how much there is."""
    return _counted(line, (ERASED, MASKED, LEFT), language) or times(RECORDS, line.found, language)


def gone(line: Line, language: str) -> str:
    """What of an erased holding is no longer there; empty where all of it stayed."""
    return _counted(line, (ERASED, MASKED), language)


def _counted(line: Line, wanted: tuple[tuple[Words, Words], ...], language: str) -> str:
    counts = ((ERASED, line.erased), (MASKED, line.masked), (LEFT, line.left))
    said = [times(forms, n, language) for forms, n in counts if n and forms in wanted]
    return law.SEMICOLON.in_(language).join(said)


def day(value: date, language: str) -> str:
    """A date as letters show it."""
    return day_in(value, language)
