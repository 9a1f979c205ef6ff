// The desk: the ringing line, the keys of the number's cases, what is near while one types, one page a call.
const form = document.getElementById("new");
document.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
document.querySelectorAll("[data-plain]").forEach((one) => { one.hidden = true; one.querySelectorAll("input").forEach((input) => { input.disabled = true; }); });

// The ring, asked for every two and a half seconds while the page is seen.
const ring = document.querySelector("[data-ring]");
const quiet = document.querySelector("[data-quiet]");
if (ring) {
  let was = "";
  const listen = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(ring.dataset.ring);
      const html = answer.status === 200 && !answer.redirected ? await answer.text() : "";
      const told = html.replace(/name="csrfmiddlewaretoken" value="[^"]*"/, "");
      if (told !== was) {
        was = told;
        ring.innerHTML = html;
        if (quiet) quiet.hidden = html !== "";
      }
    } catch { /* offline: what last rang stays */ }
  };
  listen();
  setInterval(listen, 2500);
  document.addEventListener("visibilitychange", listen);
}

// A pressed choice opens its reasons with the first one under the fingers; a digit takes the reason, Enter sends.
{
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.desk-join") && event.target.open) {
      for (const other of document.querySelectorAll("details.desk-join[open]")) if (other !== event.target) other.open = false;
      event.target.querySelector("input[type=radio]")?.focus();
    }
  }, true);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.metaKey || event.repeat) return;
  const target = event.target;
  if (event.key === "Enter" && event.ctrlKey) {
    const own = target.closest?.("form[data-own-enter]");
    if (own) {
      event.preventDefault();
      own.requestSubmit(own.querySelector("button"));
    }
    return;
  }
  const digit = event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
  if (!digit || event.ctrlKey || event.altKey || event.shiftKey) return;
  const place = target.closest?.("details.desk-join[open]");
  if (place && target.matches("input[type=radio], summary")) {
    const reason = place.querySelectorAll("input[type=radio]")[Number(digit) - 1];
    if (reason) {
      event.preventDefault();
      reason.checked = true;
      reason.focus();
    }
  } else if (!target.matches?.("input, textarea, select")) {
    const summary = document.querySelector(`summary[data-key="Alt+${digit}"]`);
    if (summary) {
      event.preventDefault();
      summary.focus(); // at once: a second digit may come before the browser tells of the opening
      summary.click();
    }
  }
}, true);

// The name that was asked for and confirmed goes where a name is written.
for (const button of document.querySelectorAll("[data-name]")) {
  button.addEventListener("click", () => {
    for (const input of document.querySelectorAll("input[name=name]")) input.value = button.dataset.name;
    form.elements.name.dispatchEvent(new Event("input", { bubbles: true }));
    button.setAttribute("aria-pressed", "true");
  });
}

// Whoever speaks for somebody else gives that person's name and number; the ringing number is not theirs. What stood
// there comes back when it was ticked by mistake.
let ownName = "";
form?.elements.other?.addEventListener("change", ({ target }) => {
  const phone = form.elements.phone;
  const rung = document.getElementById("call-phone")?.value ?? "";
  if (target.checked && phone.value === rung) phone.value = "";
  else if (!target.checked && !phone.value) phone.value = rung;
  const name = form.elements.name;
  if (target.checked) [ownName, name.value] = [name.value, ""];
  else if (!name.value) name.value = ownName;
});

// What is said beside a chosen answer.
for (const source of document.querySelectorAll("[data-shows]")) {
  source.addEventListener("chosen", (event) => {
    const place = document.querySelector(source.dataset.shows);
    place.textContent = event.detail.body ? `«${event.detail.body}»` : "";
    place.hidden = !event.detail.body;
  });
}

if (form) {
  const near = document.getElementById("near");
  const questions = document.getElementById("questions");
  const conduct = [...document.querySelectorAll("[data-subject]")];
  const aside = document.querySelector("[data-conduct]");
  let timer = 0;
  let was = "";
  const look = async () => {
    const given = new URLSearchParams();
    for (const name of ["address", "subject", "lat", "lon"]) given.set(name, form.elements[name]?.value ?? "");
    if (given.toString() === was) return;
    was = given.toString();
    try {
      const answer = await fetch(`${form.dataset.near}?${given}`);
      if (answer.ok && !answer.redirected) near.innerHTML = await answer.text();
    } catch { was = ""; /* offline: asked again at the next key */ }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(look, 350); };
  const ask = async () => {
    const code = form.elements.subject.value;
    if (aside) aside.hidden = !conduct.some((button) => button.dataset.subject === code);
    const given = new URLSearchParams({ subject: code });
    for (const [name, value] of new FormData(form)) if (name.startsWith("answers.")) given.set(name, value);
    try {
      const answer = await fetch(`${form.dataset.asks}?${given}`);
      if (answer.ok && !answer.redirected) questions.innerHTML = await answer.text();
    } catch { /* offline: the questions are left out */ }
  };
  form.elements.address.addEventListener("input", (event) => {
    if (event.isTrusted && !form.dataset.picked) form.elements.lat.value = form.elements.lon.value = "";
    soon();
  });
  form.addEventListener("picked", ({ detail }) => { // on the map: it stays while the address is written
    form.dataset.picked = detail ? "yes" : "";
    soon();
  });
  form.elements.address.addEventListener("chosen", (event) => {
    const { district, lat, lon } = event.detail;
    if (district) form.elements.district.value = district;
    if (lat || !form.dataset.picked) [form.elements.lat.value, form.elements.lon.value] = [lat ?? "", lon ?? ""];
    soon();
  });
  form.elements.subject.addEventListener("chosen", () => { ask(); soon(); });
  form.elements.subject.addEventListener("change", () => { ask(); soon(); });
  for (const button of conduct) {
    button.addEventListener("click", () => {
      const select = form.elements.subject;
      select.value = button.dataset.subject;
      const box = document.getElementById(`${select.id}-box`);
      if (box) box.value = select.selectedOptions[0]?.textContent ?? "";
      select.dispatchEvent(new Event("change", { bubbles: true }));
      form.elements.words.focus();
    });
  }
  if (form.elements.address.value) look();

  // One page a call: a second one of the same call says so on both.
  const call = document.querySelector("[data-call]")?.dataset.call;
  if (call && "BroadcastChannel" in window) {
    const channel = new BroadcastChannel("bina-desk");
    const tell = () => { document.querySelector("[data-second-tab]").hidden = false; };
    channel.addEventListener("message", (event) => {
      if (event.data.call !== call) return;
      tell();
      if (event.data.hello) channel.postMessage({ call, hello: false });
    });
    channel.postMessage({ call, hello: true });
  }
}
