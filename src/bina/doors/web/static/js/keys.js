// Keys: whatever wears data-key ("N", "Alt+K", "Ctrl+Enter", "F2", "/") is pressed or focused by it.
// Letters are read from the keyboard's place, so they work with the Persian layout; never in a field; can be switched off.
const OFF = "bina-letters-off";
const NAMES = { Slash: "/", Enter: "Enter", NumpadEnter: "Enter" };

function combo(event) {
  const place = event.code.replace(/^(Key|Digit|Numpad(?=\d))/, "");
  const name = NAMES[event.code] ?? (/^[A-Z0-9]$/.test(place) ? place : event.key);
  const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
  return [...held, name].join("+");
}

function seen(element) {
  return element.getClientRects().length > 0 && !element.closest("[inert]");
}

function lettersOff() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function help() {
  const dialog = document.querySelector("dialog[data-keys-help]");
  const list = dialog?.querySelector("dl");
  if (!list) return;
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!seen(element)) continue;
    const key = document.createElement("dt");
    const what = document.createElement("dd");
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.textContent = element.dataset.key.replaceAll("+", " ");
    key.append(cap);
    const words = [...element.childNodes].filter((node) => !node.matches?.(".kbd")).map((node) => node.textContent);
    what.textContent = element.dataset.keySays || element.getAttribute("aria-label") || words.join("").trim();
    list.append(key, what);
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.metaKey || event.repeat) return;
  const typed = combo(event);
  const bare = !event.ctrlKey && !event.altKey && !/^F\d+$/.test(typed);
  const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (bare && (field || document.querySelector("dialog[open]"))) return;
  if (bare && lettersOff()) return;
  if (typed === "Shift+/" || typed === "?") {
    event.preventDefault();
    help();
    return;
  }
  const form = typed === "Ctrl+Enter" ? field?.form : null; // what is being written is sent, if nothing else wears the key
  if (form?.method === "post" && !form.matches("[data-own-enter]") && !form.querySelector('[data-key="Ctrl+Enter"]')) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.btn-p:not([type=button])") ?? form.querySelector("button:not([type=button])"));
    return;
  }
  const target = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === typed && seen(e));
  if (!target) return;
  event.preventDefault();
  if (target.matches("input:not([type=submit], [type=button], [type=radio], [type=checkbox]), textarea, select")) {
    target.focus();
    target.select?.();
  } else {
    target.focus({ preventScroll: true }); // a button in the bar at the foot must not pull the page down
    target.click();
  }
});

for (const box of document.querySelectorAll("[data-letters]")) {
  box.checked = !lettersOff();
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => {
    try { localStorage.setItem(OFF, box.checked ? "0" : "1"); } catch { /* a browser that keeps nothing: until reload */ }
  });
}

// A screen reader says an element's key with its name; what comes later, a ringing line for one, is told of as it comes.
function tell(root) {
  for (const element of root.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
    element.setAttribute("aria-keyshortcuts", element.dataset.key.replace("Ctrl", "Control"));
  }
}
tell(document);
new MutationObserver(() => tell(document)).observe(document.body, { childList: true, subtree: true });
