// Presence: [data-presence=URL] asks who else has this open, every quarter of a minute while the page is seen.
for (const place of document.querySelectorAll("[data-presence]")) {
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(place.dataset.presence, { headers: { "X-Requested-With": "presence" } });
      const html = answer.status === 200 ? await answer.text() : "";
      if (answer.ok && html !== place.dataset.was) {
        place.dataset.was = html;
        place.innerHTML = html;
      }
    } catch { /* offline: what was last known stays */ }
  };
  ask();
  setInterval(ask, 15000);
  document.addEventListener("visibilitychange", ask);
}
