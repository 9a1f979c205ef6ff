// Beside: a[data-beside=NAME] opens in a small window of its own next to the page; without a script in a new tab.
for (const link of document.querySelectorAll("a[data-beside]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || matchMedia("(max-width: 700px)").matches) return;
    const opened = window.open(link.href, link.dataset.beside, "popup,width=420,height=860");
    if (!opened) return;
    event.preventDefault();
    opened.focus();
  });
}
