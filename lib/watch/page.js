/** What the pages of `watch` do in a browser: put new parts in, and say what is pointed at. */
const state = document.querySelector("[data-events]");
let source;

/** Hidden pages do not listen: browsers keep few connections open to one server. */
function listen() {
  source?.close();
  source = undefined;
  if (document.hidden) return;
  source = new EventSource(state.dataset.events);
  source.onopen = () => say("on", "live");
  source.onerror = ({ target }) => {
    say("off", "not connected; trying again");
    // After an answer that is none of events, the browser itself does not try again.
    if (target.readyState === EventSource.CLOSED) {
      setTimeout(() => target === source && listen(), 3000);
    }
  };
  source.onmessage = ({ data }) => JSON.parse(data).forEach(replace);
}

function say(kind, text) {
  state.className = `state ${kind}`;
  state.textContent = text;
}

function replace({ id, mark, markup }) {
  const part = document.getElementById(id);
  if (!part || part.dataset.mark === mark) return;
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  const left = [...part.querySelectorAll(".scroll")].map((scroll) => scroll.scrollLeft);
  part.innerHTML = markup;
  part.dataset.mark = mark;
  part.querySelectorAll("details").forEach((details, at) => details.open = open[at] ?? false);
  part.querySelectorAll(".scroll").forEach((scroll, at) => scroll.scrollLeft = left[at] ?? 0);
  if (!tip.hidden) point(document.elementFromPoint(pointer.x, pointer.y));
}

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
document.body.append(tip);
const pointer = { x: 0, y: 0 };

/** Shows the text of a strip of a chart, at once and beside the pointer. */
function point(element) {
  const strip = element?.closest?.(".hover");
  tip.hidden = !strip;
  if (!strip) return;
  // The browser's own tip would come a second later, on top.
  const title = strip.querySelector("title");
  if (title) {
    strip.dataset.text = title.textContent;
    title.remove();
  }
  tip.textContent = strip.dataset.text;
  const { offsetWidth: width, offsetHeight: height } = tip;
  const right = pointer.x + 16 + width < innerWidth;
  const x = right ? pointer.x + 16 : Math.max(4, pointer.x - 16 - width);
  const y = Math.max(4, Math.min(pointer.y + 16, innerHeight - height - 4));
  tip.style.left = `${x}px`;
  tip.style.top = `${y}px`;
}

for (const kind of ["pointermove", "pointerdown"]) {
  addEventListener(kind, (event) => {
    pointer.x = event.clientX;
    pointer.y = event.clientY;
    point(event.target);
  });
}
document.addEventListener("pointerleave", () => point(null));
document.addEventListener("visibilitychange", listen);
listen();
