// Picks: form[data-picks] counts what is ticked and says it; [data-picks-all=GROUP] ticks a whole group.
for (const form of document.querySelectorAll("form[data-picks]")) {
  const said = form.querySelector("[data-picks-count]");
  const boxes = (root) => [...root.querySelectorAll("input[name=pick]")];
  const count = () => {
    const number = boxes(form).filter((box) => box.checked).length;
    form.dataset.picked = number;
    if (said) said.textContent = number ? `${number.toLocaleString("fa-IR")} برگزیده` : "کنار هر درخواست را نشان بزنید";
    for (const all of form.querySelectorAll("[data-picks-all]")) {
      const mine = boxes(form.querySelector(`[data-group="${all.dataset.picksAll}"]`));
      const on = mine.filter((box) => box.checked).length;
      all.checked = on > 0 && on === mine.length;
      all.indeterminate = on > 0 && on < mine.length;
    }
  };
  for (const all of form.querySelectorAll("[data-picks-all]")) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const box of boxes(form.querySelector(`[data-group="${all.dataset.picksAll}"]`))) box.checked = all.checked;
      count();
    });
  }
  form.addEventListener("change", count);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-tick]")) setTimeout(count); });
  window.addEventListener("pageshow", count);
  count();
}
