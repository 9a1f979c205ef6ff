// Comboboxes: [data-combobox=URL] offers what the server finds for what is typed ({items: [{value, label, note, …}]}).
// An <input> takes the chosen value as its text; a <select> is put behind a box of the same name to the reader, and keeps
// what is sent. The box keeps the focus (aria-activedescendant); arrows move, Enter takes, Escape closes.
// Chosen: the element fires "chosen" with the item.
const WAIT = 120;
let made = 0;

function dress(source) {
  const select = source.tagName === "SELECT";
  const number = (made += 1);
  const box = select ? document.createElement("input") : source;
  if (select) {
    box.type = "text";
    box.className = "input";
    box.id = `${source.id}-box`;
    box.name = source.dataset.typedAs ?? "";
    box.maxLength = 400;
    if (source.dataset.hotkey) box.dataset.key = source.dataset.hotkey;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (source.hasAttribute(name)) box.setAttribute(name, source.getAttribute(name));
    }
    const label = document.querySelector(`label[for="${source.id}"]`);
    if (label) label.htmlFor = box.id;
    box.value = source.value ? source.selectedOptions[0].textContent : (source.dataset.typed ?? "");
    source.before(box);
    source.hidden = true;
    // A hidden select that must be chosen would stop the form without a word: its box speaks for it.
    if (source.required) {
      source.required = false;
      const check = () => box.setCustomValidity(source.value ? "" : "از فهرست یکی را برگزینید: چند حرف بنویسید و Enter بزنید.");
      check();
      source.addEventListener("chosen", check);
      source.addEventListener("change", check);
    }
  }
  const list = document.createElement("ul");
  list.id = `combobox-${number}`;
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${box.id}"]`)?.textContent.trim() ?? "");
  list.hidden = true;
  const said = document.createElement("span");
  said.className = "sr";
  said.setAttribute("role", "status");
  const frame = document.createElement("div");
  frame.className = "combobox";
  box.before(frame);
  frame.append(box, list, said);
  Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  }).forEach(([name, value]) => box.setAttribute(name, value));

  let items = [];
  let at = -1;
  let moved = false; // by the arrows: then Enter takes what is marked, whatever came since
  let shownFor = "";
  let timer = 0;
  let asked = 0;
  let taking = false; // Enter was pressed before the list came: the first of it is taken, even if the reader has gone on

  const shut = () => {
    moved = false;
    asked += 1; // an answer that is still under way comes too late
    clearTimeout(timer);
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (to) => {
    at = to;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (item) => {
    if (select) {
      if (![...source.options].some((option) => option.value === item.value)) source.add(new Option(item.label, item.value));
      source.value = item.value;
      box.value = item.label;
    } else {
      box.value = item.value;
    }
    shut();
    source.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: item }));
    box.dispatchEvent(new Event("input", { bubbles: true })); // for the draft
    shut();
  };
  const show = (found) => {
    items = found;
    list.replaceChildren(...items.map((item, i) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${i}`;
      option.setAttribute("role", "option");
      option.className = "option-row";
      const label = document.createElement("b");
      label.textContent = item.label;
      const note = document.createElement("span");
      note.className = "mute t12";
      note.textContent = item.note ?? "";
      option.append(label, note);
      if (item.hazard) {
        const danger = document.createElement("span");
        danger.className = "chip chip-bad";
        danger.textContent = "خطر";
        option.append(danger);
      }
      option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
      return option;
    }));
    list.hidden = items.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = items.length ? `${items.length.toLocaleString("fa-IR")} پیشنهاد` : "پیشنهادی نیست";
    mark(select && items.length ? 0 : -1);
  };
  const ask = async (text) => {
    const mine = (asked += 1);
    if (!text.trim()) { shut(); return; }
    try {
      const answer = await fetch(`${source.dataset.combobox}?q=${encodeURIComponent(text)}`);
      const found = answer.ok && !answer.redirected ? (await answer.json()).items : [];
      if (mine !== asked || (document.activeElement !== box && !taking)) return;
      shownFor = text;
      show(found);
    } catch { /* offline: what is typed stays, the form can still be sent */ }
  };
  // For the draft, an input event of ours comes from choose(); only a person's typing asks.
  box.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    if (select && source.value) {
      source.value = "";
      source.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: { value: "" } }));
    }
    clearTimeout(timer);
    timer = setTimeout(() => ask(box.value), WAIT);
  });
  box.addEventListener("focus", () => {
    const other = document.getElementById(source.dataset.from ?? "");
    if (select && !source.value && !box.value && other?.value.trim()) ask(other.value);
  });
  box.addEventListener("blur", () => { if (!taking) shut(); });
  box.addEventListener("keydown", async (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { await ask(box.value); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      moved = true;
      mark(at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length);
    } else if (event.key === "Enter") {
      event.preventDefault(); // Enter takes; the form is sent by its own key
      if (!list.hidden && (moved || shownFor === box.value)) choose(items[Math.max(at, 0)]);
      else if (!list.hidden || (select && !source.value)) await askNow();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      shut();
    }
  });
  // Quicker than the list: Enter before it came takes the first of it.
  const askNow = async () => {
    clearTimeout(timer);
    taking = true;
    await ask(box.value);
    taking = false;
    if (!list.hidden && items.length) choose(items[0]);
  };
}

document.querySelectorAll("[data-combobox]").forEach(dress);
