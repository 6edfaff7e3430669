// One list of where this page leads and what it can do, narrowed by typing: Ctrl or Command and K opens it.
// Every entry stands on the page as a link, button or field; this only finds it. Keys turned off turn it off too.
(() => {
  "use strict";
  const box = document.querySelector("dialog.palette");
  if (!box) return;
  const typed = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const seek = document.getElementById("search");
  const places = ".tools a, .tools button, main [data-key], nav.tabs a, nav.views a, .trail a, main a.case";

  const named = (one) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll(".key, [aria-hidden=true]").forEach((part) => part.remove());
    return (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || copy.textContent).replace(/\s+/g, " ").trim();
  };
  const all = () => {
    const found = new Map();
    document.querySelectorAll(places).forEach((one) => {
      const words = named(one);
      if (words && !one.closest("dialog") && !one.disabled && !found.has(words)) found.set(words, one);
    });
    return [...found];
  };

  let shown = [];
  let at = 0;
  const point = (to) => {
    at = Math.min(Math.max(to, 0), Math.max(shown.length - 1, 0));
    [...list.children].forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    typed.setAttribute("aria-activedescendant", shown.length ? `palette-${at}` : "");
  };
  const fill = () => {
    const wanted = typed.value.trim().toLowerCase();
    shown = all().filter(([words]) => wanted.split(/\s+/).every((part) => words.toLowerCase().includes(part)));
    const begins = ([words]) => ` ${words.toLowerCase()}`.includes(` ${wanted}`);
    shown.sort((one, other) => begins(other) - begins(one));
    if (wanted && seek) shown.push([`${seek.labels[0].textContent.trim()}: ${typed.value.trim()}`, seek]);
    list.replaceChildren(...shown.map(([words, one], number) => {
      const row = document.createElement("li");
      row.id = `palette-${number}`;
      row.setAttribute("role", "option");
      row.append(words);
      if (one.dataset.key && one !== seek) {
        const key = document.createElement("kbd");
        key.className = "key";
        key.textContent = one.dataset.key;
        row.append(" ", key);
      }
      row.addEventListener("click", () => choose(number));
      return row;
    }));
    box.querySelector(".nothing").hidden = shown.length > 0;
    point(0);
  };
  const choose = (number) => {
    if (!shown[number]) return;
    const one = shown[number][1];
    const words = typed.value.trim();
    box.close();
    if (one === seek) { seek.value = words; seek.form.requestSubmit(); } else document.dispatchEvent(new CustomEvent("press", { detail: one }));
  };
  const open = () => { typed.value = ""; box.showModal(); fill(); typed.focus(); };

  typed.addEventListener("input", fill);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) point(at + step);
    else if (event.key === "Enter" && !event.isComposing) choose(at);
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (document.documentElement.dataset.keys !== "on") return;
    event.preventDefault();
    if (box.open) box.close(); else open();
  });
  document.querySelectorAll("[data-palette]").forEach((one) => one.addEventListener("click", open));
})();
