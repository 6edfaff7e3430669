// Says in time that the page closes (data-closes, seconds), and keeps it open without losing what is typed (data-stay).
// Without this script the same button stands beside the page, which says when it closes (data-closes-at).
(() => {
  "use strict";
  const warned = 180;
  const region = document.querySelector("[data-closes]");
  const words = document.querySelector("template[data-closing]");
  if (!region || !words) return;
  let timer = 0;
  const count = (seconds) => {
    clearTimeout(timer);
    region.replaceChildren();
    timer = setTimeout(() => region.replaceChildren(words.content.cloneNode(true)), 1000 * Math.max(seconds - warned, 0));
  };
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-stay]");
    if (!form) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-closes]");
      // Closed already, or signed out elsewhere: what is typed stays, to be copied.
      if (!answer.ok || !fresh) return;
      const [now, then] = [document, page].map((one) => one.querySelector("[data-closes-at]"));
      if (now && then) now.textContent = then.textContent;
      count(Number(fresh.dataset.closes));
    } catch { /* The network is away: the button can be pressed again. */ }
  });
  count(Number(region.dataset.closes));
})();
