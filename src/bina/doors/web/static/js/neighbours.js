// Neighbours: a list notes the cases it shows, in its order; a case page leads to the one before and the one after.
// For this tab alone, codes and the list's address and nothing else.
const KEPT = "bina-list";
const nav = document.querySelector("[data-neighbours]");

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
}

function note() {
  const paths = [...document.querySelectorAll('main a[href^="/case/"]')].map((link) => new URL(link.href).pathname);
  const cases = [...new Set(paths)].slice(0, 400);
  if (cases.length < 2) return;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: location.pathname + location.search, cases }));
  } catch { /* without a store each case is opened from its list */ }
}

function lead() {
  const { at, cases = [] } = kept();
  const here = cases.indexOf(location.pathname);
  if (here < 0) return;
  for (const [name, step] of [["before", -1], ["after", 1]]) {
    const link = nav.querySelector(`[data-${name}]`);
    const path = cases[here + step];
    link.hidden = !path;
    if (path) link.href = path;
  }
  const home = document.querySelector("[data-home]"); // back to the list as it was filtered
  if (home && at && new URL(at, location.origin).pathname === new URL(home.href).pathname) home.href = at;
  nav.hidden = false;
}

if (nav) lead();
else note();
