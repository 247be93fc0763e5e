// The tray: a list that keeps scroll and focus across reruns. J/K move, space marks, A and D act.
const esc = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let root = parentElement.querySelector(".tr");
  if (!root) {
    root = document.createElement("div");
    root.className = "tr";
    root.innerHTML = `<div class="cabeza"><label><input type="checkbox"><span></span></label><span class="teclas"></span></div><ul tabindex="0"></ul>`;
    parentElement.appendChild(root);
    listen(root);
  }
  const s = (root.__state ??= { marked: new Set(), cursor: null, version: null });
  Object.assign(s, { data, setStateValue, setTriggerValue });
  const ids = data.rows.map((row) => row.id);
  if (s.version !== data.version) {
    s.version = data.version;
    s.marked = new Set([...s.marked].filter((id) => ids.includes(id)));
    if (!ids.includes(s.cursor)) s.cursor = data.cursor ?? ids[0] ?? null;
    draw(root, s);
  }
  mark(root, s);
}

function draw(root, s) {
  const { labels, rows } = s.data;
  const list = root.querySelector("ul");
  list.setAttribute("aria-label", labels.list);
  root.classList.toggle("solo", !s.data.batch);
  root.querySelector(".cabeza").style.display = s.data.batch ? "" : "none";
  root.querySelector(".cabeza label span").textContent = labels.all.replace("{n}", rows.length);
  root.querySelector(".teclas").innerHTML = labels.keys.map(([keys, word]) => keys.map((key) => `<kbd>${esc(key)}</kbd>`).join("") + ` ${esc(word)}`).join("");
  list.innerHTML = rows.map((row) => `<li data-id="${row.id}">
    <input type="checkbox" tabindex="-1" aria-label="${esc(labels.mark)} ${esc(row.plantel)}" ${s.data.batch && !row.mine ? "" : 'style="visibility:hidden"'}>
    <span class="redes">${row.networks.map((net) => `<span class="red" style="background:${esc(net.color)}" role="img" aria-label="${esc(net.name)}" title="${esc(net.name)}">${esc(net.letter)}</span>`).join("")}</span>
    <div class="que"><b>${esc(row.plantel)}</b>${row.chips.map((chip) => `<span class="chip ${esc(chip.kind)}">${esc(chip.text)}</span>`).join("")}<p>${esc(row.text)}</p></div>
    <div class="lado"><b class="${row.soon ? "pronto" : ""}">${esc(row.when)}</b>${esc(row.author)}</div></li>`).join("");
}

function mark(root, s) {
  for (const item of root.querySelectorAll("li")) {
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
  s.setTriggerValue("accion", { kind, cursor: s.cursor, marked: [...s.marked], version: s.data.version });
}

function toggle(s, id) {
  if (!s.data.batch || s.data.rows.find((row) => row.id === id)?.mine) return;
  s.marked.has(id) ? s.marked.delete(id) : s.marked.add(id);
}

function listen(root) {
  const list = root.querySelector("ul");
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    const s = root.__state;
    const id = Number(item.dataset.id);
    if (event.target.tagName === "INPUT") toggle(s, id);
    else s.cursor = id;
    tell(root);
  });
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
    } else if (key === "a") act(root, "approve");
    else if (key === "d") act(root, "return");
    else return;
    event.preventDefault();
  });
}
