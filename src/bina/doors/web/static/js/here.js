// Here: [data-here] lets the reader give his own place instead of an address; it stays hidden where that is not to be had.
for (const box of document.querySelectorAll("[data-here]")) {
  const form = box.closest("form");
  const button = box.querySelector("button");
  const told = box.querySelector("[role=status]");
  if (!form || !("geolocation" in navigator)) continue;
  box.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    const done = (words) => {
      button.removeAttribute("aria-busy");
      told.textContent = words;
    };
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.elements.lon.value = coords.longitude.toFixed(6);
      for (const name of ["lat", "lon"]) form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
      done(button.dataset.found);
    }, () => done(button.dataset.lost), { enableHighAccuracy: true, timeout: 15000 });
  });
}
