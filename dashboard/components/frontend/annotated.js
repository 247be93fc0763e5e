// A post with its notes: marks and notes point at each other, a selection can be commented.
export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".anota");
  if (!root) {
    root = document.createElement("div");
    root.className = "anota";
    root.innerHTML = `<div class="cuerpo"></div><button type="button" class="sel" hidden></button>`;
    parentElement.appendChild(root);
    listen(root);
  }
  root.__data = data;
  root.__tell = (action) => setTriggerValue("accion", { ...action, at: Date.now() });
  root.querySelector(".sel").textContent = data.label;
  if (root.__v !== data.version) {
    root.__v = data.version;
    root.querySelector(".cuerpo").innerHTML = data.html; // escaped where it was made
    root.querySelector(".sel").hidden = true;
  }
}

const points = (text) => [...text].length; // code points, as the server counts

// What is selected, if it lies within one text.
function selected(root) {
  const selection = document.getSelection();
  if (!selection || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const of = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-place]");
  const home = of(range.startContainer);
  if (!home || !root.contains(home) || of(range.endContainer) !== home) return null;
  const before = document.createRange();
  before.selectNodeContents(home);
  before.setEnd(range.startContainer, range.startOffset);
  const whole = range.toString();
  const fragment = whole.trim();
  if (!fragment) return null;
  const lead = whole.slice(0, whole.indexOf(fragment));
  return { place: home.dataset.place, fragment, start: points(before.toString()) + points(lead), box: range.getBoundingClientRect() };
}

function offer(root) {
  const button = root.querySelector(".sel");
  const found = root.__data.comment ? selected(root) : null;
  button.hidden = !found;
  if (!found) return;
  const box = root.getBoundingClientRect();
  root.__found = found;
  button.style.top = `${found.box.bottom - box.top + 6}px`;
  const most = Math.max(0, box.width - button.offsetWidth);
  button.style.left = `${Math.min(Math.max(0, found.box.left - box.left), most)}px`;
}

function listen(root) {
  for (const name of ["mouseup", "keyup", "touchend"]) root.addEventListener(name, () => setTimeout(() => offer(root), 0));
  document.addEventListener("selectionchange", () => {
    if (document.getSelection()?.isCollapsed) root.querySelector(".sel").hidden = true;
  });
  const button = root.querySelector(".sel");
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    const { place, fragment, start } = root.__found;
    button.hidden = true;
    root.__tell({ kind: "comment", place, fragment, start });
  });
  root.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]");
    if (act) {
      root.__tell({ kind: act.dataset.act, n: Number(act.dataset.n ?? -1) });
      return;
    }
    const mark = event.target.closest("mark[data-n]");
    if (mark && document.getSelection()?.isCollapsed !== false) point(root, `[data-nota="${mark.dataset.n}"]`);
    const number = event.target.closest("[data-nota]");
    if (number && number.dataset.nota !== "0") point(root, `mark[data-n="${number.dataset.nota}"]`);
  });
}

function point(root, selector) {
  for (const one of root.querySelectorAll(".visto")) one.classList.remove("visto");
  const there = root.querySelectorAll(selector);
  for (const one of there) one.classList.add("visto");
  there[0]?.scrollIntoView({ block: "nearest" });
}
