// Line: form[data-line] is typed line after line: a digit (in any keyboard's digits) chooses among the radios one stands
// on, and Enter in a text field sends the line.
const DIGITS = "۰۱۲۳۴۵۶۷۸۹";
for (const form of document.querySelectorAll("form[data-line]")) {
  form.addEventListener("keydown", (event) => {
    const radio = event.target.closest?.("input[type=radio]");
    if (!radio || event.ctrlKey || event.altKey || event.metaKey) return;
    const number = DIGITS.includes(event.key) ? DIGITS.indexOf(event.key) : Number.parseInt(event.key, 10);
    const all = [...form.querySelectorAll(`input[type=radio][name="${radio.name}"]`)];
    const wanted = all[number - 1];
    if (!wanted) return;
    event.preventDefault();
    wanted.checked = true;
    wanted.focus();
    wanted.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const bad = form.querySelector(".field-bad input");
  const first = bad ?? form.querySelector("input[name=code]");
  first?.focus();
  first?.select?.();
}
