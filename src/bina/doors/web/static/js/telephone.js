// The telephone: [data-telephone=URL] asks for its list and messages again every few seconds while the page is seen.
// What is new is added at the end, so that a screen reader hears that alone.
const page = document.querySelector("[data-telephone]");
const log = page?.querySelector("[data-telephone-log]");
const people = page?.querySelector("[data-telephone-people]");
const quick = page?.querySelector("[data-telephone-quick]");
const keys = (list) => new Map([...list.children].map((one) => [one.dataset.key, one]));
const room = log?.parentElement;
const toEnd = () => { if (room) room.scrollTop = room.scrollHeight; };
let was = "";

const renew = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const freshLog = fresh.querySelector("[data-telephone-log]");
  if (people) people.replaceChildren(...fresh.querySelector("[data-telephone-people]").children);
  if (!log) return;
  const here = keys(log), there = keys(freshLog);
  const atEnd = room.scrollHeight - room.scrollTop - room.clientHeight < 80;
  for (const [key, one] of here) if (!there.has(key)) one.remove();
  for (const [key, one] of there) if (!here.has(key)) log.append(one);
  if (quick) quick.hidden = fresh.querySelector("[data-telephone-quick]").hidden;
  if (atEnd) toEnd();
};

const ask = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(page.dataset.telephone, { headers: { "X-Requested-With": "telephone" } });
    const html = answer.ok ? await answer.text() : was;
    if (html !== was) {
      was = html;
      renew(html);
    }
  } catch { /* offline: what arrived stays */ }
};

if (page) {
  toEnd();
  const text = page.querySelector("textarea");
  text?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    text.form.requestSubmit(text.form.querySelector(".btn-p"));
  });
  setInterval(ask, 2500);
  document.addEventListener("visibilitychange", ask);
}
