"""axe on a page: what it finds against WCAG A and AA, each look of a text judged once."""

from __future__ import annotations

from collections import defaultdict

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
_ASKED = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # Describing every node that passed takes longer than judging it.
    "resultTypes": ["violations"],
    "preload": False,
}
_ALIKE = """known => {
  const seen = new Set(known), looks = new Map(), made = [];
  const hash = text => {
    let one = 0xdeadbeef, two = 0x41c6ce57;
    for (let i = 0; i < text.length; i++) {
      one = Math.imul(one ^ text.charCodeAt(i), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(i), 1597334677);
    }
    return 4294967296 * (2097151 & two) + (one >>> 0);
  };
  const own = e => {
    const s = getComputedStyle(e), before = getComputedStyle(e, '::before'), after = getComputedStyle(e, '::after');
    return [e.localName, e.className, e.matches(':disabled, [aria-disabled=true]'), s.display, s.visibility, s.position, s.opacity, s.color, s.backgroundColor,
      s.backgroundImage, s.fontSize, s.fontWeight, s.textShadow, s.filter, s.mixBlendMode,
      before.content, before.backgroundColor, after.content, after.backgroundColor].join();
  };
  const look = e => {
    if (!looks.has(e)) looks.set(e, hash(own(e) + (e.parentElement ? look(e.parentElement) : '')));
    return looks.get(e);
  };
  const says = e => e.matches('input, select, textarea')
    || [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
  for (const e of document.querySelectorAll('body, body *')) {
    if (!says(e) || !e.checkVisibility()) continue;
    const found = look(e);
    if (seen.has(found)) e.setAttribute('data-alike', '');
    else { seen.add(found); made.push(found); }
  }
  axe.configure({ rules: [{ id: 'color-contrast', selector: '*:not([data-alike])' }] });
  return made;
}"""
"""Marks what looks like a text judged before: its own style and that of everything it stands in are the same.

Contrast is a matter of nothing else, and judging it takes three quarters of axe's time.
"""
_UNMARK = "() => document.querySelectorAll('[data-alike]').forEach(e => e.removeAttribute('data-alike'))"
_LOOKS: dict[int, set[int]] = defaultdict(set)


def problems(page: Page, *only: str) -> list[str]:
    """Each rule that the page breaks, of all or these ``only``, and where it does so first."""
    page.evaluate(_AXE.axe_script)
    looks = _LOOKS[page.evaluate("innerWidth")]
    looks.update(page.evaluate(_ALIKE, list(looks)))
    found = page.evaluate(
        "asked => axe.run(asked).then(result => result.violations)",
        _ASKED | ({"runOnly": only} if only else {}),
    )
    page.evaluate(_UNMARK)
    return [f"{broken['id']}: {broken['nodes'][0]['html'][:120]}" for broken in found if broken["nodes"]]
