// Keys for the desk. What a key does stands in the page (data-key); j, k and x move and tick in a list.
// An approval is only focused (data-key-focus): Enter gives it.
// Nothing here is needed: every key presses what can be pressed without it. Off means off (WCAG 2.1.4).
(() => {
  "use strict";
  const root = document.documentElement;
  const strip = document.querySelector(".keys");
  const on = () => {
    try { return localStorage.getItem("keys") !== "off"; } catch { return true; }
  };
  const turn = (state) => {
    try { localStorage.setItem("keys", state); } catch { /* for this page only */ }
    root.dataset.keys = state;
    document.querySelectorAll("[data-keys-turn]").forEach((one) => { one.hidden = one.dataset.keysTurn === state; });
  };
  turn(on() ? "on" : "off");
  document.querySelectorAll("[data-keys-turn]").forEach((one) => {
    one.addEventListener("click", () => turn(one.dataset.keysTurn));
  });

  const rows = () => [...document.querySelectorAll("table.queue tbody tr")];
  const current = () => rows().find((row) => row.classList.contains("current"));
  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(current());
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    all.forEach((row) => row.classList.toggle("current", row === next));
    next.querySelector("a.case").focus();
  };
  const press = (one) => {
    if (one.matches("input, textarea, select, [data-key-focus]")) one.focus();
    else if (one.matches("a[href*='#']") && one.pathname === location.pathname) {
      const target = document.getElementById(one.hash.slice(1));
      const field = target && (target.matches("textarea, select") ? target : target.querySelector("textarea, select, input:not([type=hidden])"));
      if (field) field.focus(); else one.click();
    } else one.click();
  };

  document.addEventListener("press", (event) => press(event.detail));
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("dialog")) return;
    if (root.dataset.keys !== "on" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (typing) {
      if (event.key === "Escape") typing.blur();
      return;
    }
    const key = event.key;
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "x" && current()) current().querySelector("input[type=checkbox]")?.click();
    else if (key === "?" && strip) { strip.tabIndex = -1; strip.focus(); strip.scrollIntoView({ block: "nearest" }); }
    else {
      const one = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!one) return;
      press(one);
    }
    event.preventDefault();
  });
})();
