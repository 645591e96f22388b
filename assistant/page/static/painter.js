// Shows the pictures of a moving drawing one after the other, on a surface that the page need not paint itself.

const kept = new Map(); // the pictures of each drawing, and the milliseconds for which each is seen
let name = null, surface = null, timer = null, shown = 0;

onmessage = ({ data }) => {
  if (data.pictures) kept.set(data.name, data);
  if (data.forget) {
    for (const each of kept.get(data.forget)?.pictures ?? []) each.close();
    kept.delete(data.forget);
  }
  if (data.rest) surface = null;
  if (data.surface) {
    name = data.name;
    surface = data.surface.getContext("2d");
    surface.globalCompositeOperation = "copy";
    shown = 0;
    show();
  }
  if ("hidden" in data || data.rest) {
    clearInterval(timer);
    timer = surface && !data.hidden ? setInterval(show, kept.get(name)?.every) : null;
  }
};

function show() {
  const pictures = kept.get(name)?.pictures;
  if (surface && pictures) surface.drawImage(pictures[shown++ % pictures.length], 0, 0);
}
