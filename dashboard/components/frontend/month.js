// The calendar grid: days are told by the server as wall-clock text, so no browser zone gets in.
const esc = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".ca");
  if (!root) {
    root = document.createElement("div");
    root.className = "ca";
    parentElement.appendChild(root);
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.id) root.__send("abrir", Number(button.dataset.id));
      else if (button.dataset.dia) { root.__open.add(button.dataset.dia); draw(root); focusDay(root, button.dataset.dia); }
    });
    root.__open = new Set();
  }
  root.__send = setTriggerValue;
  if (root.__version === data.version) return;
  root.__version = data.version;
  root.__data = data;
  root.__open.clear();
  draw(root);
}

function focusDay(root, day) {
  root.querySelectorAll(`[data-de="${day}"]`)[root.__data.cap]?.focus();
}

function draw(root) {
  const { days, names, cap, labels, week } = root.__data;
  const head = names.map((name) => `<div class="nombre" aria-hidden="true">${esc(name)}</div>`).join("");
  const body = days.map((day, place) => {
    const open = week || root.__open.has(day.date);
    const shown = open ? day.items : day.items.slice(0, cap);
    const rest = day.items.length - shown.length;
    const kind = ["dia", place % 7 ? "" : "lunes", day.inside ? "" : "fuera", day.today ? "hoy" : "", day.items.length ? "" : "nada"].join(" ");
    return `<section class="${kind}" aria-label="${esc(day.long)}"><span class="num"><span class="corto">${esc(day.number)}</span><span class="largo">${esc(day.long)}</span></span>${shown.map((item) => chip(item, day)).join("")}${rest > 0 ? `<button type="button" class="mas" data-dia="${day.date}">${esc(labels.more.replace("{n}", rest))}</button>` : ""}</section>`;
  }).join("");
  root.innerHTML = `<div class="reja ${week ? "semana" : ""}">${head}${body}</div>`;
}

function chip(item, day) {
  const nets = item.networks.map((net) => `<span class="red" style="background:${esc(net.color)}" aria-hidden="true">${esc(net.letter)}</span>`).join("");
  return `<button type="button" class="ficha" data-id="${item.id}" data-de="${day.date}" style="color:${esc(item.ink)};background:${esc(item.ground)}" title="${esc(item.title)}" aria-label="${esc(item.title)}">${nets}<b>${esc(item.time)}</b><span class="q">${esc(item.name)}</span></button>`;
}
