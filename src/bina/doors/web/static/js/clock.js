// The clock of the bar: [data-clock=ISO] goes on from the city's time at which the page was made.
for (const face of document.querySelectorAll("[data-clock]")) {
  const since = performance.now();
  const made = new Date(face.dataset.clock).getTime();
  const shown = new Intl.DateTimeFormat("fa-IR", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: face.dataset.zone });
  setInterval(() => { face.textContent = shown.format(made + performance.now() - since); }, 10000);
}
