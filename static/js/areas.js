// Areas of a page, drawn with the mouse over its picture; a click alone ticks the cell beneath, as without this script.
// Each area goes along with the form as left, top, right, bottom in ten-thousandths. A click on an area takes it away.
(() => {
  "use strict";
  const sheet = document.querySelector(".sheet");
  const cells = sheet?.querySelector(".cells");
  if (!cells) return;
  const least = 6;
  let begun = null;
  let drawn = false;

  const at = (event) => {
    const box = sheet.getBoundingClientRect();
    const part = (value, size) => Math.min(Math.max(Math.round(value / size * 10000), 0), 10000);
    return [part(event.clientX - box.left, box.width), part(event.clientY - box.top, box.height)];
  };
  const place = (area, [a, b], [c, d]) => {
    const [left, top, right, bottom] = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
    Object.assign(area.style, {
      left: `${left / 100}%`, top: `${top / 100}%`, width: `${(right - left) / 100}%`, height: `${(bottom - top) / 100}%`,
    });
    return [left, top, right, bottom];
  };
  const area = () => {
    const made = document.createElement("div");
    const told = document.createElement("input");
    made.className = "area";
    Object.assign(told, { type: "hidden", name: "area" });
    told.setAttribute("form", "paint");
    made.append(told);
    made.addEventListener("click", () => { if (!drawn) made.remove(); });
    sheet.append(made);
    return made;
  };

  sheet.addEventListener("pointerdown", (event) => {
    drawn = false;
    // A finger scrolls; it ticks cells.
    if (event.pointerType !== "mouse" && event.pointerType !== "pen") return;
    if (event.button === 0 && event.target.closest(".cells")) begun = { x: event.clientX, y: event.clientY, from: at(event), area: null };
  });
  window.addEventListener("pointermove", (event) => {
    if (!begun) return;
    if (!begun.area && Math.hypot(event.clientX - begun.x, event.clientY - begun.y) > least) begun.area = area();
    if (begun.area) begun.area.firstChild.value = place(begun.area, begun.from, at(event)).join(",");
  });
  window.addEventListener("pointerup", () => {
    if (!begun) return;
    drawn = begun.area !== null;
    const [left, top, right, bottom] = (begun.area?.firstChild.value ?? "").split(",").map(Number);
    if (drawn && !(right > left && bottom > top)) begun.area.remove();
    begun = null;
  });
  // The click that ends a drawing ticks nothing.
  sheet.addEventListener("click", (event) => { if (drawn && !event.target.closest(".area")) event.preventDefault(); drawn = false; }, true);
  sheet.addEventListener("dragstart", (event) => event.preventDefault());
})();
