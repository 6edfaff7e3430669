"""What a letter on paper says that is otherwise a mail: the same things, in words that need no reply button and no link.

As in a posted answer no private link stands in it: a letter may be opened by others of the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from requests_app import law, register, subject
from requests_app.law import Level, Words
from requests_app.letters import links, mails
from requests_app.letters.text import LetterText, Passage, Section, day_in, passage
from requests_app.models import Case

_RECEIVED = Words("We have received your request.", "我们已收到您的请求。")
_RECEIVED_SEVERAL = Words("We have received your {count} requests.", "我们已收到您的{count}项请求。")
_FOUND_SINCE = Words(
    "We found in the same request that you ask for this too, so it has a reference of its own. What we told you of "
    "{beside} stays as it is.",
    "我们发现您的同一次请求还包含以下事项，因此单独编号。此前就编号{beside}告知您的内容不变。",
)
_REFERENCE = Words("Your reference: {reference}", "请求编号：{reference}")
_ARRIVED = Words("Received: {day}", "收到日期：{day}")
_ANSWER_BY = Words("We answer by: {day}", "最晚答复日期：{day}")
_UNKNOWN = Words(
    "We hold no account with the e-mail address you gave. If you used another one with us, write and tell us.",
    "我们没有找到使用您所填邮箱的账号。如果您曾使用其他邮箱，请来信告知。",
)
_NEXT = Words("What happens next", "接下来")
_CHECKED = Words(
    "First we make sure that it is you who asks, so that nobody else gets or deletes your information: we compare what "
    "you wrote with our records. If that is not enough, we write to you and say what is missing. Then we look into our "
    "systems, a person decides, and you get our answer. Checking does not move the date.",
    "我们先将您所写内容与已有记录核对，确认提出请求的是您本人，以免他人获取或删除您的信息。如仍需补充，我们会写信告知。"
    "之后查找各系统，由专人作出决定，再把结果告知您。核实身份不影响上述日期。",
)
_CHECKED_AND_READ = Words(
    "First we make sure that it is you who asks: we compare what you wrote with our records. If that is not enough, we "
    "write to you and say what is missing. Then a person reads what you wrote, a second one agrees to the answer, and "
    "you get it. Checking does not move the date.",
    "我们先将您所写内容与已有记录核对，确认提出请求的是您本人。如仍需补充，我们会写信告知。之后由专人阅读您所写的内容，"
    "答复经另一人确认后告知您。核实身份不影响上述日期。",
)
_UNCHECKED = Words(
    "There is nothing to prove. We do what you asked and write to you when it is done.",
    "无需证明身份，我们直接办理，完成后写信告知您。",
)
_READ = Words(
    "There is nothing to prove. A person reads what you wrote, a second one agrees to the answer, and we write to you.",
    "无需证明身份。我们会由专人阅读您所写的内容，答复经另一人确认后写信告知您。",
)
_NOT_YOU = Words(
    "If you did not ask for this, nothing is shown or deleted without you. Please write and tell us.",
    "如果这不是您提出的，未经您确认，我们不会展示或删除任何信息。请来信告诉我们。",
)
_COUNTED = Words("How we counted the days", "日期怎么算")
_WRITE = Words(
    "To answer, write to the address below or to {mailbox}, and give your reference {reference}.",
    "如需回复，请按下方地址来信，或发邮件至{mailbox}，并注明请求编号{reference}。",
)
_WRITE_MAIL = Words(
    "To answer, write to {mailbox} and give your reference {reference}.",
    "如需回复，请发邮件至{mailbox}，并注明请求编号{reference}。",
)
_FOLLOW = Words(
    "To follow your request, go to {home} and type your reference and the e-mail address you gave us.",
    "您也可以访问{home}，输入请求编号和您留下的邮箱查看进度。",
)
_RECEIPT = Words("We have your request", "已收到您的请求")
_ABOUT = Words("About your request", "关于您的请求")
_MOVED = Words("Another date for our answer", "答复日期有变动")
_MOVED_WHY = Words(
    "The days off that our date depends on are another list now, so we counted again for your request ({right}).",
    "计算日期所依据的放假安排有了更新，我们已为您的请求（{right}）重新计算。",
)
_BEFORE = Words("Before, it was: {day}", "原定日期：{day}")
_PROVISIONAL = Words(
    "Not every day off is published yet. If that moves the date again, we write to you.",
    "部分放假安排尚未公布。如果日期因此再次变动，我们会写信告诉您。",
)
_JOINED = Words("We joined your request with another of yours", "您的请求已与另一项请求合并")
_JOINED_WHY = Words(
    "You asked for the same thing twice ({right}), so we answer both together under the reference {kept}.",
    "您就同一事项（{right}）提出了两次请求，我们合并办理，统一以编号{kept}答复。",
)
_EARLIER = Words("It is counted from the earlier of the two.", "日期按较早的一次计算。")
_KEPT = Words(
    "Everything you wrote is kept. If these are two different requests, write to us: we take them apart again.",
    "您此前提供的内容均已保留。如果这是两项不同的请求，请来信告知，我们会恢复为两项分别办理。",
)
_MISTAKEN = Words("We closed a request that we had opened by mistake", "误开的请求已关闭")
_MISTAKEN_WHY = Words(
    "We had read in what reached us that you ask for this too: {right}. That was our mistake, so the request {reference} "
    "is closed. Nothing was shown, changed or deleted for it.",
    "我们此前以为您还提出了这项请求：{right}。这是我们的误解，编号{reference}的请求现已关闭，我们未因该请求展示、更改或"
    "删除任何信息。",
)
_STAYS = Words("What we told you of {beside} stays as it is.", "此前就编号{beside}告知您的内容不变。")
_MISTAKEN_ELSE = Words(
    "If you do ask for it, write to us: we open it again, counted from the same day.",
    "如果您确实提出这项请求，请来信告知，我们会重新办理，日期仍从同一天起算。",
)
_LIFTED = Words("We use your information again", "恢复处理您的信息")
_LIFTED_WHY = Words(
    "At your request ({right}) we only kept some of your information and did nothing else with it.",
    "根据您的请求（{right}），我们对您的部分信息仅予保存，未作其他处理。",
)
_LIFTED_FROM = Words(
    "This restriction ends once this letter has left us. From then on we use that information again as our privacy "
    "policy describes.",
    "本函发出后，该限制即告结束。此后，我们将按隐私政策的说明恢复处理这些信息。",
)
_LIFTED_NO = Words(
    "If you disagree, write to us. You may ask for it again at any time.",
    "如您不同意，请来信告知。您也可以随时再次提出限制处理的请求。",
)
_TURN = Words("Your turn", "轮到您了")
_TURN_WHY = Words(
    "Your request is waiting for you: we still have to make sure that it is you who asks.",
    "您的请求正在等您：我们还需要确认提出请求的是您本人。",
)
_MISSING = Words("What is missing", "尚缺")
_IN_ANY_CASE = Words(
    "We answer by {day} in any case. If we cannot make sure by then, we have to say so, and you may ask again at any "
    "time.",
    "无论如何，我们最晚在{day}答复。如果届时仍无法确认，我们只能如实告知，您可以随时再次提出。",
)


def acknowledgement(
    cases: Sequence[Case], *, unknown: bool = False, beside: Sequence[Case] = ()
) -> LetterText:
    """That we have it, how we check who asks, and until when we answer: one letter for all cases of a submission.

    Fixed words, and nothing of what was asked for but the rights: the address may be nobody's they know.
    """
    lead, language = cases[0], cases[0].language
    soonest = min(cases, key=lambda case: case.due_on)
    several = len(cases) > 1
    opening = (
        passage(_FOUND_SINCE.in_(language), beside=mails.references(beside, language))
        if beside
        else passage(_RECEIVED_SEVERAL.in_(language), count=str(len(cases)))
        if several
        else (_RECEIVED.in_(language),)
    )
    rights = [law.regime(case.regime, case.received_on).right(case.right) for case in cases]
    read = all(right.in_words for right in rights)
    if any(right.standard.level is not Level.NONE for right in rights):
        next_words = _CHECKED_AND_READ if read else _CHECKED
    else:
        next_words = _READ if read else _UNCHECKED
    sections = [
        Section(
            right.title.in_(language),
            bullets=(
                *((passage(_REFERENCE.in_(language), reference=case.spaced_reference),) if several else ()),
                passage(_ARRIVED.in_(language), day=day_in(case.received_on, language)),
                passage(_ANSWER_BY.in_(language), day=day_in(case.due_on, language)),
            ),
        )
        for case, right in zip(cases, rights, strict=True)
    ]
    sections.append(
        Section(
            _NEXT.in_(language),
            ((next_words.in_(language),), *(((_UNKNOWN.in_(language),),) if unknown else ())),
        )
    )
    return _letter(
        lead, _RECEIPT, (opening,), tuple(sections), closing=((_NOT_YOU.in_(language),),), counted=soonest
    )


def reply(case: Case, message: str) -> LetterText:
    """What a member of staff wrote."""
    written = tuple((part,) for part in _paragraphs(message))
    return _letter(case, _ABOUT, written)


def date_moved(case: Case, before: date) -> LetterText:
    """That the days off were announced, so that our day is another one, and how it was counted."""
    language = case.language
    told = (
        passage(_MOVED_WHY.in_(language), right=_right(case)),
        passage(_ANSWER_BY.in_(language), day=day_in(case.due_on, language)),
        passage(_BEFORE.in_(language), day=day_in(before, language)),
        *(((_PROVISIONAL.in_(language),),) if case.provisional else ()),
    )
    return _letter(case, _MOVED, told, counted=case)


def restriction_lifted(case: Case) -> LetterText:
    """That a restriction ends, before anything is used again."""
    language = case.language
    told = (
        passage(_LIFTED_WHY.in_(language), right=_right(case)),
        (_LIFTED_FROM.in_(language),),
        (_LIFTED_NO.in_(language),),
    )
    return _letter(case, _LIFTED, told)


def joined(case: Case, kept: Case) -> LetterText:
    """That the same thing was asked twice, and under which reference and by when both are answered."""
    language = case.language
    told = (
        passage(_JOINED_WHY.in_(language), right=_right(case), kept=kept.spaced_reference),
        passage(_ANSWER_BY.in_(language), day=day_in(kept.due_on, language)),
        (_EARLIER.in_(language),),
        (_KEPT.in_(language),),
    )
    return _letter(case, _JOINED, told)


def mistaken(case: Case, beside: Case | None) -> LetterText:
    """That we had read a request in a letter where there was none, and closed it; ``beside`` is theirs and stays."""
    language = case.language
    stays = passage(_STAYS.in_(language), beside=beside.spaced_reference) if beside else None
    told = (
        passage(_MISTAKEN_WHY.in_(language), right=_right(case), reference=case.spaced_reference),
        *((stays,) if stays else ()),
        (_MISTAKEN_ELSE.in_(language),),
    )
    return _letter(case, _MISTAKEN, told)


def reminder(case: Case, missing: Sequence[str]) -> LetterText:
    """That it is the requester's turn, and what is still missing."""
    language = case.language
    listed = (Section(_MISSING.in_(language), bullets=tuple((one,) for one in missing)),) if missing else ()
    after = (passage(_IN_ANY_CASE.in_(language), day=day_in(case.due_on, language)),)
    return _letter(case, _TURN, ((_TURN_WHY.in_(language),),), listed, closing=after)


def _letter(
    case: Case,
    title: Words,
    opening: tuple[Passage, ...],
    sections: tuple[Section, ...] = (),
    *,
    closing: tuple[Passage, ...] = (),
    counted: Case | None = None,
) -> LetterText:
    language, controller = case.language, register.controller(case.controller)
    told = subject.read(case)
    address = controller.text(controller.address, language).splitlines()
    # A pack may name no postal address; then nobody is sent to one.
    way = _WRITE if address else _WRITE_MAIL
    write = passage(way.in_(language), mailbox=mails.mailbox(case), reference=case.spaced_reference)
    follow = (passage(_FOLLOW.in_(language), home=links.find(case)),) if told.reached_at else ()
    sender = (controller.text(controller.legal_name, language), *address)
    zone = ZoneInfo(law.regime(case.regime, case.received_on).zone)
    return LetterText(
        language=language,
        written_on=timezone.now().astimezone(zone).date(),
        reference=case.spaced_reference,
        # The envelope names them; the letter greets by name only who was shown to be that person.
        name=told.name if case.identified_at and not told.representative else "",
        title=title.in_(language),
        opening=opening,
        sections=sections,
        closing=(*closing, write, *follow),
        sender=tuple(line for line in sender if line),
        counted=tuple(mails.up_to_the_date(counted)) if counted else (),
        counted_heading=_COUNTED.in_(language) if counted else "",
        brand=controller.brand.brand,
    )


def _right(case: Case) -> str:
    return law.regime(case.regime, case.received_on).right(case.right).title.in_(case.language)


def _paragraphs(message: str) -> list[str]:
    """A person's lines: the layout knows paragraphs alone."""
    return [line.strip() for line in message.splitlines() if line.strip()]
