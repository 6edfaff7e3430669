"""What only a browser can tell of the requester's pages: narrow, enlarged, by keys alone, in few colours, in the dark, on paper."""

from __future__ import annotations

import io
import zipfile

from playwright.sync_api import Browser, Page

from identity import vault
from requests_app.response import package as packages
from tests import axe
from tests.build import build_case, found
from tests.public.conftest import Visitor, work
from tests.public.without_a_server import ORIGIN, answer_for

SLIM = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
LARGE = """
html { font-size: 200% !important }
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""
"""WCAG 1.4.4 and 1.4.12 together."""
CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const style = getComputedStyle(e);
  if (!e.textContent.trim() || style.position === 'absolute' || !e.checkVisibility()) return false;
  const clips = s => ['hidden', 'clip'].includes(s);
  return (clips(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
      || (clips(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 100))"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  let shown = e, box = e.getBoundingClientRect();
  // A radio or box is drawn by its row.
  if (e.matches('input[type=radio], input[type=checkbox]')) {
    shown = e.closest('label') || document.querySelector(`label[for="${e.id}"]`) || e; box = shown.getBoundingClientRect();
  }
  const rings = [e, shown, e.nextElementSibling, e.parentElement].filter(Boolean).map(x => getComputedStyle(x));
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
  return {
    place: [...document.querySelectorAll('*')].indexOf(e),
    ring: Math.max(...rings.map(s => s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth))),
    hidden: !at || !(shown.contains(at) || at.contains(shown)),
    html: e.outerHTML.slice(0, 100),
  };
}"""
TOO_SMALL = """() => [...document.querySelectorAll('main button, main a.button, main a.start')].filter(e => e.checkVisibility())
  .filter(e => e.getBoundingClientRect().height < (e.classList.contains('primary') || e.classList.contains('start') ? 44 : 24))
  .map(e => e.outerHTML.slice(0, 100))"""
NO_EDGE = """() => [...document.querySelectorAll('main button:not(.link), main a.button, main input:not([type=hidden]), main textarea')]
  .filter(e => e.checkVisibility() && !e.closest('.for-nobody') && !e.matches('[type=radio], [type=checkbox]'))
  .filter(e => { const s = getComputedStyle(e); return !parseFloat(s.borderTopWidth) || s.borderTopStyle === 'none'; })
  .map(e => e.outerHTML.slice(0, 100))"""
MOVES = """() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e);
  return s.transitionDuration.split(',').concat(s.animationDuration.split(',')).some(d => parseFloat(d) > 0.01); })
  .map(e => e.outerHTML.slice(0, 100))"""
HANZI = """() => [...document.querySelectorAll('main p, main li, main dd, main label')].filter(e => e.checkVisibility() && /[\\u4e00-\\u9fff]{8}/.test(e.textContent))
  .map(e => { const s = getComputedStyle(e), size = parseFloat(s.fontSize);
    return { html: e.outerHTML.slice(0, 100), line: parseFloat(s.lineHeight) / size, style: s.fontStyle, strict: s.lineBreak,
             measure: e.getBoundingClientRect().width / size }; })"""
ON_PAPER = """() => ['header nav', 'footer nav', '.tongues', '.skip', 'a.back', 'main .actions']
  .flatMap(s => [...document.querySelectorAll(s)]).filter(e => e.checkVisibility() && e.getBoundingClientRect().height > 1)
  .map(e => e.outerHTML.slice(0, 100))"""


def test_that_every_reader_can_use_the_pages(dana: Visitor, li: Visitor, browser: Browser) -> None:
    """One browser for all of it: a page is opened once and looked at in every way."""
    trouble: list[str] = []
    for visitor, right in ((dana, "DELETE"), (li, "CN_DELETE")):
        (case,) = visitor.send(right)
        work()
        visitor.come_back(case)
        visitor.answer_all(right)
        context = browser.new_context(bypass_csp=True, locale="zh-CN" if visitor is li else "en-US")
        answer_for(visitor, context)
        page = context.new_page()
        for path in ("", "ask/what/", "ask/e-mail/", "ask/check/", f"request/{case.reference}/"):
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(ORIGIN + visitor.at(path))
            trouble += [f"{visitor.slug}/{path}: {one}" for one in _trouble(page, visitor is li)]
        context.close()
    assert not trouble, "\n".join(trouble)


UNSEEN_ON_PAPER = """() => [...document.querySelectorAll('.pair th, .card td, .card > p a')]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 100))"""


def test_that_a_package_can_be_read_on_paper_and_on_a_phone(db: None, browser: Browser) -> None:
    """Wide tables lose no column: each record stands for itself, its values below each other."""
    order = {"order_id": 1, "account_id": 100001, "order_no": "MP0000000001", "product": "MipMap Desktop 专业版（一年）",
             "amount_fen": 398000, "status": "已完成", "buyer_name": "王𠮷㐂", "buyer_phone": "+8612000000001",
             "buyer_email": "danna.wang.with.a.long.address@example.cn", "ordered_on": "2026-10-02"}  # fmt: skip
    case = build_case(
        {"orders.recent": found(2)}, controller="mipmap", right="CN_COPY", language="zh-Hans", name="王𠮷㐂",
        rows={"mipmap_platform_db": [("orders", order), ("orders", order | {"order_id": 2})]},
    )  # fmt: skip
    made = packages.make(case, b"")
    files = zipfile.ZipFile(io.BytesIO(b"".join(vault.read(made.key, made.path, packages.PURPOSE))))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_content(files.read("index.html").decode())
    assert page.inner_text(".lead").startswith("王𠮷㐂")
    for media, width in (("screen", 390), ("print", 675)):
        page.emulate_media(media=media)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(UNSEEN_ON_PAPER) == [], media
        assert page.evaluate(SLIM), media
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.wide td'), '::before').content")
            != "none"
        )
    page.close()


def _trouble(page: Page, hanzi: bool) -> list[str]:
    found = [f"small: {one}" for one in page.evaluate(TOO_SMALL)]
    found += _by_keys(page)
    if hanzi:
        found += [
            f"Hanzi: {one}" for one in page.evaluate(HANZI)
            if not 1.45 <= one["line"] <= 1.85 or one["style"] != "normal" or one["strict"] != "strict" or one["measure"] > 43
        ]  # fmt: skip
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    found += [f"moves: {one}" for one in page.evaluate(MOVES)]
    found += [f"dark: {one}" for one in axe.problems(page, "color-contrast")]
    page.emulate_media(forced_colors="active", color_scheme="light")
    found += [f"forced colours: {one}" for one in page.evaluate(NO_EDGE)]
    page.emulate_media(forced_colors="none", media="print")
    found += [f"on paper: {one}" for one in page.evaluate(ON_PAPER)]
    page.emulate_media(media="screen")
    # 320 px is also what is left of 1280 at 400 %.
    page.set_viewport_size({"width": 320, "height": 600})
    found += [] if page.evaluate(SLIM) else ["scrolls sideways at 320 px"]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_style_tag(content=LARGE)
    found += [f"cut: {one}" for one in page.evaluate(CUT_OFF)]
    return found if page.evaluate(SLIM) else [*found, "scrolls sideways at 200 %"]


def _by_keys(page: Page) -> list[str]:
    """Tab by Tab: in the order of the page, always seen, with a ring."""
    found, places = [], []
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here is None or here["place"] in places:
            break
        places.append(here["place"])
        if here["ring"] < 2:
            found.append(f"no ring: {here['html']}")
        if here["hidden"]:
            found.append(f"hidden: {here['html']}")
    assert len(places) > 8, "the keys lead through the page"
    return found if places == sorted(places) else [*found, "another order than the page's"]
