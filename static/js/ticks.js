// One box in a list's head ticks all its rows: on, off, or half where some are ticked; how many is said to whoever listens.
// Without this script it is not there: rows are ticked one by one, or all of a view below the list.
(() => {
  "use strict";
  const all = document.querySelector("[data-tick-all]");
  const said = document.querySelector("[data-ticked]");
  if (!all || !said) return;
  const boxes = () => [...document.querySelectorAll("table.queue tbody input[type=checkbox]")];
  const tell = () => {
    const [every, ticked] = [boxes().length, boxes().filter((one) => one.checked).length];
    all.checked = every > 0 && ticked === every;
    all.indeterminate = ticked > 0 && ticked < every;
    const words = said.dataset.ticked.replace("{n}", ticked).replace("{all}", every);
    if (ticked || said.textContent) said.textContent = words;
  };
  all.addEventListener("change", () => {
    boxes().forEach((one) => { one.checked = all.checked; });
    tell();
  });
  document.querySelector("table.queue tbody").addEventListener("change", tell);
  all.closest("label").hidden = false;
  tell();
})();
