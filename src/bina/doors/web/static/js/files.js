// Files: input[type=file][data-choose=WORDS] wears the page's own words and names what was chosen; without a script the
// browser's own control stays.
for (const input of document.querySelectorAll("input[type=file][data-choose]")) {
  const box = document.createElement("span");
  const face = document.createElement("span");
  const names = document.createElement("span");
  box.className = "file";
  face.className = "btn";
  face.textContent = input.dataset.choose;
  face.ariaHidden = "true";
  names.className = "file-names";
  names.setAttribute("aria-live", "polite");
  input.before(box);
  box.append(face, names, input);
  const show = () => {
    names.replaceChildren(...[...input.files].map((file) => {
      const name = document.createElement("bdi");
      name.textContent = file.name;
      return name;
    }));
  };
  input.addEventListener("change", show);
  show();
}
