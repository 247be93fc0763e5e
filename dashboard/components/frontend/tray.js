// The tray: a list that keeps scroll and focus across reruns, and is worked with the keyboard.
const esc = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let root = parentElement.querySelector(".tr");
  if (!root) {
    root = document.createElement("div");
    root.className = "tr";
    root.innerHTML = `<div class="cabeza"><label><input type="checkbox"><span></span></label><button type="button" class="limpias"></button></div><div class="teclas"></div><ul tabindex="0"></ul>`;
    parentElement.appendChild(root);
    listen(root);
  }
  const s = (root.__state ??= { marked: new Set(), cursor: null, version: null, order: [] });
  Object.assign(s, { data, setStateValue, setTriggerValue });
  const ids = data.rows.map((row) => row.id);
  if (s.version !== data.version) {
    const first = s.version === null;
    s.version = data.version;
    s.marked = new Set([...s.marked].filter((id) => ids.includes(id)));
    const was = s.cursor;
    if (!ids.includes(s.cursor)) s.cursor = (first ? data.cursor : nearest(s, ids)) ?? ids[0] ?? null;
    s.order = ids;
    draw(root, s);
    if (!first && was !== s.cursor) tell(root);
    if (s.byKey) root.querySelector("ul").focus({ preventScroll: true });
    s.byKey = false;
  }
  mark(root, s);
}

// What followed the row that is gone, else what came before it.
function nearest(s, ids) {
  const at = s.order.indexOf(s.cursor);
  return s.order.slice(at + 1).find((id) => ids.includes(id)) ?? s.order.slice(0, Math.max(at, 0)).reverse().find((id) => ids.includes(id));
}

function draw(root, s) {
  const { labels, rows } = s.data;
  const list = root.querySelector("ul");
  list.setAttribute("aria-label", labels.list);
  const clean = rows.filter((row) => row.clean).length;
  root.querySelector(".cabeza label span").textContent = labels.all.replace("{n}", rows.filter((row) => !row.mine).length);
  const button = root.querySelector(".limpias");
  button.textContent = labels.clean.replace("{n}", clean);
  button.hidden = !clean || clean === rows.length;
  root.querySelector(".teclas").innerHTML = labels.keys.map(([keys, word]) => `<span>${keys.map((key) => `<kbd>${esc(key)}</kbd>`).join("")} ${esc(word)}</span>`).join("");
  list.innerHTML = rows.map((row) => `${row.lane ? `<li class="carril">${esc(row.lane)}</li>` : ""}<li data-id="${row.id}">
    <input type="checkbox" tabindex="-1" aria-label="${esc(labels.mark)} ${esc(row.plantel)}" ${row.mine ? 'style="visibility:hidden"' : ""}>
    <span class="redes">${row.networks.map((net) => `<span class="red" style="background:${esc(net.color)}" role="img" aria-label="${esc(net.name)}" title="${esc(net.name)}">${esc(net.letter)}</span>`).join("")}</span>
    <div class="que"><b>${esc(row.plantel)}</b>${row.chips.map((chip) => `<span class="chip ${esc(chip.kind)}">${esc(chip.text)}</span>`).join("")}<p>${esc(row.text)}</p></div>
    <div class="lado"><b class="${row.soon ? "pronto" : ""}">${esc(row.when)}</b>${esc(row.author)}</div></li>`).join("");
}

function mark(root, s) {
  for (const item of root.querySelectorAll("li[data-id]")) {
    const id = Number(item.dataset.id);
    item.setAttribute("aria-current", String(id === s.cursor));
    item.querySelector("input").checked = s.marked.has(id);
  }
  const free = s.data.rows.filter((row) => !row.mine);
  const all = root.querySelector(".cabeza input");
  all.checked = free.length > 0 && free.every((row) => s.marked.has(row.id));
  all.indeterminate = s.marked.size > 0 && !all.checked;
}

function tell(root) {
  const s = root.__state;
  mark(root, s);
  clearTimeout(s.timer);
  // a pause, so that running down the list does not ask the server for every post on the way
  s.timer = setTimeout(() => s.setStateValue("estado", { cursor: s.cursor, marked: [...s.marked] }), 160);
}

function act(root, kind) {
  const s = root.__state;
  clearTimeout(s.timer); // a pending state would close the dialog that this opens
  s.byKey = true;
  s.setTriggerValue("accion", { kind, cursor: s.cursor, marked: [...s.marked], version: s.data.version });
}

function toggle(s, id) {
  if (s.data.rows.find((row) => row.id === id)?.mine) return;
  s.marked.has(id) ? s.marked.delete(id) : s.marked.add(id);
}

// The clean ones, or none where they are marked already.
function markClean(root) {
  const s = root.__state;
  const clean = s.data.rows.filter((row) => row.clean).map((row) => row.id);
  const already = clean.length === s.marked.size && clean.every((id) => s.marked.has(id));
  s.marked = new Set(already ? [] : clean);
  tell(root);
}

const ACTIONS = { a: "approve", d: "return", x: "reject", z: "undo" };

function listen(root) {
  const list = root.querySelector("ul");
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li[data-id]");
    if (!item) return;
    const s = root.__state;
    const id = Number(item.dataset.id);
    if (event.target.tagName === "INPUT") toggle(s, id);
    else {
      s.cursor = id;
      // on a narrow screen the post stands below the list
      if (window.innerWidth <= 700) document.querySelector(".st-key-detalle")?.scrollIntoView({ block: "start" });
    }
    tell(root);
  });
  root.querySelector(".limpias").addEventListener("click", () => markClean(root));
  root.querySelector(".cabeza input").addEventListener("change", (event) => {
    const s = root.__state;
    s.marked = new Set(event.target.checked ? s.data.rows.filter((row) => !row.mine).map((row) => row.id) : []);
    tell(root);
  });
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const s = root.__state;
    const ids = s.data.rows.map((row) => row.id);
    const at = ids.indexOf(s.cursor);
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    event.stopPropagation();
    if (step) {
      s.cursor = ids[Math.max(0, Math.min(ids.length - 1, at + step))];
      root.querySelector(`li[data-id="${s.cursor}"]`).scrollIntoView({ block: "nearest" });
      tell(root);
    } else if (key === " ") {
      toggle(s, s.cursor);
      tell(root);
    } else if (key === "t") markClean(root);
    else if (ACTIONS[key]) act(root, ACTIONS[key]);
    else return;
    event.preventDefault();
  });
}
