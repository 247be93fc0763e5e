// The bar that takes a decision back: it counts down and goes away by itself.
export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".des");
  if (!root) {
    root = document.createElement("div");
    root.className = "des";
    root.innerHTML = `<span role="status"></span><button type="button"><b></b> <i aria-hidden="true"></i></button>`;
    parentElement.appendChild(root);
    root.querySelector("button").addEventListener("click", () => {
      root.hidden = true;
      clearInterval(root.__timer);
      root.__tell("deshacer", { at: Date.now() });
    });
    root.__end = Date.now() + data.left;
    root.querySelector("span").textContent = data.sentence;
    root.querySelector("b").textContent = data.button;
    const tick = () => {
      const left = Math.ceil((root.__end - Date.now()) / 1000);
      root.querySelector("i").textContent = `${Math.max(left, 0)} s`;
      if (left > 0) return;
      root.hidden = true;
      clearInterval(root.__timer);
    };
    root.__timer = setInterval(tick, 250);
    tick();
  }
  root.__tell = setTriggerValue;
}
