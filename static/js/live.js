// A panel that keeps itself up to date while systems are at work: it asks for itself anew (data-live) after so many
// seconds (data-every), part by part (data-part), and never touches a part somebody is in or has chosen something in.
// What has finished, failed or moved on (data-state, perhaps with whereto) is said once to whoever listens. Nothing here is needed: the page
// read anew says the same. It rests while nobody can see the page, and ends where the answer names no next time.
(() => {
  "use strict";
  const said = document.querySelector("[data-live-says]");
  const find = () => document.querySelector("[data-live]");
  if (!said || !find()) return;
  const told = ["done", "failed", "moved"];
  const longest = 60;
  let timer = 0;
  let asking = false;
  let failed = 0;

  const parts = (panel) => new Map([...panel.querySelectorAll("[data-part]")].map((one) => [one.dataset.part, one]));
  // Every answer carries the form's token in another dress.
  const written = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((one) => one.remove());
    return copy.outerHTML;
  };
  const changed = (field) => {
    if (field.matches("select")) return field.value !== (field.querySelector("option[selected]") ?? field.options[0])?.value;
    return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  };
  const inUse = (part) => part.contains(document.activeElement)
    || [...part.querySelectorAll("select, textarea, input:not([type=hidden])")].some(changed);

  const stateOf = (panel) => new Map([...parts(panel)].map(([key, part]) => [key, part.dataset.state ?? ""]));
  let seen = stateOf(find());

  const tell = (fresh) => {
    const now = stateOf(fresh);
    const words = [...parts(fresh)].filter(([key]) => told.includes(now.get(key).split(" ")[0]) && now.get(key) !== seen.get(key))
      .map(([, part]) => [...part.querySelectorAll("[data-said]")].map((one) => one.textContent.trim()).join(": "));
    seen = now;
    if (words.length) said.textContent = words.join(". ");
  };
  const put = (panel, fresh) => {
    const [before, after] = [parts(panel), parts(fresh)];
    tell(fresh);
    if ([...before.keys()].join() !== [...after.keys()].join()) {
      if (!inUse(panel)) panel.replaceWith(fresh);
      return;
    }
    let later = false;
    before.forEach((part, key) => {
      if (written(part) === written(after.get(key))) return;
      if (inUse(part)) later = true; else part.replaceWith(after.get(key));
    });
    // What somebody is in waits for the next answer, even where that is the last.
    if (fresh.dataset.live) panel.dataset.every = fresh.dataset.every;
    else if (!later) delete panel.dataset.live;
  };
  const ask = async () => {
    const panel = find();
    if (!panel || asking || document.visibilityState !== "visible") return;
    asking = true;
    let goes = true;
    try {
      const answer = await fetch(panel.dataset.live, { credentials: "same-origin", redirect: "manual" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(panel.id);
        if (fresh) put(panel, document.adoptNode(fresh)); else goes = false;
        failed = 0;
      } else if (answer.status >= 500) failed += 1;
      else goes = false; // Signed out, or no longer there: the next click says so.
    } catch { failed += 1; }
    asking = false;
    if (goes) wait();
  };
  const wait = () => {
    clearTimeout(timer);
    const panel = find();
    if (panel) timer = setTimeout(ask, 1000 * Math.min(Number(panel.dataset.every) * 2 ** failed, longest));
  };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && !asking) ask(); });
  wait();
})();
