"""How the people in the journeys use the portal: with a browser, a mailbox and an authenticator, nothing else."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from django.test import override_settings
from django_otp.oath import totp
from playwright.sync_api import Browser, Page

from identity import people
from portal import settings as shipped
from tests import axe
from tests.house import House, until
from tests.staff.people import PASSWORD, ROLES

_BUILD = re.compile(r'<[a-z]+[1-6]?|(?:class|type|role|lang|aria-[a-z]+)="[^"0-9]*')
_JUDGED: set[tuple[int, int]] = set()


@dataclass
class Person:
    """Somebody at a browser. Every build of page they see is judged by axe once, and every page for what a browser refused."""

    browser: Browser
    house: House
    language: str = "en-US"
    width: int = 1280
    script: bool = True
    """Without, the page runs nothing; the checks themselves are scripts, so they are left to the other walk."""
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.browser.new_context(
            locale=self.language,
            viewport={"width": self.width, "height": 900},
            accept_downloads=True,
            java_script_enabled=self.script,
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        self.page.set_default_timeout(20_000)

    def _complain(self, text: str) -> None:
        # A refused form answers 4xx by design; the browser logs that as an error of loading. axe tries inline
        # styles of its own, which our policy refuses, as it should; ours are looked for in the page itself.
        if "Failed to load resource" not in text and "Applying inline style" not in text:
            self.complaints.append(f"{self.page.url}: {text}")

    def turn(self, language: str, width: int) -> None:
        """The same person, still signed in, on another screen and in another language."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(f"{self.house.url}/staff/?lang={language}")

    def open(self, path: str) -> None:
        """Go somewhere, and look at it closely."""
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        self.look()

    def press(self, selector: str) -> None:
        """Press something that leads on, and look at what comes."""
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    def choose(self, value: str) -> None:
        """Tick a radio or a checkbox by its whole row, as a finger does."""
        identity = self.page.locator(f'main input[value="{value}"]').first.get_attribute("id")
        self.page.locator(f'label[for="{identity}"]').first.click()

    def _judged(self, content: str) -> bool:
        """Whether a page of the same build, elements, classes, roles and language, was judged at this width."""
        page = (self.width, hash(tuple(_BUILD.findall(content))))
        known = page in _JUDGED
        _JUDGED.add(page)
        return known

    def look(self) -> None:
        """No violation of WCAG A or AA that a program can find, and no sideways scroll."""
        assert not self.complaints, self.complaints
        content = self.page.content()
        assert ' style="' not in content, f"{self.page.url} carries an inline style"
        if not self.script or self._judged(content):
            return
        problems = axe.problems(self.page)
        assert not problems, f"{self.page.url}: {problems}"
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"


def employ(slug: str, *names: str) -> None:
    """Staff in the roles that go with their names; their passwords are hashed as the running portal reads them."""
    with override_settings(PASSWORD_HASHERS=shipped.PASSWORD_HASHERS):
        for name in names:
            user = people.hire(f"{name.lower()}@example.com", name)
            people.set_password(user, PASSWORD, by=None)
            people.give(user, slug, ROLES[name])


def ask(dana: Person, slug: str, rights: list[str], *, name: str, email: str) -> list[str]:
    """From the home page to the confirmation: one question a page. Gives the references."""
    fill_in(dana, slug, rights, name=name, email=email)
    return send(dana, len(rights))


def fill_in(dana: Person, slug: str, rights: list[str], *, name: str, email: str) -> None:
    """From the home page to all answers on one page, ready to be sent."""
    page = dana.page
    dana.open(f"/{slug}/")
    dana.press(f'main a[href$="/{slug}/ask/what/"], main a[href$="/ask/what/"], a.start')
    for _ in range(8):
        if page.url.endswith("/check/"):
            break
        if page.locator('main input[name="rights"]').count():
            for right in rights:
                dana.choose(right)
        elif page.locator('main input[type="radio"]').count():
            page.locator("main label").first.click()
        elif page.locator('main input[type="email"]').count():
            page.fill('main input[type="email"]', email)
        else:
            page.fill('main input[name="name"]', name)
        dana.press("main form button.primary, main form button >> nth=0")
    assert page.url.endswith("/check/"), page.url
    assert name in page.inner_text("main") and email in page.inner_text("main")


def send(dana: Person, number: int) -> list[str]:
    """From there to the confirmation of so many requests. Gives their references."""
    page = dana.page
    dana.press("main form button.primary, main form button >> nth=0")
    assert page.url.endswith("/sent/"), page.url
    found = re.findall(r"\b[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}\b", page.inner_text("main"))
    assert len(set(found)) == number, found
    return [reference.replace(" ", "") for reference in dict.fromkeys(found)]


def prove(dana: Person, slug: str, reference: str, code: str, *, sign: str = "") -> None:
    """Type the code from the mail, and sign where the statute asks for it."""
    dana.open(f"/{slug}/request/{reference}/code/")
    dana.page.fill('main input[name="code"]', code)
    if sign and dana.page.locator('main input[name="signed"]').count():
        dana.page.fill('main input[name="signed"]', sign)
    dana.press("main form button.primary, main form button >> nth=0")


def sign_in(staff: Person, email: str, password: str) -> None:
    """Password, then the second factor, enrolled at first sign-in."""
    page = staff.page
    staff.open("/staff/")
    page.fill('input[name="login"]', email)
    page.fill('input[type="password"]', password)
    staff.press("main form button")
    secret = base64.b32decode("".join(page.inner_text("code.secret").split()).upper())
    page.fill('input[name="code"]', f"{totp(secret):06d}")
    staff.press("main form button")


def decide(olu: Person, slug: str, reference: str) -> None:
    """Follow what the engine suggests, answer every question the law asks, and send it for approval."""
    page = olu.page
    decide_url = f"/staff/{slug}/{reference}/decide/"

    def searched() -> bool:
        page.goto(olu.house.url + decide_url)
        return page.url.endswith("/decide/") and page.locator('select[name$=".choice"]').count() > 0

    until(searched, f"the systems to be searched\n{olu.house.log('worker')}")
    olu.look()
    olu.press('button[name="act"][value="set_rest"]')
    for select in page.locator('select[name$=".choice"]').all():
        if select.input_value():
            continue
        options = [option.get_attribute("value") or "" for option in select.locator("option").all()]
        suggested = page.evaluate("s => s.closest('td, li, div').innerText + ''", select.element_handle())
        keep = "Retain" in suggested.split("\n")[-1] or "保留" in suggested.split("\n")[-1]
        code = next((o for o in options if o.split(":")[-1] in {"DEL8", "CN_RETAIN"}), "") if keep else ""
        select.select_option(code or next(o for o in options if o.split(":")[0] == "grant"))
    olu.press('button[name="act"][value="save"]')
    for box in page.locator('main input[type="text"][name*="."]').all():
        if not box.input_value():
            name = box.get_attribute("name") or ""
            box.fill("2031-12-31" if name.endswith(".until") else "Tax Law § 1135")
    for group in {r.get_attribute("name") for r in page.locator('main input[type="radio"][name*="."]').all()}:
        if not page.locator(f'input[name="{group}"]:checked').count():
            page.locator(f'input[name="{group}"]').first.check(force=True)
    olu.press('button[name="act"][value="propose"]')
    assert "/decide/" not in page.url, page.inner_text("main")[:600]


def approve(pia: Person, slug: str, reference: str, password: str) -> None:
    """Read the preview, type the reference of an erasure, approve; the password again if it was long ago."""
    page = pia.page

    def sign() -> None:
        pia.open(f"/staff/{slug}/{reference}/approve/")
        if page.locator('input[name="reference"]').count():
            page.fill('input[name="reference"]', reference)
        pia.press('button[name="act"][value="approve"]')

    sign()
    if page.locator('input[type="password"]').count():
        page.fill('input[type="password"]', password)
        pia.press("main form button")
        sign()
