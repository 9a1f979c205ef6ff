// A place on the map: [data-map-pick] holds a <city-map>; pressing it (or Enter at its middle) writes the point into the
// two inputs named by data-lat and data-lon (their ids). Never required: what is written as an address is enough.
// The drawing is fetched when the box is first opened. After a change the two inputs fire "input", the box "picked".
for (const box of document.querySelectorAll("[data-map-pick]")) {
  const lat = document.getElementById(box.dataset.lat);
  const lon = document.getElementById(box.dataset.lon);
  const holder = box.querySelector("[data-map-holder]");
  const said = box.querySelector("[data-map-said]");
  const drop = box.querySelector("[data-map-drop]");
  let map = null;
  let mine = false;

  const at = () => (lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : null);
  const draw = () => {
    if (!map?.ready) return;
    const point = at();
    const [px, py] = point ? map.project(...map.metres(...point)) : [0, 0];
    map.point.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    map.point.setAttribute("visibility", point ? "visible" : "hidden");
    map.aim.setAttribute("transform", `translate(${map.clientWidth / 2} ${map.clientHeight / 2})`);
  };
  const tell = (words = "") => {
    const point = at();
    drop.hidden = !point;
    said.textContent = words || (point ? box.dataset.set : "");
    draw();
  };
  const put = (point) => {
    mine = true;
    lat.value = point ? point[0].toFixed(6) : "";
    lon.value = point ? point[1].toFixed(6) : "";
    lat.dispatchEvent(new Event("input", { bubbles: true }));
    lon.dispatchEvent(new Event("input", { bubbles: true }));
    mine = false;
    last = String(at());
    tell();
    box.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: point ? { lat: lat.value, lon: lon.value } : null }));
  };
  const shape = (name, given) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
    return element;
  };
  const open = () => {
    if (!box.open || map) return;
    map = document.createElement("city-map");
    map.className = "map";
    map.dir = "ltr";
    map.tabIndex = 0;
    map.setAttribute("role", "application");
    map.setAttribute("aria-roledescription", box.dataset.called);
    map.setAttribute("aria-label", box.dataset.says);
    map.dataset.ground = box.dataset.ground;
    map.dataset.calm = "";
    holder.prepend(map);
    map.point = shape("path", { d: "M0 0C-9 -13 -11 -16 -11 -21A11 11 0 1 1 11 -21C11 -16 9 -13 0 0Z", class: "map-pick-point" });
    map.aim = shape("path", { d: "M-12 0H12M0 -12V12", class: "map-pick-aim" });
    map.marks.append(map.point, map.aim);
    map.addEventListener("ready", () => {
      const point = at();
      if (point) map.go(...map.metres(...point), 2, { quiet: true });
      draw();
    });
    map.addEventListener("drawn", draw);
    map.addEventListener("failed", () => { said.textContent = box.dataset.failed; });
    map.addEventListener("pressed", ({ detail }) => put(map.degrees(detail.x, detail.y)));
  };
  box.hidden = false;
  box.addEventListener("toggle", open);
  drop.addEventListener("click", () => { put(null); map?.focus(); });
  for (const button of box.querySelectorAll("[data-map-zoom]")) {
    button.addEventListener("click", () => map?.ready && map.zoomBy(Number(button.dataset.mapZoom), at() ? map.metres(...at()) : undefined));
  }
  // A place chosen by its name moves the map there; so does a point that comes from elsewhere.
  let last = "";
  const follow = () => {
    const point = at();
    if (mine || String(point) === last) return;
    last = String(point);
    if (point && map?.ready) map.go(...map.metres(...point), Math.min(map.mpp, 4), { quiet: true });
    tell();
  };
  for (const type of ["input", "chosen"]) lat.form.addEventListener(type, follow);
  tell();
  open();
}
