// What pages do beyond showing: colours, suggestions, the keyboard, and the
// message beside the ladder. Without this file every page still works.
"use strict";

const byId = (id) => document.getElementById(id);

function say(text) {
  byId("live").textContent = text;
}

// --- colours: as the system, light, dark

function colours() {
  const button = byId("theme");
  const names = ["system", "light", "dark"];
  const stored = () => document.documentElement.dataset.theme || "system";
  const show = () => {
    button.dataset.now = stored();
    button.setAttribute("aria-label", "Colours: " + (stored() === "system" ? "as the system" : stored()));
    button.title = button.getAttribute("aria-label");
  };
  const next = () => {
    const name = names[(names.indexOf(stored()) + 1) % names.length];
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    try {
      localStorage.setItem("uctrace-theme", name);
    } catch {
      // storage is switched off: the choice lasts as long as the page
    }
    show();
    say(button.title);
  };
  button.hidden = false;
  button.addEventListener("click", next);
  show();
  return next;
}

// --- suggestions below the search field

function suggestions() {
  const input = byId("q"), list = byId("suggestions");
  let timer = 0, asked = "", chosen = -1, request = null;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (i) => {
    const items = [...list.children];
    items.forEach((item, n) => item.setAttribute("aria-selected", String(n === i)));
    chosen = i;
    if (i < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", items[i].id);
    items[i].scrollIntoView({ block: "nearest" });
  };
  const item = (hit, i) => {
    const li = document.createElement("li");
    li.id = "suggestion-" + i;
    li.role = "option";
    li.dataset.href = "/session/" + hit.session.id;
    const what = document.createElement("span"), by = document.createElement("span");
    what.className = "what";
    what.textContent = hit.session.summary || hit.session.kind;
    by.className = "by";
    by.textContent = [hit.matched, hit.session.outcome, (hit.session.start || "").replace("T", " ").replace("Z", "")].filter(Boolean).join(" · ");
    li.append(what, by);
    return li;
  };
  const ask = async () => {
    const text = input.value.trim();
    if (text.length < 2) return close();
    if (text === asked && !list.hidden) return;
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch("/api/v1/search?limit=8&q=" + encodeURIComponent(text), { signal: request.signal });
      if (!answer.ok) return close();
      const { hits } = await answer.json();
      if (document.activeElement !== input || input.value.trim() !== text) return;
      asked = text;
      list.replaceChildren(...hits.map(item));
      choose(-1);
      list.hidden = hits.length === 0;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      say(hits.length === 1 ? "1 match" : hits.length + " matches");
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    const n = list.children.length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      return close();
    }
    if (list.hidden || n === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + step + 1 + n + 1) % (n + 1)) - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.href;
    }
  });
  list.addEventListener("mousedown", (event) => {
    const li = event.target.closest("li");
    if (!li) return;
    event.preventDefault();
    location.href = li.dataset.href;
  });
  input.addEventListener("blur", close);
}

// --- the ladder: one line is chosen, its message stands beside it

function ladder() {
  const region = byId("steps");
  if (!region) return null;
  const pane = region.parentElement, inspector = byId("inspector"), body = inspector.querySelector(".body");
  const hits = [...region.querySelectorAll(".hit")];
  const loaded = new Map();
  let current = -1, pinned = false, timer = 0, wanted = "";

  const shown = (i) => hits[i].checkVisibility(); // neither a hidden note nor in a closed fold
  const load = (id) => {
    if (!loaded.has(id)) {
      loaded.set(id, fetch("/event/" + id + "?part=1").then((answer) => {
        if (!answer.ok) throw new Error("the message could not be read (" + answer.status + ")");
        return answer.text();
      }));
      loaded.get(id).catch(() => loaded.delete(id));
    }
    return loaded.get(id);
  };
  const show = async (i) => {
    const id = hits[i].dataset.event;
    wanted = id;
    try {
      const html = await load(id);
      if (wanted !== id) return;
      body.innerHTML = html; // of this program, escaped there
    } catch (error) {
      if (wanted !== id) return;
      body.textContent = error.message;
    }
    body.querySelectorAll("[data-copy]").forEach((b) => (b.hidden = !navigator.clipboard));
    inspector.hidden = false;
    pane.classList.add("open");
  };
  const choose = (i, focus) => {
    if (i < 0 || i >= hits.length) return;
    hits[i].closest("details")?.setAttribute("open", "");
    hits[current]?.parentElement.classList.remove("chosen");
    hits[Math.max(current, 0)].tabIndex = -1; // one Tab leads to the ladder, to the chosen line
    current = i;
    hits[i].tabIndex = 0;
    hits[i].parentElement.classList.add("chosen");
    if (focus) hits[i].focus({ preventScroll: true });
    if (focus) hits[i].parentElement.scrollIntoView({ block: "nearest", inline: "nearest" });
    show(i);
  };
  const close = () => {
    pinned = false;
    wanted = "";
    inspector.hidden = true;
    pane.classList.remove("open");
    if (current >= 0) {
      hits[current].parentElement.classList.remove("chosen");
      hits[current].focus({ preventScroll: true });
    }
  };
  const move = (step, fits = () => true) => {
    let i = current < 0 ? (step > 0 ? 0 : hits.length - 1) : current + step;
    while (i >= 0 && i < hits.length && !(shown(i) && fits(i))) i += step;
    if (i < 0 || i >= hits.length) return false;
    choose(i, true);
    return true;
  };
  const filter = document.querySelector(".ladderfilter");
  filter?.addEventListener("change", () => filter.requestSubmit());
  const evidence = (i) => hits[i].parentElement.classList.contains("proves");

  region.addEventListener("pointerover", (event) => {
    const hit = event.target.closest(".hit");
    if (!hit || pinned || event.pointerType === "touch") return;
    clearTimeout(timer);
    timer = setTimeout(() => choose(hits.indexOf(hit), false), 90);
  });
  region.addEventListener("pointerleave", () => clearTimeout(timer));
  region.addEventListener("focusin", (event) => {
    const hit = event.target.closest(".hit");
    if (hit && hits.indexOf(hit) !== current) choose(hits.indexOf(hit), false);
  });
  region.addEventListener("click", (event) => {
    const hit = event.target.closest(".hit");
    if (!hit || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    clearTimeout(timer);
    pinned = !(pinned && hits.indexOf(hit) === current);
    choose(hits.indexOf(hit), true);
  });
  inspector.querySelector(".close").addEventListener("click", close);

  const tools = document.querySelector(".tools");
  tools.hidden = false;
  byId("notes")?.addEventListener("change", (event) => region.classList.toggle("quiet", !event.target.checked));
  byId("next-proof")?.addEventListener("click", () => move(1, evidence) || ((current = -1), move(1, evidence)));

  const target = () => {
    const at = /^#([se][0-9a-f]+)$/.exec(location.hash), element = at && byId(at[1]);
    if (element) choose(hits.indexOf(element.closest(".step")?.querySelector(".hit")), true);
  };
  addEventListener("hashchange", target);
  target();
  const link = (selector) => !inspector.hidden && body.querySelector(selector)?.click();
  return { move, evidence, close, link, open: () => !inspector.hidden, filter: () => filter?.querySelector("select")?.focus() };
}

// --- keys

function keyboard(steps, nextColours) {
  const help = byId("help");
  const rows = [...document.querySelectorAll("a.row, a.group")];
  const along = (step) => {
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step, 0), rows.length - 1)]?.focus();
  };
  byId("keys").hidden = false;
  byId("keys").addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
    if (typing) return;
    const inLadder = event.target.closest?.(".ladder");
    const down = event.key === "j" || (event.key === "ArrowDown" && inLadder), up = event.key === "k" || (event.key === "ArrowUp" && inLadder);
    const act = {
      "/": () => (byId("q").focus(), byId("q").select()),
      "?": () => help.showModal(),
      t: nextColours,
      n: () => steps?.move(1, steps.evidence),
      p: () => steps?.move(-1, steps.evidence),
      o: () => steps?.link(".open"),
      l: () => steps?.link(".inloki"),
      c: () => steps?.link("[data-copy]:not([hidden])"),
      f: () => steps?.filter(),
      Escape: () => steps?.open() && steps.close(),
    }[event.key];
    if (down || up) {
      event.preventDefault();
      if (steps) steps.move(down ? 1 : -1);
      else along(down ? 1 : -1);
    } else if (act) {
      if (event.key === "Escape" && !steps?.open()) return;
      event.preventDefault();
      act();
    }
  });
}

function copying() {
  document.querySelectorAll("[data-copy]").forEach((b) => (b.hidden = !navigator.clipboard));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    say("copied");
    button.textContent = "Copied";
  });
}

const nextColours = colours();
suggestions();
copying();
keyboard(ladder(), nextColours);
