// The worklist by keyboard: a current row, ticks, an act on what is ticked or on the current row, an order's ten seconds.
const rows = () => [...document.querySelectorAll("[data-row]")];
const CURRENT = "data-current";

for (const one of document.querySelectorAll(".btn-key[hidden]")) one.hidden = false;

function current() {
  return document.querySelector(`[${CURRENT}]`);
}

function go(row) {
  if (!row) return;
  current()?.removeAttribute(CURRENT);
  row.setAttribute(CURRENT, "");
  (row.querySelector("[data-first]") ?? row.querySelector(".wrow-open"))?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  keyed(row);
}

// What a row offers by key is the current row's alone.
function keyed(row) {
  for (const one of document.querySelectorAll("[data-row] [data-key]")) one.removeAttribute("data-key");
  for (const one of row.querySelectorAll("[data-row-key]")) one.dataset.key = one.dataset.rowKey;
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function jump() {
  const groups = [...document.querySelectorAll(".wgroup")];
  const at = groups.indexOf(current()?.closest(".wgroup"));
  go(groups[(at + 1) % groups.length]?.querySelector("[data-row]"));
}

function tick(row) {
  const box = row?.querySelector("input[name=pick]");
  if (!box) return;
  box.checked = !box.checked;
  count();
}

const form = document.querySelector("[data-bulk]");
const told = document.querySelector("[data-bulk-count]");
const ticked = () => [...document.querySelectorAll("input[name=pick][form=bulk]:checked")];

function count() {
  const n = ticked().length;
  if (told) told.textContent = n ? `${n.toLocaleString("fa")} برگزیده:` : "با برگزیده‌ها:";
  form?.toggleAttribute("data-any", n > 0);
}

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-move], [data-jump], [data-tick]");
  if (!one) return;
  if (one.dataset.move) step(Number(one.dataset.move));
  else if ("jump" in one.dataset) jump();
  else { if (!current()) step(1); tick(current()); go(current()); }
});
document.addEventListener("change", (event) => { if (event.target.name === "pick") count(); });
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || row === current()) return;
  current()?.removeAttribute(CURRENT);
  row.setAttribute(CURRENT, "");
  keyed(row);
});

// An act with nothing ticked is about the current row; with neither there is nothing to send.
form?.addEventListener("submit", (event) => {
  if (ticked().length) return;
  const box = current()?.querySelector("input[name=pick]");
  if (box) { box.checked = true; count(); return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  told.textContent = "نخست درخواستی را برگزینید.";
}, true);

count();
const first = rows()[0];
if (first && first.querySelector("[data-row-key]")) { first.setAttribute(CURRENT, ""); keyed(first); }

// The bar of an order: counts down, then asks what came of it until it is over.
for (const bar of document.querySelectorAll("[data-order]")) {
  const back = bar.querySelector("input[name=back]")?.value ?? "";
  const state = () => bar.querySelector("[data-state]")?.dataset.state;
  // The city's clock may differ from this machine's: what counts is how long the page has stood.
  let left = Number(bar.querySelector("[data-left]")?.dataset.left ?? 0);
  const timer = setInterval(async () => {
    const shown = bar.querySelector("[data-left]");
    if (state() === "waiting" && left > 0) {
      left -= 1;
      if (shown) shown.textContent = left.toLocaleString("fa");
      return;
    }
    if (state() !== "waiting" && state() !== "running") { clearInterval(timer); return; }
    try {
      const answer = await fetch(bar.dataset.order, { headers: { "X-Requested-With": "order" } });
      const html = answer.status === 200 && !answer.redirected ? await answer.text() : "";
      if (html && bar.dataset.was !== html) {
        bar.dataset.was = html;
        const held = bar.contains(document.activeElement);
        bar.innerHTML = html;
        const kept = bar.querySelector("input[name=back]");
        if (kept) kept.value = back;
        if (held) bar.querySelector("a, button")?.focus();
      }
    } catch { /* offline: asked again in a second */ }
  }, 1000);
}

// What is opened to be written into takes the keyboard at once: not a letter typed after the key is lost.
document.addEventListener("click", (event) => {
  const one = event.target.closest?.("summary")?.parentElement;
  if (!one?.matches("details[data-focus]")) return;
  event.preventDefault();
  one.open = !one.open;
  if (one.open) one.querySelector("textarea, input:not([type=hidden])")?.focus();
});
