// Shrink: a large JPEG chosen in input[type=file][data-shrink] is made smaller before it goes over a slow line. Its place
// and time stay: the EXIF block is carried over, with the picture turned upright.
const SIDE = 1600; // pixels: what the server keeps
const LARGE = 600_000; // bytes: below that a picture is sent as it is
const HEAD = 131_072; // bytes in which an EXIF block begins and ends

function upright(block) {
  const view = new DataView(block.buffer);
  const little = view.getUint16(10) === 0x4949;
  const first = 10 + view.getUint32(14, little);
  for (let n = 0; n < view.getUint16(first, little); n += 1) {
    const entry = first + 2 + 12 * n;
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return block;
}

function exif(head) {
  let at = 2;
  while (at + 4 < head.length && head[at] === 0xff && head[at + 1] !== 0xda) {
    const length = ((head[at + 2] << 8) | head[at + 3]) + 2;
    const named = String.fromCharCode(...head.slice(at + 4, at + 8));
    if (head[at + 1] === 0xe1 && named === "Exif" && at + length <= head.length) {
      return upright(head.slice(at, at + length));
    }
    at += length;
  }
  return null;
}

async function smaller(file) {
  if (file.type !== "image/jpeg" || file.size < LARGE) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!small || small.size >= file.size) return file;
    const told = exif(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
    const parts = told ? [small.slice(0, 2), told, small.slice(2)] : [small];
    return new File(parts, file.name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file; // whatever it is, the server will say
  }
}

for (const input of document.querySelectorAll("input[type=file][data-shrink]")) {
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    const small = await Promise.all(chosen.map(smaller));
    if (chosen.length !== input.files.length || chosen.some((file, n) => file !== input.files[n])) return;
    const held = new DataTransfer();
    for (const file of small) held.items.add(file);
    input.files = held.files;
    input.dataset.shrunk = "1";
  });
}
