// Buttons that copy: the clipboard where the page is trusted, else a selection and the old command.
export default function ({ data, parentElement }) {
  let root = parentElement.querySelector(".co");
  if (!root) {
    root = document.createElement("div");
    root.className = "co";
    parentElement.appendChild(root);
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) copy(root, button, root.__items[Number(button.dataset.n)]);
    });
  }
  root.__items = data.items;
  root.__labels = data.labels;
  root.replaceChildren(...data.items.map((item, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.n = String(n);
    button.textContent = item.label;
    return button;
  }), said());
}

function said() {
  const line = document.createElement("span");
  line.className = "dicho";
  line.setAttribute("role", "status");
  return line;
}

async function copy(root, button, item) {
  const line = root.querySelector(".dicho");
  let done = false;
  try {
    await navigator.clipboard.writeText(item.text);
    done = true;
  } catch {
    const field = document.createElement("textarea");
    field.value = item.text;
    field.style.cssText = "position:fixed;opacity:0";
    root.appendChild(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
    button.focus();
  }
  line.textContent = done ? root.__labels.copied : root.__labels.failed;
  setTimeout(() => { line.textContent = ""; }, 4000);
}
