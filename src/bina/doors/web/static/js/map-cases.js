// The staff's map: asks for what its box shows, draws clusters with their hands and single cases, keeps the list beside it.
const SVG_NS = "http://www.w3.org/2000/svg";
const MERGE = 3; // px: a cluster smaller than this at the closest view holds one place
const LOST = "نقشه تازه نشد؛ اتصال شبکه را ببینید و نقشه را کمی جابه‌جا کنید.";
const NUMBERS = new Intl.NumberFormat("fa-IR");
const map = document.querySelector("city-map[data-points]");

function svg(name, given = {}, ...inside) {
  const element = document.createElementNS(SVG_NS, name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

function start() {
  const frame = map.closest("[data-needs-map]");
  const list = document.querySelector("[data-map-list]");
  const said = document.querySelector("[data-map-said]");
  let marks = [];
  let asked = null;
  let narrowed = ""; // the box of one place whose cases the list shows

  frame.hidden = false;
  document.body.classList.add("map-drawn");

  const address = (where, box, more = {}) => {
    const given = new URLSearchParams(map.dataset.query);
    given.set("box", box);
    for (const [key, value] of Object.entries(more)) given.set(key, value);
    return `${where}?${given}`;
  };
  const boxOf = () => map.box.map((edge) => edge.toFixed(0)).join(",");

  const name = (text) => { const title = svg("title"); title.textContent = text; return title; };
  const radius = (n) => Math.min(38, 15 + 5 * Math.log10(n) * (n > 99 ? 1.5 : 1.2));
  const cluster = (c) => {
    const r = radius(c.n);
    const width = r * 1.3;
    const bar = svg("g");
    let x = -width / 2;
    for (const [owner, n] of Object.entries(c.hands).sort((a, b) => b[1] - a[1])) {
      const w = (width * n) / c.n;
      const at = { x: x.toFixed(2), y: 3, width: w.toFixed(2), height: 7 };
      bar.append(svg("g", { class: `own own-${owner}` }, svg("rect", { ...at, class: "hands-fill" }),
        svg("rect", { ...at, fill: `url(#pat-${owner})` })));
      x += w;
    }
    const count = svg("text", { y: -1, class: "map-count" });
    count.textContent = NUMBERS.format(c.n);
    const g = svg("g", { class: `map-cluster${c.hazards ? " map-hazard" : ""}` },
      svg("circle", { r: r.toFixed(1) }), count, bar,
      name(`${NUMBERS.format(c.n)} درخواست${c.hazards ? `، ${NUMBERS.format(c.hazards)} با خطر` : ""}`));
    return g;
  };
  const pin = (p) => {
    const shape = p.hazard ? svg("path", { d: "M0 -10L9.5 7H-9.5Z" }) : svg("circle", { r: 7 });
    return svg("g", { class: `map-pin own own-${p.hands}`, "data-code": p.code }, svg("circle", { r: 13, class: "map-touch" }), shape, name(p.says));
  };

  const place = () => {
    for (const { g, x, y } of marks) {
      const [px, py] = map.project(x, y);
      g.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    }
  };
  const show = (view) => {
    marks = [
      ...view.pins.map((p) => ({ x: p.x, y: p.y, r: 9, pin: p, g: pin(p) })),
      ...view.clusters.sort((a, b) => a.n - b.n).map((c) => ({ x: c.x, y: c.y, r: radius(c.n), cluster: c, g: cluster(c) })),
    ];
    map.marks.replaceChildren(...marks.map((mark) => mark.g));
    place();
    map.write();
    said.textContent = view.more ? `${view.said}؛ برای دیدن همه نزدیک‌تر شوید یا فیلتر کنید.` : view.said;
  };

  const fill = async (box, signal) => {
    const answer = await fetch(address(map.dataset.list, box), { signal });
    if (answer.ok && !answer.redirected) list.innerHTML = await answer.text();
  };
  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    narrowed = "";
    history.replaceState(null, "", `#${[map.x, map.y, map.mpp].map((n) => n.toFixed(2)).join(",")}`);
    try {
      const [answer] = await Promise.all([
        fetch(address(map.dataset.points, boxOf(), { zoom: map.zoom }), { signal }), fill(boxOf(), signal),
      ]);
      if (answer.redirected) { location.reload(); return; } // the sign-in has run out
      if (answer.ok) show(await answer.json());
      else said.textContent = LOST;
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = LOST;
    }
  };

  map.taken = () => marks.map(({ x, y, r }) => [...map.project(x, y), r, r]);
  map.addEventListener("ready", () => {
    const kept = location.hash.slice(1).split(",").map(Number);
    if (kept.length === 3 && kept.every(Number.isFinite)) map.go(...kept, { quiet: true });
  });
  map.addEventListener("drawn", place);
  map.addEventListener("moved", look);
  map.addEventListener("failed", () => { frame.hidden = true; document.body.classList.remove("map-drawn"); });
  map.addEventListener("pressed", async ({ detail }) => {
    const mark = marks.find((one) => one.g.contains(detail.target));
    if (mark?.pin) location.href = mark.pin.href;
    if (!mark?.cluster) return;
    const [west, south, east, north] = mark.cluster.box;
    const spread = Math.max(east - west, north - south);
    if (spread / map.mpp < MERGE || spread < 2) { // one place: its cases are read in the list
      const near = [west - 1, south - 1, east + 1, north + 1].join(",");
      try {
        await fill(near);
      } catch { said.textContent = LOST; return; }
      narrowed = near;
      document.getElementById("in-view").focus();
    } else {
      const edge = spread * 0.15 + 5;
      map.fit([west - edge, south - edge, east + edge, north + edge], { closest: 0.25 });
    }
  });
  for (const button of frame.querySelectorAll("[data-map-zoom]")) {
    button.addEventListener("click", () => map.zoomBy(Number(button.dataset.mapZoom)));
  }
  frame.querySelector("[data-map-home]").addEventListener("click", () => map.fit(map.whole));

  // The next page of the list joins the first; without a script it is a page of its own.
  list.addEventListener("click", async (event) => {
    const more = event.target.closest("[data-map-more]");
    if (!more) return;
    event.preventDefault();
    const after = new URL(more.href).searchParams.get("after");
    const answer = await fetch(address(map.dataset.list, narrowed || boxOf(), { after })).catch(() => null);
    if (!answer) { said.textContent = LOST; return; }
    if (!answer.ok || answer.redirected) { location.href = more.href; return; }
    const piece = document.createElement("div");
    piece.innerHTML = await answer.text();
    more.closest("p").remove();
    const first = piece.querySelector(".map-row a");
    list.append(...piece.childNodes);
    first?.focus();
  });
  const mark = (event) => {
    const code = event.target.closest?.("[data-pin]")?.dataset.pin;
    for (const one of marks) one.g.classList.toggle("map-on", Boolean(code) && one.pin?.code === code);
  };
  for (const type of ["focusin", "focusout", "pointerover", "pointerout"]) list.addEventListener(type, mark);
}

if (map) start();
