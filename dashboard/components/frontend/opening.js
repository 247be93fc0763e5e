// Values shown once: drawn from the one message that brings them, wiped here when their time is up.
// ``until`` outlives a remount, so that no repetition of the same message begins a new time.
const until = new Map();
const FADE = 10;

export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".ap");
  if (!root) {
    root = document.createElement("div");
    root.className = "ap";
    parentElement.appendChild(root);
  }
  root.__send = setTriggerValue;
  if (root.__id === data.id) return undefined;
  root.__id = data.id;
  clearInterval(root.__clock);
  if (data.items) show(root, data);
  else offer(root, data);
  return () => { clearInterval(root.__clock); root.replaceChildren(); root.__id = null; };
}

function offer(root, data) {
  const button = make("button", "abrir", data.button);
  button.type = "button";
  button.addEventListener("click", () => {
    if (button.disabled) return;
    button.disabled = true;
    root.__send("abrir", data.id);
  });
  root.replaceChildren(button);
}

function show(root, data) {
  if (!until.has(data.id)) until.set(data.id, performance.now() + data.seconds * 1000);
  const sheet = make("section", "hoja");
  sheet.setAttribute("aria-label", data.title);
  sheet.tabIndex = -1;
  const mark = make("div", "marca");
  mark.setAttribute("aria-hidden", "true");
  for (let n = 0; n < 24; n += 1) mark.appendChild(make("span", "", data.mark));
  const list = make("dl", "");
  for (const item of data.items) {
    const value = make("dd", "valor");
    for (const letter of item.value) value.appendChild(letter.match(/[0-9]/) ? make("b", "", letter) : document.createTextNode(letter));
    list.append(make("dt", "", item.label), value);
  }
  const foot = make("div", "pie");
  const left = make("span", "resta");
  left.setAttribute("role", "timer");
  const hide = make("button", "", data.labels.hide);
  hide.type = "button";
  hide.addEventListener("click", () => wipe(root, data));
  foot.append(left, hide);
  sheet.append(mark, make("h3", "", data.title), list, make("p", "quien", data.mark), foot);
  root.replaceChildren(sheet);
  sheet.focus({ preventScroll: true });
  const tick = () => {
    const rest = Math.ceil((until.get(data.id) - performance.now()) / 1000);
    if (rest <= 0) { wipe(root, data); return; }
    left.textContent = data.labels.left.replace("{n}", rest);
    sheet.classList.toggle("poco", rest <= FADE);
  };
  root.__clock = setInterval(tick, 250);
  document.addEventListener("visibilitychange", tick, { once: true });
  tick();
}

function wipe(root, data) {
  clearInterval(root.__clock);
  until.set(data.id, 0);
  data.items = [];
  const line = make("p", "borrado", data.labels.gone);
  line.setAttribute("role", "status");
  root.replaceChildren(line);
  root.__send("oculto", data.id);
}

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text) node.textContent = text;
  return node;
}
