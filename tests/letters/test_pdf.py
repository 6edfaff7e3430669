"""A letter as PDF: readable in both scripts, and deaf to whatever is written in it."""

from __future__ import annotations

import io
import re
from datetime import date

import pypdf
import pytest
from fontTools.ttLib import TTFont

from requests_app.letters import pdf, rare_hanzi
from requests_app.letters.text import CountedRow, Gap, LetterText, Quote, Section, passage

HOSTILE = '#eval("1") $x^2$ @ref <b>bold</b> {{7*7}} {% load %} \\ ` /* // #read("/etc/passwd") http://169.254.169.254'


def letter(language: str = "en", name: str = "Dana Whitfield", said: str = "") -> LetterText:
    return LetterText(
        language=language,
        written_on=date(2026, 11, 20),
        reference="M3WR 6HFC",
        name=name,
        title="Delete your information" if language == "en" else "删除您的个人信息",
        opening=((said or "We have done what you asked.",),),
        sections=(
            Section(
                "What we keep",
                (("Nine orders.",),),
                ((said or "One bullet",),),
                (Quote("(8) Comply.", "§ 1"),),
            ),
        ),
        closing=((said,),),
        sender=("MiMap Inc",),
        counted=(CountedRow("20 November 2026", "We answer by this day.", "House rule", total=True),),
        counted_heading="How we counted",
    )


def words(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize(
    ("language", "name", "expected", "size"),
    [
        (
            "en",
            "Dana Whitfield",
            ["DearDanaWhitfield,", "Deleteyourinformation", "YourrequestM3WR6HFC"],
            (612, 792),
        ),
        ("zh-Hans", "王小明", ["王小明，您好：", "删除您的个人信息", "2026年11月20日"], (595, 842)),
    ],
)
def test_a_letter_reads_as_written_on_the_paper_of_its_country(language, name, expected, size):
    document = pdf.render(letter(language, name))
    box = pypdf.PdfReader(io.BytesIO(document)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    assert all(text in words(document) for text in expected)


def test_of_a_letter_a_screen_reader_can_read():
    catalogue = pypdf.PdfReader(io.BytesIO(pdf.render(letter("zh-Hans")))).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in catalogue


def test_markup_in_a_letter_is_printed_and_never_read():
    text = words(pdf.render(letter(name=HOSTILE, said=HOSTILE)))
    assert text.count("".join(HOSTILE.split())) == 4
    assert "root:" not in text


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("王𬭊㛃", "王𬭊㛃"),
        ("𠮷田𡃁", "𠮷田𡃁"),
        ("𠮷𰀁", "𠮷[U+30001]"),
        ("Dana 😀", "Dana[U+1F600]"),
        ("שרה محمد", "محمد"),
        ("Zoë Łukasz Nguyễn", "ZoëŁukaszNguyễn"),
        ("A\u202egnp\x00\x07", "Agnp"),
    ],
    ids=[
        "rare Hanzi",
        "rarer Hanzi",
        "a sign no font has",
        "emoji",
        "two scripts",
        "accents",
        "deceiving controls",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_no_letter_fails_over_a_name(language, name, printed):
    assert printed in words(pdf.render(letter(language, name)))


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_rare_name_is_drawn_and_its_letter_stays_small(language):
    plain, rare = (pdf.render(letter(language, name)) for name in ("吉田", "𠮷田"))
    assert len(rare) < len(plain) + 20_000
    fonts = {
        font["/BaseFont"].partition("+")[2]: font
        for page in pypdf.PdfReader(io.BytesIO(rare)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    font = fonts["RareHanzi-Regular"]
    drawn = re.search(rb"<(\w{4})> <D842DFB7>", font["/ToUnicode"].get_data(), re.IGNORECASE)
    program = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
    outlines = TTFont(io.BytesIO(program))["glyf"]
    assert int(drawn[1], 16), "not the sign for a missing glyph"
    assert outlines[outlines.glyphOrder[int(drawn[1], 16)]].numberOfContours >= 3


def test_the_rare_typeface_is_read_only_for_a_sign_that_needs_it(monkeypatch):
    monkeypatch.setattr(rare_hanzi, "SLICES", "nowhere")
    rare_hanzi._slices.cache_clear()
    assert "王𬭊㛃" in words(pdf.render(letter("zh-Hans", "王𬭊㛃")))


def test_a_gap_stays_a_gap_among_the_words_around_it():
    pieces = passage("Until {day}, as {law} asks.", day=Gap("date missing"), law="{day} itself")
    assert [isinstance(piece, Gap) for piece in pieces] == [False, True, False, False, False]
    assert "".join(pieces) == "Until date missing, as {day} itself asks."
