// How long X counts a text, by the table of connectors/weight.py; ``__TABLE__`` is that table.
// The same steps as there, so that what a person sees while typing is what is counted at the end.
const X = __TABLE__;
const rx = (name, flags = "u") => new RegExp(X.patterns[name], flags);
const TLDS = new Set(X.tlds.split(" "));
const LONGEST = Math.max(...Array.from(TLDS, (name) => name.length));
const isAscii = (text) => !/[^\x00-\x7f]/.test(text);

function weighX(text) {
  const plain = text.normalize("NFC");
  const seen = Array.from(plain).slice(0, X.scan).join("");
  let total = 0, at = 0;
  for (const [start, end] of linksOf(seen)) {
    total += weighPlain(plain.slice(at, start)) + X.url;
    at = end;
  }
  return total + weighPlain(plain.slice(at));
}

function weighPlain(text) {
  if (isAscii(text)) return text.length;
  let emoji = 0;
  const rest = text.replace(rx("emoji", "gu"), () => { emoji += 1; return ""; });
  const letters = Array.from(rest).length;
  const light = letters - Array.from(rest.replace(rx("light", "gu"), "")).length;
  return 2 * emoji + 2 * letters - light;
}

function linksOf(text) {
  const found = [];
  const run = rx("run", "gu");
  let at = 0, floor = 0;
  for (;;) {
    run.lastIndex = at;
    const match = run.exec(text);
    if (!match) return found;
    const [first, last] = [match.index, match.index + match[0].length];
    if (!match[0].includes(".")) { at = last; continue; }
    const scheme = rx("scheme", "iu").exec(text.slice(Math.max(floor, first - 8), first));
    let start = scheme ? first - scheme[0].length : first;
    at = last;
    if (!mayFollow(text, start, scheme !== null)) continue;
    const hostEnd = endOfHost(text, first, last);
    if (hostEnd === null) continue;
    let end = endOfTail(text, hostEnd);
    at = floor = end;
    const host = text.slice(first, hostEnd);
    if (host.split(".").some((label) => asciiLength(label) > X.label)) continue;
    if (scheme) {
      const short = rx("tco", "iuy").exec(text.slice(start, end));
      if (short && short[1].length > X.slug) continue;
      if (short) at = floor = end = start + short[0].length;
    } else {
      start = startOfAscii(host, first);
    }
    if (Array.from(text.slice(start, end)).length <= X.longest) found.push([start, end]);
  }
}

function mayFollow(text, start, scheme) {
  if (start === 0) return true;
  const before = text[start - 1];
  if ("@＠$#＃".includes(before) || /[0-9A-Za-z]/.test(before)) return false;
  return scheme || !"-_./".includes(before);
}

function endOfHost(text, start, end) {
  let best = null, at = start, previous = "";
  for (const [position, label] of text.slice(start, end).split(".").entries()) {
    if (position) {
      const after = at + label.length === end ? text.slice(end, end + 1) : "";
      const size = tldSize(label, after);
      if (size && previous && !previous.includes("_")) best = at + size;
    }
    if (!label || "-_".includes(label[0]) || "-_".includes(label[label.length - 1])) break;
    previous = label;
    at += label.length + 1;
  }
  return best;
}

function tldSize(label, after) {
  const ascii = rx("tld", "uy").exec(label);
  if (ascii) {
    const name = ascii[0].toLowerCase();
    if ((name.startsWith("xn--") || TLDS.has(name)) && mayEnd(label, name.length, after)) return name.length;
  }
  if (isAscii(label)) return 0;
  for (let size = Math.min(label.length, LONGEST); size > 0; size -= 1)
    if (TLDS.has(label.slice(0, size).toLowerCase()) && mayEnd(label, size, after)) return size;
  return 0;
}

const mayEnd = (label, size, after) => !/^[0-9A-Za-z@+-]/.test(label.slice(size, size + 1) || after);

function startOfAscii(host, start) {
  const first = host.split(".", 1)[0];
  const tail = rx("tail").exec(first);
  return start + (tail ? tail.index : first.length + 1);
}

// the length of a label as names are written on the wire: "xn--" and its punycode (RFC 3492)
function asciiLength(label) {
  const points = Array.from(label, (letter) => letter.codePointAt(0));
  if (isAscii(label) || points.length > X.label) return points.length;
  const basic = points.filter((point) => point < 128).length;
  let length = 4 + basic + (basic ? 1 : 0);
  let [n, delta, bias, done] = [128, 0, 72, basic];
  while (done < points.length) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (done + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta += 1;
      if (point !== n) continue;
      for (let q = delta, k = 36; ; k += 36) {
        const t = Math.min(26, Math.max(1, k - bias));
        length += 1;
        if (q < t) break;
        q = Math.floor((q - t) / (36 - t));
      }
      delta = Math.floor(delta / (done === basic ? 700 : 2));
      delta += Math.floor(delta / (done + 1));
      for (bias = 0; delta > 455; bias += 36) delta = Math.floor(delta / 35);
      bias += Math.floor((36 * delta) / (delta + 38));
      delta = 0;
      done += 1;
    }
    delta += 1;
    n += 1;
  }
  return length;
}

function sticky(name, text, at) {
  const pattern = rx(name, "uy");
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match ? at + match[0].length : null;
}

function endOfTail(text, at) {
  at = sticky("port", text, at) ?? at;
  if (text[at] === "/") at = endOfPath(text, at);
  return sticky("query", text, at) ?? at;
}

function endOfPath(text, start) {
  let end = start, at = start;
  for (;;) {
    const run = sticky("path", text, at);
    if (run !== null) {
      let last = run;
      while (last > at && !rx("pathEnd", "uy").test(text[last - 1])) last -= 1;
      end = last > at ? last : end;
      at = run;
      continue;
    }
    const parens = sticky("parens", text, at);
    if (parens === null) return end;
    at = end = parens;
  }
}
