// In a note (data-mentions names the list of colleagues), @ and the first letters of a name offer who may be told:
// arrows choose, Enter or Tab takes, Escape closes. Taking writes the name and ticks the box; without this, one does both.
(() => {
  "use strict";
  const text = document.querySelector("textarea[data-mentions]");
  const list = text && document.getElementById(text.dataset.mentions);
  if (!list) return;
  const people = [...list.querySelectorAll("input[data-name]")];
  const box = document.createElement("ul");
  box.id = "mentions-offered";
  box.className = "offered plain";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", list.querySelector("summary").textContent.trim());
  box.hidden = true;
  text.after(box);
  text.setAttribute("aria-controls", box.id);
  text.setAttribute("aria-autocomplete", "list");
  let at = -1;
  let chosen = 0;

  const typed = () => {
    const before = text.value.slice(0, text.selectionStart);
    const found = /(?:^|[^A-Za-z0-9_.@/])[@＠]([\p{L}\p{N}_.'’ -]{0,40})$/u.exec(before);
    at = found ? before.length - found[1].length : -1;
    return found ? found[1].toLowerCase() : null;
  };
  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  };
  const point = (number) => {
    const rows = [...box.children];
    chosen = (number + rows.length) % rows.length;
    rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
    text.setAttribute("aria-activedescendant", rows[chosen].id);
  };
  const take = (row) => {
    const one = people.find((person) => person.id === row.dataset.for);
    const end = text.selectionStart;
    text.setRangeText(`${one.dataset.name} `, at, end, "end");
    one.checked = true;
    close();
    text.focus();
  };
  const offer = () => {
    const begun = typed();
    const fits = begun === null ? [] : people.filter((one) => {
      const name = one.dataset.name.toLowerCase();
      return name.startsWith(begun) || name.split(" ").some((part) => begun && part.startsWith(begun));
    });
    if (!fits.length) return close();
    box.replaceChildren(...fits.slice(0, 8).map((one) => {
      const row = document.createElement("li");
      row.id = `offered-${one.value}`;
      row.dataset.for = one.id;
      row.setAttribute("role", "option");
      row.textContent = one.dataset.name;
      row.addEventListener("pointerdown", (event) => { event.preventDefault(); take(row); });
      return row;
    }));
    box.hidden = false;
    point(0);
  };
  text.addEventListener("input", offer);
  text.addEventListener("click", offer);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    const acts = {
      ArrowDown: () => point(chosen + 1),
      ArrowUp: () => point(chosen - 1),
      Enter: () => take(box.children[chosen]),
      Tab: () => take(box.children[chosen]),
      Escape: close,
    };
    if (!acts[event.key] || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
})();
