// Light, dark or as the system: the form [data-theme-form] works by itself; this applies the choice without a reload.
for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.querySelector("[type=submit]")?.setAttribute("hidden", "");
  form.addEventListener("change", () => {
    const chosen = new FormData(form);
    const theme = chosen.get("theme");
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    fetch(form.action, { method: "POST", body: chosen, redirect: "manual" }).catch(() => {});
  });
}
