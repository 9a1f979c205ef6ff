// Drafts: form[data-draft=URL] is kept on the server two seconds after the last key, and when the page is left.
const SKIPPED = new Set(["csrfmiddlewaretoken", "key"]);

for (const form of document.querySelectorAll("form[data-draft]")) {
  const said = document.querySelector(form.dataset.draftSays ?? "[data-draft-said]");
  let timer = 0;
  let dirty = false;

  const body = () => {
    const typed = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || SKIPPED.has(name) || form.elements[name]?.type === "password") continue;
      (typed[name] ??= []).push(value);
    }
    const sent = new FormData();
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken?.value ?? "");
    sent.set("typed", JSON.stringify(typed));
    return sent;
  };

  const keep = async () => {
    if (!dirty) return;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: body() });
      if (!answer.ok) throw new Error(answer.statusText);
      if (said) said.textContent = said.dataset.kept;
    } catch {
      dirty = true;
      if (said) said.textContent = said.dataset.failed;
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); });
  // A form that leads to another page of the same work (form[data-keeps-draft]) waits until this one is kept.
  document.addEventListener("submit", async (event) => {
    if (!dirty || event.defaultPrevented || !event.target.matches("form[data-keeps-draft]")) return;
    event.preventDefault();
    clearTimeout(timer);
    await keep();
    event.target.submit();
  });
  window.addEventListener("pagehide", () => {
    if (dirty) navigator.sendBeacon(form.dataset.draft, body());
  });
}
