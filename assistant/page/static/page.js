// Follows the session: replaces what has changed, counts on by itself, and says what is pressed. All words come from
// the program; without this file the page still works, by reloading.

const SILENT_MS = 12000; // the program speaks every 5 s, so after this it is gone
const CLOCKS = 24; // how many messages tell by how much the two clocks differ: the one that came fastest knows best
const DOUBLE_MS = 350; // a double click is one press
const PICTURES = 4; // of a moving drawing, each second
const WIDEST = 800; // pixels across one of them
const MOST_DRAWINGS = 3; // whose pictures are kept
const SHORT = 12; // seconds up to which a ring moves between its numbers as well
const STEP_MS = 500; // by which such a ring is behind at most; the number in it never is

const at = (id) => document.getElementById(id);
const now = at("now");
const seconds = () => performance.now() / 1000;

let news = null; // what was last told
let offset = 0; // what the program's clock is ahead of ours
let clocks = [];
let shown = {}; // the markup of each region, as it was told
let version = null;

// ---- The clock

function tick() {
  clearTimeout(tick.timer);
  if (!news || document.hidden) return;
  const ring = news.ring;
  const passed = ring.runs ? Math.max(0, seconds() + offset - news.at) : 0;
  const elapsed = ring.elapsed + passed;
  const left = Math.max(0, ring.length - elapsed);
  let text = "", share = 0, wait = 1, unit = ring.unit;
  if (ring.kind === "left") {
    const whole = Math.ceil(left);
    text = clock(whole);
    if (whole === 1) unit = ring.one;
    share = ring.length ? left / ring.length : 0;
    wait = left - (whole - 1);
  } else if (ring.kind === "count") {
    const count = elapsed < ring.first ? 0 : Math.min(ring.times, Math.floor((elapsed - ring.first) / ring.pace) + 1);
    text = String(count);
    share = ring.length ? left / ring.length : 0;
    wait = ring.first + count * ring.pace - elapsed;
  } else if (ring.kind === "up") {
    text = minutes(Math.floor(elapsed));
    share = 1;
    wait = 1 - (elapsed % 1);
  }
  set(at("count"), text);
  set(at("unit"), unit);
  at("count").classList.toggle("long", text.length > 3);
  const arc = `${share.toFixed(4)} 2`;
  if (at("arc").getAttribute("stroke-dasharray") !== arc) at("arc").setAttribute("stroke-dasharray", arc);
  if (ring.runs && ring.kind && (left > 0 || ring.kind === "up")) {
    const most = ring.kind === "left" && ring.length <= SHORT ? STEP_MS : Infinity;
    tick.timer = setTimeout(tick, Math.max(20, Math.min(1000 * wait + 5, most)));
  }
}

const minutes = (whole) => `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
const clock = (whole) => (whole < 60 ? String(whole) : minutes(whole));

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// ---- What is told

function take(told) {
  const difference = told.now - seconds();
  if (!news || news.boot !== told.boot) clocks = [];
  clocks = [...clocks, difference].slice(-CLOCKS);
  offset = Math.max(...clocks); // what took longest on its way seems the furthest behind
  news = told;
  now.dataset.doing = told.doing;
  now.dataset.phase = told.phase;
  at("ring").dataset.kind = told.ring.kind;
  for (const [id, html] of Object.entries(told.html)) {
    if (replace(id, html) && id === "figure") afterImage();
  }
  tick();
  stayAwake(!["idle", "finished"].includes(told.phase));
}

function replace(id, html) {
  const region = at(id);
  if (!region || shown[id] === html) return false;
  const first = !(id in shown);
  shown[id] = html;
  if (first && region.innerHTML === html) return true; // as it came, so that nothing is read out twice
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const value = focused && focused.value;
  region.innerHTML = html;
  if (!focused) return true;
  const same = [...region.querySelectorAll("button")].find((each) => each.value === value);
  (same || region.querySelector("button"))?.focus({ preventScroll: true });
  return true;
}

// ---- The drawing: a browser by itself would draw it sixty times a second, so a worker shows pictures of it instead

const canMove = "transferControlToOffscreen" in HTMLCanvasElement.prototype && "Worker" in window;
const painter = canMove ? new Worker(new URL("painter.js", import.meta.url)) : null;
const painted = []; // whose pictures the painter has, the latest at the end

async function animate() {
  painter?.postMessage({ rest: true });
  const image = at("figure").querySelector(":scope > picture > img");
  const address = image?.currentSrc || image?.src || "";
  if (!painter || !address.includes("moving=1")) return;
  const width = Math.min(WIDEST, Math.ceil(devicePixelRatio * Math.min(image.width, (image.height * 4) / 3)));
  const name = `${address} ${width}`;
  const turn = (animate.turn = Symbol(name));
  if (!painted.includes(name)) {
    try {
      const [pictures, every] = await picturesOf(address, width);
      if (!painted.includes(name)) painted.push(name);
      painter.postMessage({ name, pictures, every }, pictures);
    } catch {
      return; // then it moves by itself
    }
    while (painted.length > MOST_DRAWINGS) painter.postMessage({ forget: painted.shift() });
  }
  if (!image.isConnected || animate.turn !== turn) return;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, heightOf(width)];
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", image.alt);
  const drawing = document.createElement("div");
  drawing.className = "drawing";
  drawing.append(canvas);
  image.parentElement.hidden = true;
  at("figure").append(drawing);
  const surface = canvas.transferControlToOffscreen();
  painter.postMessage({ name, surface, hidden: document.hidden }, [surface]);
}

const heightOf = (width) => Math.round((width * 3) / 4);

async function picturesOf(address, width) {
  const text = await (await fetch(address)).text();
  const period = parseFloat(/ dur="([\d.]+)s"/.exec(text)[1]);
  const count = Math.max(2, Math.round(period * PICTURES));
  const pictures = [];
  for (let n = 0; n < count; n++) {
    const later = text.replaceAll(' dur="', ` begin="-${((n * period) / count).toFixed(3)}s" dur="`);
    const url = URL.createObjectURL(new Blob([later], { type: "image/svg+xml" }));
    try {
      const image = new Image(width, heightOf(width));
      image.src = url;
      await image.decode();
      const canvas = new OffscreenCanvas(width, heightOf(width));
      canvas.getContext("2d").drawImage(image, 0, 0, width, heightOf(width));
      pictures.push(canvas.transferToImageBitmap());
    } finally {
      URL.revokeObjectURL(url);
    }
  }
  return [pictures, (1000 * period) / count];
}

function drawAnew() {
  const html = shown.figure;
  if (html === undefined) return;
  at("figure").innerHTML = html;
  afterImage();
}

function afterImage() {
  const image = at("figure").querySelector(":scope > picture > img");
  if (!image || image.complete) animate();
  else image.addEventListener("load", animate, { once: true });
}

for (const asked of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]) {
  matchMedia(asked).addEventListener("change", drawAnew);
}

// ---- The connection

let source = null, heardAt = 0, tries = 0, trying = null;

function connect() {
  clearTimeout(trying);
  trying = null;
  source?.close();
  heardAt = Date.now();
  source = new EventSource("/events");
  source.addEventListener("hello", (event) => {
    if (version !== null && version !== event.data) location.reload(); // the program is another one now
    version = event.data;
    clocks = [];
  });
  source.onmessage = (event) => {
    heardAt = Date.now();
    tries = 0;
    const told = JSON.parse(event.data);
    lose(told.over ? document.body.dataset.over : "");
    take(told);
  };
  source.onerror = again;
}

function again() {
  source?.close();
  source = null;
  if (!at("lost").textContent || at("lost").hidden) lose(document.body.dataset.lost);
  if (trying === null) trying = setTimeout(connect, Math.min(5000, 500 * 2 ** tries++));
}

function lose(why) {
  at("lost").hidden = !why;
  if (why) set(at("lost"), why);
  now.toggleAttribute("data-lost", Boolean(why));
}

setInterval(() => {
  if (source && Date.now() - heardAt > SILENT_MS) again();
}, 3000);
document.addEventListener("visibilitychange", () => {
  painter?.postMessage({ hidden: document.hidden });
  if (document.hidden) return;
  tries = 0;
  if (!source || Date.now() - heardAt > SILENT_MS) connect();
  tick();
});
addEventListener("online", connect);

// ---- What is pressed

let lately = ["", 0]; // what was pressed last, and when; not for which question, as two taps are one press

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.getAttribute("action") !== "/say" || !button) return;
  event.preventDefault();
  const twice = lately[0] === button.value && performance.now() - lately[1] < DOUBLE_MS;
  if (twice) return;
  lately = [button.value, performance.now()];
  const wrong = await say(button.value, new FormData(form).get("for"));
  const trouble = at("trouble");
  trouble.hidden = !wrong;
  set(trouble, wrong);
});

async function say(value, question) {
  const { refused, passed } = document.body.dataset;
  try {
    const answer = await fetch("/say", {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ say: value, ...(question && { for: question }) }),
      signal: AbortSignal.timeout ? AbortSignal.timeout(4000) : undefined,
    });
    return answer.ok ? "" : answer.status === 409 ? passed : refused;
  } catch {
    return refused;
  }
}

const KEYS = {
  " ": ".main button",
  Escape: ".press-pause",
  ArrowRight: ".step .press-next",
  ArrowLeft: ".step .press-previous",
  ArrowUp: ".step .press-say_again",
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !(event.key in KEYS)) return;
  const focused = document.activeElement;
  if (focused && focused !== document.body && focused.matches("input, select, textarea, summary, a, button, ol")) {
    if (event.key === " " || focused.matches("input, select, textarea, ol")) return; // the key is for what has the focus
  }
  const button = at("buttons").querySelector(KEYS[event.key]);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// ---- The screen stays on while somebody lies on the mat, where the browser lets a page ask for that

let lock = null;

async function stayAwake(wanted) {
  if (!("wakeLock" in navigator) || wanted === Boolean(lock)) return;
  try {
    if (wanted) {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => (lock = null));
    } else {
      await lock?.release();
    }
  } catch {
    lock = null;
  }
}

connect();
