// The composer: one common text, a text of its own per network when wanted, counters and previews.
// It repaints counters and cards at once and tells Python after a pause; Python counts for good.
const PAUSE = 450;
let MORE = "";
const TAGS = /(https?:\/\/[^\s<>"]+|[#@][\p{L}\p{N}_]+)/giu;

const esc = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// X by the table that the server counts by (weight.js), the others by characters
const weigh = (text, network) => (network === "x" ? weighX(text) : Array.from(text).length);

export default function ({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".pg");
  if (!root) {
    root = document.createElement("div");
    root.className = "pg";
    parentElement.appendChild(root);
  }
  const s = (root.__state ??= { tab: "base", texts: {}, timer: 0 });
  s.send = setStateValue;
  s.data = data;
  MORE = esc(data.labels.more);
  if (s.version !== data.version) {
    s.version = data.version;
    s.texts = { ...data.texts };
    s.tab = "base";
    build(root, s);
  }
  if (s.tab !== "base" && !data.networks.includes(s.tab)) select(root, s, "base");
  paint(root, s);
  return () => flush(s);
}

const own = (s, network) => s.texts[network] !== undefined && s.texts[network] !== null;
const form = (s, network) => s.data.forms?.[network] || "feed";
// a story has no caption: the common text is not meant for it
const common = (s, network) => (form(s, network) === "story" ? "" : s.texts.base || "");
const shown = (s, network) => (own(s, network) ? s.texts[network] : common(s, network));

function build(root, s) {
  root.innerHTML = `<div role="tablist"></div><textarea rows="6"></textarea><div class="pie" aria-live="polite"></div><div class="vistas"></div>`;
  const area = root.querySelector("textarea");
  area.addEventListener("input", () => {
    s.texts = { ...s.texts, [s.tab]: area.value };
    paint(root, s);
    later(s);
  });
  area.addEventListener("blur", () => flush(s));
  area.addEventListener("keydown", (event) => {
    event.stopPropagation(); // Streamlit's own hotkeys are not for whoever writes
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) flush(s);
  });
  root.querySelector("[role=tablist]").addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) { select(root, s, tab.dataset.red); root.querySelector("textarea").focus(); }
  });
  root.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    event.stopPropagation();
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = ["base", ...s.data.networks];
    select(root, s, all[(all.indexOf(s.tab) + step + all.length) % all.length]);
    root.querySelector("[role=tab][aria-selected=true]").focus();
  });
  root.querySelector(".pie").addEventListener("click", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    const { [s.tab]: _gone, ...rest } = s.texts;
    s.texts = rest;
    select(root, s, s.tab);
    later(s);
  });
  select(root, s, "base");
}

function select(root, s, tab) {
  s.tab = tab;
  const area = root.querySelector("textarea");
  area.value = shown(s, tab);
  const label = tab === "base" ? s.data.labels.base : s.data.labels.networks[tab];
  area.setAttribute("aria-label", label);
  area.placeholder = s.data.labels.placeholder;
  paint(root, s);
}

function later(s) {
  clearTimeout(s.timer);
  s.dirty = true;
  s.timer = setTimeout(() => flush(s), PAUSE);
}

function flush(s) {
  clearTimeout(s.timer);
  if (!s.dirty) return;
  s.dirty = false;
  s.send("textos", s.texts);
}

// the server's count, as long as it speaks of what stands here now
function used(s, network) {
  const told = s.data.lengths?.[network];
  return told && told.text === shown(s, network) ? told.used : weigh(shown(s, network), network);
}

function paint(root, s) {
  const { labels, networks, limits } = s.data;
  const tabs = ["base", ...networks].map((red) => {
    const name = red === "base" ? labels.base : labels.networks[red];
    let count = "";
    if (red !== "base") {
      const left = (limits[red] ?? Infinity) - used(s, red);
      const text = Number.isFinite(left) ? left.toLocaleString("es-MX") : "";
      count = `<span class="n ${left < 0 ? "mal" : ""}">${own(s, red) ? `${labels.own} · ` : ""}${text}</span>`;
    }
    const on = red === s.tab;
    return `<button type="button" role="tab" data-red="${red}" aria-selected="${on}" tabindex="${on ? 0 : -1}">${esc(name)}${count}</button>`;
  }).join("");
  const list = root.querySelector("[role=tablist]");
  if (list.innerHTML !== tabs) {
    const held = list.contains(list.getRootNode().activeElement);
    list.innerHTML = tabs;
    if (held) list.querySelector("[aria-selected=true]").focus();
  }
  root.querySelector(".pie").innerHTML = foot(s);
  root.querySelector(".vistas").innerHTML =
    networks.map((red) => stack(s, red)).join("") || `<div class="vacia">${esc(labels.nowhere)}</div>`;
}

function foot(s) {
  const { labels, limits } = s.data;
  if (s.tab === "base") return `<span>${esc(labels.common)}</span>`;
  const left = (limits[s.tab] ?? Infinity) - used(s, s.tab);
  const kind = own(s, s.tab)
    ? `${esc(labels.ownLong)} <button type="button">${esc(labels.backToCommon)}</button>`
    : esc(labels.usesCommon);
  const say = left < 0 ? labels.over.replace("{n}", -left) : labels.left.replace("{n}", left.toLocaleString("es-MX"));
  return `<span>${kind}</span>${Number.isFinite(left) ? `<b class="${left < 0 ? "mal" : ""}">${esc(say)}</b>` : ""}`;
}

function said(text, red, limit) {
  let over = "";
  if (red === "instagram" && Array.from(text).length > 125) {
    text = Array.from(text).slice(0, 125).join("");
    over = ` <i>${MORE}</i>`;
  } else if (red === "x" && limit && weigh(text, red) > limit) {
    const letters = Array.from(text);
    let end = letters.length;
    while (end > 0 && weigh(letters.slice(0, end).join(""), red) > limit) end -= 1;
    over = `<mark>${esc(letters.slice(end).join(""))}</mark>`;
    text = letters.slice(0, end).join("");
  }
  return esc(text).replace(TAGS, (word) => `<a>${word}</a>`) + over;
}

// a still of each medium; what moves is played beside its description, where typing does not stop it
function still(p, labels) {
  const alt = p.kind === "image" ? p.alt : `${labels.kinds[p.kind]} ${p.length}: ${p.alt}`;
  const image = `<img src="/imagen/${p.sha}?w=480" alt="${esc(alt)}">`;
  if (p.kind === "image") return image;
  const mark = p.kind === "video" ? "▶" : labels.kinds[p.kind];
  return `<div class="toma">${image}<b aria-hidden="true">${esc(`${mark} ${p.length}`)}</b></div>`;
}

function card(s, red) {
  const { labels, limits, pictures, accounts } = s.data;
  const tall = form(s, red) !== "feed";
  const who = accounts[red] || { name: "", handle: "" };
  const text = shown(s, red);
  const count = used(s, red);
  const limit = limits[red];
  const tally = limit ? `${count.toLocaleString("es-MX")} / ${limit.toLocaleString("es-MX")}` : count;
  const photos = pictures.length
    ? `<div class="fotos ${pictures.length > 1 && red !== "instagram" ? "dos" : ""}">${(red === "instagram" ? pictures.slice(0, 1) : pictures.slice(0, 4)).map((p) => still(p, labels)).join("")}</div>`
    : "";
  const words = text ? `<div class="dice">${said(text, red, limit)}</div>` : `<div class="dice"><i>${esc(form(s, red) === "story" ? labels.noCaption : labels.noText)}</i></div>`;
  const head = `<div class="quien"><span class="cara" aria-hidden="true">${esc(who.initials || "")}</span><div><b>${esc(who.name)}</b><span>${esc(who.handle)}${s.data.when ? ` · ${esc(s.data.when)}` : ""}</span></div></div>`;
  const body = red === "instagram" ? head + photos + words : head + words + photos;
  const name = `${labels.networks[red]}${tall ? ` · ${labels.forms[form(s, red)]}` : ""}`;
  return `<article class="vista ${red} ${tall ? "alta" : ""} ${limit && count > limit ? "mal" : ""}" aria-label="${esc(labels.preview)} ${esc(name)}"><header><span>${esc(name)}</span><span>${tally}</span></header>${body}</article>`;
}

// what goes with a network's text stands below its card, as Python knows it
function stack(s, red) {
  const rows = s.data.following?.[red];
  if (!rows) return card(s, red);
  const below = rows.map(({ title, text }) => title
    ? `<article class="vista sigue" aria-label="${esc(title)}"><header><span>${esc(title)}</span></header><div class="dice">${esc(text).replace(TAGS, (word) => `<a>${word}</a>`)}</div></article>`
    : `<div class="enlace">${esc(text)}</div>`).join("");
  return `<div class="pila">${card(s, red)}${below}</div>`;
}
