// <city-map data-ground=URL data-fit="west,south,east,north">: the city drawn from its own shapes, without any map server.
// Local metres, x east and y north. Drag, wheel and two fingers move it; so do arrows, + − and 0 while it has the focus.
// Fires "ready", "drawn" (place your marks with project()), "moved" (it rests now), "pressed" ({x, y, target}).
const SVG = "http://www.w3.org/2000/svg";
const WIDEST = 64; // metres a pixel at level 0
const CLOSEST = 0.0625;
const RESTS = 160; // ms
const STEP = 80; // px of an arrow key
const STILL = [[0, 0]];
const AROUND = [0, 16, -16, 30, -30, 44, -44, 58, -58]
  .flatMap((dy) => [0, 24, -24, 48, -48, 72, -72].map((dx) => [dx, dy]))
  .sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
const CLICK = 6; // px: more is a drag
// From how many metres a pixel on (and less) the names of a kind are written, and how large.
const NAMES = { boulevard: 14, neighbourhood: 12, square: 7, landmark: 5, street: 7 };

function make(name, given = {}, ...inside) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

class CityMap extends HTMLElement {
  x = 0;
  y = 0;
  mpp = WIDEST;
  taken = () => []; // where marks stand: whoever draws them says so
  #fingers = new Map();
  #pressed = null;
  #timer = 0;
  #ground = null;

  async connectedCallback() {
    if (this.svg) return;
    this.svg = make("svg", { class: "map-svg", "aria-hidden": "true", focusable: "false" });
    this.land = make("g", { class: "map-land" });
    this.names = make("g", { class: "map-names" });
    this.marks = make("g", { class: "map-marks" });
    this.ruler = make("g", { class: "map-ruler" });
    this.svg.append(this.land, this.names, this.marks, this.ruler);
    this.append(this.svg);
    this.#listen();
    const answer = await fetch(this.dataset.ground).catch(() => null);
    if (!answer?.ok) { this.dispatchEvent(new Event("failed")); return; }
    this.#ground = await answer.json();
    this.whole = this.#ground.box;
    this.scale = this.#ground.scale;
    for (const d of this.#ground.parts) this.land.append(make("path", { d, class: "map-part" }));
    const english = document.documentElement.lang === "en";
    this.#ground.districts = this.#ground.districts.filter((district) => district.x !== null);
    for (const district of this.#ground.districts) {
      if (english && district.name_en) district.name = district.name_en;
      if (!district.d) continue;
      district.path = make("path", { d: district.d, class: "map-district" });
      this.land.append(district.path);
    }
    new ResizeObserver(() => { if (this.clientWidth) { if (this.ready) this.draw(); else this.#begin(); } }).observe(this);
  }

  #begin() {
    this.ready = true;
    const fit = (this.dataset.fit ?? "").split(",").map(Number);
    this.fit(fit.length === 4 && fit.every(Number.isFinite) ? fit : this.whole, { quiet: true });
    this.dispatchEvent(new Event("ready"));
    this.#rest(0);
  }

  get zoom() { return Math.max(0, Math.min(10, Math.round(Math.log2(WIDEST / this.mpp)))); }

  get box() {
    const w = (this.clientWidth / 2) * this.mpp;
    const h = (this.clientHeight / 2) * this.mpp;
    return [this.x - w, this.y - h, this.x + w, this.y + h];
  }

  project(x, y) {
    return [(x - this.x) / this.mpp + this.clientWidth / 2, (this.y - y) / this.mpp + this.clientHeight / 2];
  }

  at(clientX, clientY) {
    const frame = this.getBoundingClientRect();
    return [
      this.x + (clientX - frame.left - this.clientWidth / 2) * this.mpp,
      this.y - (clientY - frame.top - this.clientHeight / 2) * this.mpp,
    ];
  }

  degrees(x, y) {
    const [lat, lon, north, east] = this.scale;
    return [lat + y / north, lon + x / east];
  }

  metres(lat, lon) {
    const [lat0, lon0, north, east] = this.scale;
    return [(lon - lon0) * east, (lat - lat0) * north];
  }

  fit([west, south, east, north], { quiet = false, closest = CLOSEST } = {}) {
    this.mpp = Math.max(closest, (east - west) / this.clientWidth, (north - south) / this.clientHeight);
    this.go((west + east) / 2, (south + north) / 2, this.mpp, { quiet });
  }

  go(x, y, mpp = this.mpp, { quiet = false } = {}) {
    const [west, south, east, north] = this.whole;
    this.mpp = this.#held(mpp);
    this.x = Math.max(west, Math.min(east, x));
    this.y = Math.max(south, Math.min(north, y));
    this.draw();
    if (!quiet) this.#rest();
  }

  zoomBy(factor, [x, y] = [this.x, this.y]) {
    const mpp = this.#held(this.mpp / factor);
    const kept = mpp / this.mpp; // the point under the finger stays there
    this.go(x + (this.x - x) * kept, y + (this.y - y) * kept, mpp);
  }

  // No closer than there is to see, no wider than the whole city.
  #held(mpp) {
    const [west, south, east, north] = this.whole;
    const widest = Math.max(WIDEST, (east - west) / this.clientWidth, (north - south) / this.clientHeight);
    return Math.max(CLOSEST, Math.min(widest, mpp));
  }

  #rest(after = RESTS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event("moved")), after);
  }

  draw() {
    if (!this.ready) return;
    const width = this.clientWidth;
    const height = this.clientHeight;
    const s = 1 / this.mpp;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.land.setAttribute("transform", `translate(${width / 2 - this.x * s} ${height / 2 + this.y * s}) scale(${s})`);
    this.write();
    this.#measure(height);
    this.dispatchEvent(new Event("drawn"));
  }

  write() { this.#write(this.clientWidth, this.clientHeight); }

  // Names in the order of their weight, each where it meets no other and none of the marks (`taken`: [x, y, half width,
  // half height] in pixels). A district's may be moved
  // within it.
  #write(width, height) {
    const taken = this.taken();
    const free = (x, y, half) => !taken.some((t) => Math.abs(t[0] - x) < t[2] + half && Math.abs(t[1] - y) < t[3] + 9);
    const inside = (path, px, py) => {
      const spot = new DOMPoint(this.x + (px - width / 2) * this.mpp, -(this.y - (py - height / 2) * this.mpp));
      return path.isPointInFill(spot);
    };
    const put = (name, kind, x, y, path) => {
      const [px, py] = this.project(x, y);
      const half = name.length * (path ? 4.2 : 3.6) + 4;
      if (px < -half || py < -10 || px > width + half || py > height + 10) return null;
      const place = (path ? AROUND : STILL).find(([dx, dy]) => (
        free(px + dx, py + dy, half) && (!path || inside(path, px + dx, py + dy))
      ));
      if (!place) return null;
      taken.push([px + place[0], py + place[1], half, 9]);
      const text = make("text", { x: (px + place[0]).toFixed(1), y: (py + place[1]).toFixed(1), class: `map-name map-${kind}` });
      text.textContent = name;
      return text;
    };
    const written = this.mpp > 3 ? this.#ground.districts.map((d) => put(d.name, "district", d.x, d.y, d.path)) : [];
    for (const { name, kind, x, y } of this.#ground.names) if (this.mpp <= NAMES[kind]) written.push(put(name, kind, x, y));
    this.names.replaceChildren(...written.filter(Boolean));
  }

  #measure(height) {
    const most = 120 * this.mpp;
    const step = 10 ** Math.floor(Math.log10(most));
    const metres = step * ([5, 2, 1].find((n) => n * step <= most) ?? 1);
    const px = metres / this.mpp;
    const [language, km, m] = document.documentElement.lang === "en" ? ["en", "km", "m"] : ["fa-IR", "کیلومتر", "متر"];
    const words = metres >= 1000 ? `${(metres / 1000).toLocaleString(language)} ${km}` : `${metres.toLocaleString(language)} ${m}`;
    const text = make("text", { x: 12 + px / 2, y: height - 18 });
    text.textContent = words;
    this.ruler.replaceChildren(make("path", { d: `M12 ${height - 14}v5h${px.toFixed(1)}v-5` }), text);
  }

  #listen() {
    this.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
      this.#pressed = this.#fingers.size === 1 ? { x: event.clientX, y: event.clientY, target: event.target } : null;
    });
    this.addEventListener("pointermove", (event) => {
      const before = this.#fingers.get(event.pointerId);
      if (!before || !this.ready) return;
      if (this.#pressed) {
        if (Math.hypot(event.clientX - this.#pressed.x, event.clientY - this.#pressed.y) < CLICK) return;
        this.#pressed = null;
        this.setPointerCapture(event.pointerId);
        this.classList.add("map-held");
      }
      const others = [...this.#fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      this.#fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (!others.length) {
        this.go(this.x - (event.clientX - before[0]) * this.mpp, this.y + (event.clientY - before[1]) * this.mpp);
      } else {
        const [ox, oy] = others[0];
        const was = Math.hypot(before[0] - ox, before[1] - oy);
        const now = Math.hypot(event.clientX - ox, event.clientY - oy);
        if (was > 0 && now > 0) this.zoomBy(now / was, this.at((event.clientX + ox) / 2, (event.clientY + oy) / 2));
      }
    });
    const up = (event) => {
      if (!this.#fingers.delete(event.pointerId)) return;
      this.classList.remove("map-held");
      if (!this.#pressed || event.type !== "pointerup") return;
      const [x, y] = this.at(event.clientX, event.clientY);
      this.dispatchEvent(new CustomEvent("pressed", { detail: { x, y, target: this.#pressed.target } }));
      this.#pressed = null;
    };
    for (const type of ["pointerup", "pointercancel", "pointerleave"]) this.addEventListener(type, up);
    this.addEventListener("wheel", (event) => {
      // In a form the wheel goes on scrolling the page, until the map has the focus.
      if (!this.ready || ("calm" in this.dataset && document.activeElement !== this)) return;
      event.preventDefault();
      this.zoomBy(2 ** (-event.deltaY * (event.deltaMode ? 0.06 : 0.002)), this.at(event.clientX, event.clientY));
    }, { passive: false });
    this.addEventListener("dblclick", (event) => this.zoomBy(2, this.at(event.clientX, event.clientY)));
    this.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !this.ready) return;
      const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [0, 0];
      const step = (event.shiftKey ? 4 : 1) * STEP * this.mpp;
      if (dx || dy) this.go(this.x + dx * step, this.y + dy * step);
      else if (["+", "="].includes(event.key)) this.zoomBy(2);
      else if (["-", "_"].includes(event.key)) this.zoomBy(0.5);
      else if (["0", "۰", "Home"].includes(event.key)) this.fit(this.whole);
      else if (event.key === "Enter") {
        this.dispatchEvent(new CustomEvent("pressed", { detail: { x: this.x, y: this.y, target: this.svg, byKey: true } }));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}

if (!customElements.get("city-map")) customElements.define("city-map", CityMap);
