"use strict";
// Looks every few seconds whether something was published, and only then reads the page again.
(() => {
  const main = document.querySelector("main[data-pulse]");
  if (!main) return;
  let pulse = main.dataset.pulse;
  const look = async () => {
    if (document.hidden) return;
    try {
      const now = await (await fetch("/_sandbox/pulse")).text();
      if (now === pulse) return;
      const text = await (await fetch(location.href)).text();
      const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("main");
      if (!fresh) return;
      main.replaceChildren(...fresh.childNodes);
      pulse = now;
    } catch {
      // The server is being restarted; the next look will find it.
    }
  };
  setInterval(look, 3000);
})();
