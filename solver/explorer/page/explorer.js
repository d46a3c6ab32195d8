// The explorer: a page that draws what the library answers. No formula of the model stands here:
// every number comes from Python, by `host.ask(question, query)`; what is here is geometry, text
// and the order of questions. Three hosts draw with this file: a local server, a notebook
// (anywidget) and one HTML file that holds its answers; they are at the end.

// ---------------------------------------------------------------- how things look

// Okabe & Ito's colours, told apart with any colour vision; hatches tell them apart in gray.
const FORMS = {
  "no equilibrium": { fill: "#ffffff", hatch: "cross", text: "#111" },
  none: { fill: "#dddddd", hatch: "", text: "#111" },
  bilateral: { fill: "#56b4e9", hatch: "level", text: "#111" },
  "hub-and-spoke": { fill: "#0072b2", hatch: "rising", text: "#fff" },
  mixed: { fill: "#f0e442", hatch: "dots", text: "#111" },
  blocs: { fill: "#cc79a7", hatch: "cross", text: "#111" },
  multilateral: { fill: "#d55e00", hatch: "", text: "#111" },
};
const GAIN = "#0072b2", LOSS = "#d55e00";
const LIGHT = { ink: "#1b1f23", soft: "#555d66", paper: "#f6f8fa", line: "#b6bec7", node: "#1b1f23", onNode: "#ffffff", spoke: "#0072b2", bloc: "#b84a00" };
const DARK = { ink: "#e6e9ec", soft: "#aab3bc", paper: "#1c2127", line: "#55606b", node: "#e6e9ec", onNode: "#14181c", spoke: "#6bb6ee", bloc: "#ff9a4d" };
const DASHES = { none: "2 3", bilateral: "8 3 2 3", "hub-and-spoke": "", mixed: "6 3", multilateral: "", blocs: "3 3" };
const WIDTHS = { multilateral: 3.2 };
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const REST = 200; // ms without a turn after which the whole axis is asked for

let made = 0; // names of marks must be unique on a page with several explorers

// ---------------------------------------------------------------- small tools

/** Make an element: attributes, `on…` listeners, texts and children. */
function el(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}
function svg(tag, given = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), given, children);
}
function filled(node, given, children) {
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}
const fixed = (x, digits = 3) => (x === null || x === undefined ? "–" : Number(x).toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1"));
const count = (n) => Number(n).toLocaleString("en");
const level = (t) => (Math.abs(t * 100 - Math.round(t * 100)) < 1e-9 ? t.toFixed(2) : String(+t.toPrecision(4)));
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const decimals = (step) => (String(step).split(".")[1] || "").length;
/** A structure as the library reads it back: treaties parted by ";", members by "+". */
const coded = (s) => [...s.blocs.map((bloc) => bloc.join("+")), ...s.spokes].join(";");
const queryOf = (state) => new URLSearchParams(Object.entries(state).sort()).toString();
const without = (state, ...names) => Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name)));

function sheet(width, height, title) {
  const node = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, "font-family": FONT });
  node.append(svg("title", {}, title));
  return node;
}
function resized(drawn, height) {
  drawn.setAttribute("height", height);
  drawn.setAttribute("viewBox", `0 0 ${drawn.getAttribute("width")} ${height}`);
}
function text(x, y, words, given = {}) {
  return svg("text", { x, y, "font-size": 12, ...given }, words);
}
/** Fills of forms with their hatches, for one drawing. */
function fills(into) {
  const name = `alliance-hatch-${++made}-`;
  const defs = svg("defs");
  for (const [form, { fill, hatch }] of Object.entries(FORMS)) {
    const stroke = FORMS[form].text === "#fff" ? "rgba(255,255,255,.55)" : "rgba(0,0,0,.45)";
    const pattern = svg("pattern", { id: name + form.replace(/ /g, "-"), width: 8, height: 8, patternUnits: "userSpaceOnUse" }, svg("rect", { width: 8, height: 8, fill }));
    const line = (d) => pattern.append(svg("path", { d, stroke, "stroke-width": 1, fill: "none" }));
    if (hatch === "rising" || hatch === "cross") line("M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4");
    if (hatch === "cross") line("M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4");
    if (hatch === "level") line("M0,4 h8");
    if (hatch === "dots") pattern.append(svg("circle", { cx: 4, cy: 4, r: 1.2, fill: stroke }));
    defs.append(pattern);
  }
  into.append(defs);
  return (form) => `url(#${name}${form.replace(/ /g, "-")})`;
}
function legend(into, look, x, y, width, items) {
  let at = x, row = y;
  for (const { words, mark } of items) {
    const wide = 36 + words.length * 6.8;
    if (at + wide > x + width && at > x) { at = x; row += 18; }
    into.append(svg("g", { transform: `translate(${at},${row})` }, mark, text(20, 10, words, { fill: look.soft })));
    at += wide;
  }
  return row + 18;
}

// ---------------------------------------------------------------- drawings: data and a width in, SVG out

/** Rows of forms across threat, critical threats, what is coded; `move` says where the dial stands. */
function drawBands(width, look, rows, codedThreat) {
  const left = width < 560 ? 11 : 128, right = 14, high = 30, above = 22;
  const wide = width - left - right, x = (t) => left + t * wide;
  const narrow = width < 560, step = high + (narrow ? 46 : 24), labels = [];
  const foot = above + rows.length * step;
  const drawn = sheet(width, foot + 32, `Form of the preferred alliance across threat: ${rows.map((row) => `${row.name}: ${row.spans.map((s) => `${s.form} from ${level(+s.low.toFixed(4))} to ${level(+s.high.toFixed(4))}`).join(", ")}`).join("; ")}`);
  const fill = fills(drawn);
  const seen = new Set();
  rows.forEach((row, place) => {
    const y = above + place * step + (narrow ? 22 : 0);
    drawn.append(narrow ? text(left, y - 22, row.name, { fill: look.ink, "font-weight": 600 }) : text(left - 10, y + high / 2 + 4, row.name, { "text-anchor": "end", fill: look.ink }));
    for (const span of row.spans) {
      seen.add(span.form);
      const from = x(span.low), to = x(span.high);
      drawn.append(svg("rect", { x: from, y, width: Math.max(0.5, to - from), height: high, fill: fill(span.form), stroke: look.ink, "stroke-width": 0.5 }));
      const need = span.form.length * 7.2 + 12;
      if (to - from > need) {
        const { fill: plate, text: ink } = FORMS[span.form];
        labels.push(svg("rect", { x: (from + to - need) / 2, y: y + 5, width: need, height: high - 10, fill: plate, rx: 3 }), text((from + to) / 2, y + high / 2 + 4.5, span.form, { "text-anchor": "middle", fill: ink, "font-size": 13 }));
      }
    }
    for (const move of row.moves || []) drawn.append(svg("path", { d: `M${x(move)},${y + high} v-7`, stroke: look.ink, "stroke-width": 1 }));
    let last = -Infinity;
    for (const change of row.changes || []) {
      const at = x(change.threat);
      drawn.append(svg("path", { d: `M${at},${y - 3} v${high + 3}`, stroke: look.ink, "stroke-width": 1.2 }));
      const words = change.threat.toFixed(3), middle = clamp(at, left + 14, width - 20);
      if (middle - last > 36) {
        labels.push(svg("rect", { x: middle - 16, y: y - 16, width: 32, height: 12, fill: look.paper }), text(middle, y - 6, words, { "text-anchor": "middle", fill: look.ink, "font-size": 11 }));
        last = middle;
      }
    }
  });
  if (codedThreat !== null && codedThreat !== undefined) {
    const at = x(codedThreat);
    drawn.append(svg("path", { d: `M${at},${above - 4} V${foot - 12}`, stroke: look.ink, "stroke-width": 1.6, "stroke-dasharray": "4 3" }), text(clamp(at, 44, width - 44), foot + 2, `coded ${level(codedThreat)}`, { "text-anchor": "middle", fill: look.ink, "font-size": 11 }));
  }
  const hand = svg("g", {}, svg("path", { d: `M0,${above - 8} V${foot - 8}`, stroke: look.ink, "stroke-width": 3.4 }), svg("path", { d: `M0,${above - 8} V${foot - 8}`, stroke: look.paper, "stroke-width": 1.2 }));
  const move = (threat) => hand.setAttribute("transform", `translate(${x(threat)},0)`);
  drawn.append(hand);
  drawn.append(...labels); // no line runs through them
  const ticks = narrow ? [0, 0.25, 0.5, 0.75, 1] : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  for (const t of ticks) drawn.append(svg("path", { d: `M${x(t)},${foot + 8} v5`, stroke: look.soft }), text(x(t), foot + 25, String(t), { "text-anchor": t === 1 && narrow ? "end" : "middle", fill: look.soft, "font-size": 11 }));
  const key = sheet(width, 20, "Legend: the forms by their fills");
  const hatched = fills(key), items = Object.keys(FORMS).filter((form) => seen.has(form));
  const end = legend(key, look, left, 2, wide, items.map((form) => ({ words: form, mark: svg("rect", { width: 14, height: 12, fill: hatched(form), stroke: look.ink, "stroke-width": 0.5 }) })));
  resized(key, end + 2);
  return { drawn, key, left, wide, move };
}

/** The hegemon in the middle, candidates at fixed places, a bloc enclosed, spokes dashed. */
function drawAlliance(width, look, meta, view, title) {
  const size = Math.min(width, 430), drawn = sheet(width, size + 8, `${title}: ${view.words}. ${view.text}`);
  const cx = width / 2, cy = size / 2 + 4, n = meta.candidates.length;
  const reach = Math.min(size / 2 - 44, width / 2 - 64);
  const at = (slot, radius = reach) => {
    const angle = -Math.PI / 2 + (2 * Math.PI * slot) / n;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  };
  const place = new Map(meta.candidates.map((one, slot) => [one.name, slot]));
  for (const bloc of view.structure.blocs) {
    const inside = new Set(bloc.map((name) => place.get(name)));
    drawn.append(svg("path", { d: outline(inside, n, at, reach), fill: look.bloc, "fill-opacity": 0.18, stroke: look.bloc, "stroke-width": 1.2, "stroke-linejoin": "round" }));
    for (const name of bloc) {
      const [px, py] = at(place.get(name));
      drawn.append(svg("path", { d: `M${cx},${cy} L${px},${py}`, stroke: look.bloc, "stroke-width": 3 }));
    }
  }
  for (const name of view.structure.spokes) {
    const [px, py] = at(place.get(name));
    drawn.append(svg("path", { d: `M${cx},${cy} L${px},${py}`, stroke: look.spoke, "stroke-width": 3, "stroke-dasharray": "7 5" }));
  }
  const allies = new Set([...view.structure.spokes, ...view.structure.blocs.flat()]);
  meta.candidates.forEach((one, slot) => {
    const [px, py] = at(slot), radius = clamp(26 * Math.sqrt(one.capability), 5, 24), joined = allies.has(one.name);
    const node = svg("circle", { cx: px, cy: py, r: radius, fill: joined ? look.node : look.paper, stroke: joined ? look.node : look.soft, "stroke-width": 1.5 });
    node.append(svg("title", {}, `${one.label}: capability ${one.capability.toFixed(3)} of the hegemon's${joined ? "" : ", no treaty"}`));
    const [ux, uy] = [(px - cx) / reach, (py - cy) / reach];
    const beyond = Math.max(radius, 24) + 7;
    drawn.append(node, text(px + ux * beyond, py + uy * (beyond + 5) + 4, one.name, { "text-anchor": Math.abs(ux) < 0.35 ? "middle" : ux > 0 ? "start" : "end", fill: joined ? look.ink : look.soft, "font-size": 12.5 }));
  });
  const words = meta.hegemon.name;
  drawn.append(svg("circle", { cx, cy, r: 26, fill: look.node }), text(cx, cy + 4, words.length > 7 ? words.slice(0, 6) + "…" : words, { "text-anchor": "middle", fill: look.onNode, "font-size": 12, "font-weight": 600 }));
  return drawn;
}
/** A line around the hegemon and some of the places, and around nobody else. */
function outline(inside, n, at, reach) {
  const half = Math.min(0.42, 30 / ((2 * Math.PI * reach) / n)), far = reach + 24, near = 34, points = [];
  for (let slot = 0; slot < n; slot++) {
    const next = (slot + 1) % n;
    if (inside.has(slot)) for (let part = -4; part <= 4; part++) points.push(at(slot + (half * part) / 4, far));
    if (inside.has(slot) && inside.has(next) && n > 2) for (let part = 1; part < 7; part++) points.push(at(slot + half + ((1 - 2 * half) * part) / 7, far));
    else points.push(at(slot + 0.5, near));
  }
  return "M" + points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join("L") + "Z";
}

/** Outcomes of the hegemon's prospect: probabilities outlined, decision weights filled. */
function drawProspect(width, look, view) {
  const left = 40, right = 14, top = 30, high = 168, wide = width - left - right;
  const drawn = sheet(width, top + high + 74, `The hegemon's prospect: ${view.outcomes} outcomes, mean ${fixed(view.mean)}, reference point ${fixed(view.reference)}, probability of a loss ${fixed(view.mass_below, 2)}`);
  const bars = view.bars, ends = [...bars.flatMap((bar) => [bar.low, bar.high]), view.reference, view.certainty_equivalent];
  let low = Math.min(...ends), top_ = Math.max(...ends);
  const room = Math.max(0.02, (top_ - low) * 0.08);
  low -= room; top_ += room;
  const x = (v) => left + ((v - low) / (top_ - low)) * wide;
  const most = Math.max(...bars.map((bar) => Math.max(bar.probability, bar.weight)), 0.01);
  const y = (p) => top + high - (p / most) * high;
  const gap = Math.min(...bars.slice(1).map((bar, place) => x(bar.outcome) - x(bars[place].outcome)), 26);
  const thick = clamp(gap * 0.8, 3, 20);
  for (const part of [0, 0.5, 1]) {
    const p = most * part;
    drawn.append(svg("path", { d: `M${left},${y(p)} h${wide}`, stroke: look.line, "stroke-width": part ? 0.6 : 1.2 }), text(left - 5, y(p) + 4, p.toFixed(2), { "text-anchor": "end", fill: look.soft, "font-size": 11 }));
  }
  for (const bar of bars) {
    const at = x(bar.outcome);
    const weight = svg("rect", { x: at - thick / 2, y: y(bar.weight), width: thick, height: Math.max(0, y(0) - y(bar.weight)), fill: bar.gain ? GAIN : LOSS });
    const chance = svg("rect", { x: at - thick / 2 - 2, y: y(bar.probability), width: thick + 4, height: Math.max(0, y(0) - y(bar.probability)), fill: "none", stroke: look.ink, "stroke-width": 1.1 });
    chance.append(svg("title", {}, `outcome ${fixed(bar.outcome)}${bar.high > bar.low ? ` (${fixed(bar.low)} to ${fixed(bar.high)})` : ""}: probability ${fixed(bar.probability)}, weight ${fixed(bar.weight)} as a ${bar.gain ? "gain" : "loss"}`));
    drawn.append(weight, chance);
  }
  drawn.append(svg("path", { d: `M${x(view.reference)},${top - 10} V${top + high}`, stroke: look.ink, "stroke-width": 1.6, "stroke-dasharray": "5 3" }), text(clamp(x(view.reference), left + 60, width - 74), top - 16, `reference ${fixed(view.reference)}`, { "text-anchor": "middle", fill: look.ink }));
  const marks = [["mean", view.mean, 20], ["certainty equivalent", view.certainty_equivalent, 35]];
  for (const [words, value, down] of marks) {
    const end = x(value) > width * 0.6;
    drawn.append(svg("path", { d: `M${x(value)},${top + high} v${down - 4}`, stroke: look.ink }), text(x(value) + (end ? -6 : 6), top + high + down, `${words} ${fixed(value)}`, { "text-anchor": end ? "end" : "start", fill: look.ink, "font-size": 11.5 }));
  }
  const end = legend(drawn, look, left, top + high + 46, wide, [
    { words: "probability", mark: svg("rect", { width: 14, height: 12, fill: "none", stroke: look.ink }) },
    { words: "weight, gain", mark: svg("rect", { width: 14, height: 12, fill: GAIN }) },
    { words: "weight, loss", mark: svg("rect", { width: 14, height: 12, fill: LOSS }) },
  ]);
  resized(drawn, end);
  return drawn;
}

/** The value function with the outcomes on it, and the two weighting functions. */
function drawCurves(width, look, curves, view) {
  const side = Math.min(180, (width - 24) / 2), pad = 30, inner = side - pad - 8;
  const drawn = sheet(width, side + 22, "Value function v and probability weighting w of the hegemon");
  const path = (xs, ys, x, y) => "M" + xs.map((one, place) => `${x(one).toFixed(1)},${y(ys[place]).toFixed(1)}`).join("L");
  const lowest = Math.min(...curves.values), highest = Math.max(...curves.values, -lowest * 0.3), reach = Math.max(...curves.gains);
  const vx = (g) => pad + ((g + reach) / (2 * reach)) * inner, vy = (v) => 14 + ((highest - v) / (highest - lowest)) * inner;
  drawn.append(
    svg("path", { d: `M${pad},${vy(0)} h${inner} M${vx(0)},14 v${inner}`, stroke: look.line }),
    svg("path", { d: path(curves.gains, curves.values, vx, vy), stroke: look.ink, "stroke-width": 1.6, fill: "none" }),
    text(pad, 10, "value v", { fill: look.soft, "font-size": 11 }),
    text(pad + inner, 14 + inner + 14, "outcome − reference", { fill: look.soft, "font-size": 11, "text-anchor": "end" }),
    text(pad - 4, vy(lowest) + 2, lowest.toFixed(1), { fill: look.soft, "font-size": 10, "text-anchor": "end" }),
  );
  for (const bar of view.bars) drawn.append(svg("circle", { cx: vx(clamp(bar.outcome - view.reference, -reach, reach)), cy: clamp(vy(bar.value), 14, 14 + inner), r: clamp(2 + 5 * Math.sqrt(bar.weight), 2, 7), fill: bar.gain ? GAIN : LOSS, "fill-opacity": 0.75, stroke: look.ink, "stroke-width": 0.4 }));
  const from = side + 24, wx = (p) => from + pad + p * inner, wy = (p) => 14 + (1 - p) * inner;
  drawn.append(
    svg("path", { d: `M${wx(0)},14 V${wy(0)} H${wx(1)} M${wx(0)},${wy(0)} L${wx(1)},${wy(1)}`, stroke: look.line, fill: "none" }),
    svg("path", { d: path(curves.probabilities, curves.weights_gains, wx, wy), stroke: look.spoke, "stroke-width": 1.8, fill: "none" }),
    svg("path", { d: path(curves.probabilities, curves.weights_losses, wx, wy), stroke: look.bloc, "stroke-width": 1.8, fill: "none", "stroke-dasharray": "5 3" }),
    text(wx(0), 10, "weight w", { fill: look.soft, "font-size": 11 }),
    text(wx(1), 14 + inner + 14, "probability", { fill: look.soft, "font-size": 11, "text-anchor": "end" }),
    text(wx(0.05), wy(0.88), "gains", { fill: look.spoke, "font-size": 11 }),
    text(wx(0.05), wy(0.76), "losses (dashed)", { fill: look.bloc, "font-size": 11 }),
  );
  return drawn;
}

/** What each player gets; the pinned alliance as a mark. */
function drawPayoffs(width, look, meta, view, pinned) {
  const names = [meta.hegemon.name, ...meta.candidates.map((one) => one.name)], high = 20, top = 4;
  const longest = Math.max(...names.map((name) => name.length)), left = clamp(longest * 8 + 6, 40, 130), right = 52;
  const all = names.flatMap((name) => [view.payoffs[name], ...(pinned ? [pinned.payoffs[name] ?? 0] : [])]);
  const low = Math.min(0, ...all), top_ = Math.max(0, ...all) || 1, wide = width - left - right;
  const x = (v) => left + ((v - low) / (top_ - low || 1)) * wide;
  const drawn = sheet(width, top + names.length * high + 6, `Payoffs: ${names.map((name) => `${name} ${fixed(view.payoffs[name])}`).join(", ")}`);
  names.forEach((name, place) => {
    const value = view.payoffs[name], y = top + place * high;
    drawn.append(
      text(left - 6, y + 14, name, { "text-anchor": "end", fill: look.ink, "font-weight": place ? 400 : 700 }),
      svg("rect", { x: Math.min(x(0), x(value)), y: y + 3, width: Math.abs(x(value) - x(0)), height: high - 6, fill: value < 0 ? LOSS : GAIN, "fill-opacity": place ? 0.8 : 1 }),
      text(x(Math.max(0, value, pinned ? pinned.payoffs[name] ?? 0 : 0)) + 5, y + 14, fixed(value), { fill: look.ink, "font-size": 11.5 }),
    );
    if (pinned && pinned.payoffs[name] !== undefined) drawn.append(svg("path", { d: `M${x(pinned.payoffs[name])},${y + 1} v${high - 2}`, stroke: look.ink, "stroke-width": 2.5 }));
  });
  drawn.append(svg("path", { d: `M${x(0)},${top} V${top + names.length * high}`, stroke: look.soft }));
  return drawn;
}

/** How far the best alliance of each form lies behind what is preferred, across threat. */
function drawEnvelope(width, look, bands, changes) {
  const left = 50, right = 14, top = 12, high = 190, wide = width - left - right;
  const drawn = sheet(width, top + high + 62, "How far the best alliance of each form lies behind the preferred one across threat; the line on top is preferred");
  const forms = Object.entries(bands.behind), far = forms.filter(([form]) => !["none", "bilateral"].includes(form));
  const most = Math.max(...(far.length ? far : forms).flatMap(([, row]) => row.filter((v) => v !== null)), 1e-9);
  const x = (t) => left + t * wide, y = (v) => top + (v / most) * high;
  const clip = `alliance-clip-${++made}`;
  drawn.append(svg("clipPath", { id: clip }, svg("rect", { x: left, y: top - 4, width: wide, height: high + 6 })));
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    drawn.append(svg("path", { d: `M${left},${y(most * part)} h${wide}`, stroke: look.line, "stroke-width": 0.6 }), text(left - 5, y(most * part) + 4, part ? `−${(most * part).toFixed(2)}` : "best", { "text-anchor": "end", fill: look.soft, "font-size": 11 }));
    drawn.append(text(x(part), top + high + 15, String(part), { "text-anchor": "middle", fill: look.soft, "font-size": 11 }));
  }
  for (const change of changes || []) drawn.append(svg("path", { d: `M${x(change.threat)},${top} v${high}`, stroke: look.ink, "stroke-width": 0.8, "stroke-dasharray": "2 3" }));
  for (const [form, row] of forms) {
    let d = "", open = false;
    row.forEach((v, place) => {
      if (v === null) open = false;
      else { d += `${open ? "L" : "M"}${x(bands.threats[place]).toFixed(1)},${y(v).toFixed(1)}`; open = true; }
    });
    drawn.append(svg("g", { "clip-path": `url(#${clip})` }, svg("path", { d, fill: "none", stroke: look.ink, "stroke-width": (WIDTHS[form] || 2.2) + 1.4 }), svg("path", { d, fill: "none", stroke: FORMS[form].fill, "stroke-width": WIDTHS[form] || 2.2, "stroke-dasharray": DASHES[form] || null })));
  }
  const hand = svg("path", { d: `M0,${top} v${high}`, stroke: look.ink, "stroke-width": 2 });
  drawn.append(hand, text(left + wide, top + high + 28, "threat", { "text-anchor": "end", fill: look.soft, "font-size": 11 }));
  const end = legend(drawn, look, left, top + high + 34, wide - 30, forms.map(([form]) => ({ words: form, mark: svg("g", {}, svg("path", { d: "M0,6 h15", stroke: look.ink, "stroke-width": 4.4 }), svg("path", { d: "M0,6 h15", stroke: FORMS[form].fill, "stroke-width": 3, "stroke-dasharray": DASHES[form] || null })) })));
  resized(drawn, end);
  return { drawn, move: (threat) => hand.setAttribute("transform", `translate(${x(threat)},0)`) };
}

// ---------------------------------------------------------------- the page

/**
 * Put an explorer into `root`.
 *
 * `host.ask(question, query)` resolves to the library's answer; `host.address(query)`, if there is
 * one, keeps the state, `host.hasLink` says that it does so in the page's address; `host.isStatic`
 * that only kept answers can be asked for, `host.inside` that the page around has a main part.
 */
export function mount(root, host) {
  const uid = `alliance-${++made}`, client = Math.random().toString(36).slice(2);
  const part = {}; // elements that are filled again and again
  let state = {}, meta = null, curves = null, point = null, bands = null, rival = null, critical = null;
  let bandsKey = "", turn = 0, wanted = false, busy = false, resting = 0, chosen = null, only = "", listed = null, pinned = null, gone = false, epoch = 0, pointOf = "", axis = null;
  const axisKey = () => queryOf(without(state, "threat"));
  const threatNow = () => Number(state.threat ?? meta.dials[0].default);
  const query = () => ({ ...state, client, turn: String(turn) });
  const look = () => (matchMedia("(prefers-color-scheme: dark)").matches ? DARK : LIGHT);
  const ask = async (what, more = {}) => {
    const answer = await host.ask(what, { ...query(), ...more });
    return gone ? null : answer;
  };
  /** Say what went wrong with a setting, the one that stands if none is told; older ones bother nobody. */
  const fail = (error, setting = queryOf(state)) => {
    if ((error && error.superseded) || setting !== queryOf(state)) return;
    part.error.textContent = error && error.message ? error.message : String(error);
  };

  // ---- asking

  async function load() {
    const own = ++epoch;
    try {
      meta = await ask("meta");
    } catch (error) {
      if (own !== epoch || gone) return;
      if (error.superseded) return load(); // a dial was turned meanwhile
      fail(error); // a bad address: show why, and the theatre as it is, or the first
      meta = null;
      for (const less of [state.scenario ? { scenario: state.scenario } : {}, {}]) {
        state = less;
        meta = meta || (await ask("meta").catch(() => null));
        if (meta) break;
      }
      if (!meta) return;
    }
    if (own !== epoch || gone) return; // another was chosen meanwhile
    state = { ...(state.scenario || meta.scenario !== meta.theatres[0].name ? { scenario: meta.scenario } : {}), ...meta.state };
    [bands, rival, critical, point, chosen, axis, curves] = [null, null, null, null, null, null, meta.curves];
    bandsKey = "";
    build();
    refresh();
    if (pinned && !pinned.point) restorePin();
  }
  /** Something was turned: draw what is known, ask for what is not. */
  function turned(name, value) {
    if (value === null) delete state[name];
    else state[name] = String(value);
    if (name !== "threat") turn += 1;
    chosen = null;
    part.error.textContent = "";
    refresh();
  }
  /** A rule was chosen, which has dials of its own. */
  function anew(name, value) {
    if (value) state[name] = value;
    else delete state[name];
    turn += 1;
    load();
  }
  function refresh() {
    syncDials();
    if (host.address) host.address(addressOf());
    wanted = true;
    pump();
  }
  const addressOf = () => queryOf({ ...state, ...(pinned ? { pin: pinned.query } : {}) });
  function known() {
    if (!bands || bandsKey !== axisKey()) return null;
    const place = Math.round(threatNow() * 100);
    return Math.abs(bands.threats[place] - threatNow()) < 1e-12 ? bands.levels[place] : null;
  }
  async function pump() {
    if (busy) return; // one question in flight; the newest is next
    busy = true;
    while (wanted && !gone) {
      wanted = false;
      clearTimeout(resting);
      const own = epoch, asked = queryOf(state);
      try {
        const answer = known() || (await ask("point"));
        if (gone || !answer) break;
        if (own !== epoch) continue;
        [point, pointOf] = [answer, asked];
        if (answer.curves) curves = answer.curves;
        draw();
      } catch (error) {
        if (own === epoch) fail(error, asked);
      }
    }
    busy = false;
    resting = setTimeout(rest, REST);
  }
  /** The dials rest: ask for what is listed, the whole axis, what is compared, critical threats, certificates. */
  async function rest() {
    const key = axisKey(), setting = queryOf(state);
    try {
      if (only && !table()) {
        const form = only, found = await ask("equilibria", { form });
        if (!found || setting !== queryOf(state) || form !== only) return;
        listed = { setting, ...found };
        drawTable();
      }
      if (bandsKey !== key || !bands) {
        const found = await ask("bands");
        if (!found || key !== axisKey()) return;
        [bands, bandsKey, critical, rival] = [found, key, null, null];
        curves = found.curves;
        drawAxis();
      }
      if (!rival) {
        const found = await ask("rival");
        if (key !== axisKey()) return;
        rival = found;
        drawAxis();
      }
      if (!critical) {
        const found = await ask("critical");
        if (key !== axisKey()) return;
        critical = found;
        drawAxis();
      }
      const list = table(), form = only ? { form: only } : {};
      if (!list) return;
      list.regrets ??= [];
      while (setting === queryOf(state) && list === table() && list.regrets.length < list.rows.length) {
        const first = list.regrets.length, found = await ask("certify", { ...form, first: String(first) });
        if (!found || !found.regrets.length || first !== list.regrets.length) break;
        list.regrets.push(...found.regrets);
        drawTable();
      }
      if (setting === queryOf(state)) root.dataset.settled = setting;
    } catch (error) {
      fail(error, setting);
    }
  }
  /** What the table lists: of all forms, or of the one that was chosen once its rows have come. */
  const table = () => (!only ? point && point.equilibria : listed && listed.form === only && listed.setting === queryOf(state) ? listed : null);
  function filtered(form) {
    [only, listed, chosen] = [form, null, null];
    draw();
    clearTimeout(resting);
    rest();
  }
  async function choose(row, place) {
    const setting = queryOf(state), form = only;
    try {
      const view = place === 0 && !form ? null : await ask("structure", { structure: coded(row.structure) });
      if (setting !== queryOf(state) || form !== only) return; // its payoffs are of another setting
      chosen = view && { place, view };
      draw();
    } catch (error) {
      fail(error, setting);
    }
  }
  async function restorePin() {
    const there = { scenario: meta.scenario, ...Object.fromEntries(new URLSearchParams(pinned.query)) };
    if (there.scenario !== meta.scenario) { pinned = null; return; } // other candidates: nothing to compare
    try {
      pinned.point = await host.ask("point", there);
      draw();
      const row = await host.ask("bands", there);
      pinned.spans = row.spans;
      drawAxis();
    } catch (error) {
      pinned = null;
      fail(error);
    }
  }
  function pin() {
    pinned = pinned ? null : { query: queryOf(state), point, view: point.seen, spans: (critical && critical.rows[0].spans) || (bands && bandsKey === axisKey() && bands.spans) || null };
    if (host.address) host.address(addressOf());
    draw();
  }

  // ---- building what stays: choices and dials

  function build() {
    const choice = (label, name, options, chosenOne, given = {}) => {
      const box = el("select", { id: `${uid}-${name}`, ...given }, options.map(([value, words]) => el("option", { value, selected: value === chosenOne }, words)));
      return el("span", { class: "choice" }, el("label", { for: `${uid}-${name}` }, label), box);
    };
    const theatre = choice("Theatre", "scenario", meta.theatres.map((one) => [one.name, one.title]), meta.scenario, { onchange: (event) => { state = { scenario: event.target.value }; pinned = null; turn += 1; load(); } });
    const concept = choice("Concept", "concept", meta.concepts.map((one) => [one, one.replace(/_/g, " ")]), meta.concept, { disabled: host.isStatic, onchange: (event) => { turned("concept", event.target.value === meta.concepts[0] ? null : event.target.value); } });
    part.pin = el("button", { type: "button", "aria-pressed": "false", onclick: pin }, "Pin for comparison");
    const tools = el("div", { class: "tools", role: "group", "aria-label": "Tools" },
      part.pin,
      el("button", { type: "button", onclick: () => { state = state.scenario ? { scenario: state.scenario } : {}; pinned = null; turn += 1; load(); } }, "Reset"),
      host.hasLink ? el("button", { type: "button", onclick: (event) => copy(event.currentTarget) }, "Copy link") : null,
      ...["PNG", "SVG", "CSV", "TOML", "Python"].map((kind) => el("button", { type: "button", "aria-label": `Save as ${kind}`, onclick: () => save(kind.toLowerCase()) }, kind)),
    );
    part.sentence = el("p", { class: "sentence", "aria-live": "polite", "data-part": "sentence" }, "Solving … the first time on a machine the kernel is compiled, which takes some twenty seconds.");
    part.counts = el("p", { class: "about", "data-part": "counts" });
    const panel = (heading, name, wide = false) => {
      part[name] = el("div", { "data-part": name });
      return el("section", { class: `panel${wide ? " wide" : ""}`, "aria-labelledby": `${uid}-${name}` }, el("h2", { id: `${uid}-${name}` }, heading), part[name]);
    };
    part.error.textContent = part.error.textContent || "";
    const form = panel("Form of the preferred alliance across threat", "axis", true);
    part.dials = {};
    form.append(threatDial(), (part.key = el("div", {})), (part.axisNote = el("p", { class: "note" })));
    const panels = el("div", { class: "panels" }, form,
      panel("Alliance", "alliance"), panel("What the hegemon sees", "prospect"),
      panel("Payoffs", "payoffs"), panel("How far behind each form is", "envelope"),
      panel("All equilibria", "table", true), panel("A against B", "difference", true), panel("The record beside the model", "record", true));
    part.differencePanel = part.difference.parentNode;
    if (!host.isStatic) part.table.before(choice("Form", "form", [["", "all"], ...Object.keys(FORMS).slice(1).map((one) => [one, one])], only, { onchange: (event) => filtered(event.target.value) }));
    part.main.replaceChildren(
      el("div", { class: "top" }, el("h1", {}, "Alliance explorer"), theatre, concept, tools),
      part.sentence, part.counts,
      el("div", { class: "body" }, controls(choice), panels),
    );
    drawRecord();
  }
  function threatDial() {
    const dial = meta.dials[0];
    const range = el("input", { type: "range", id: `${uid}-threat`, "aria-label": "Threat", min: 0, max: 1, step: "any", oninput: (event) => turned("threat", snapped(dial, event.target.value)), onkeydown: (event) => stepped(event, dial) });
    const exact = el("input", { type: "number", id: `${uid}-threat-exact`, min: 0, max: 1, step: 0.01, onchange: (event) => entered(dial, event.target) });
    part.dials.threat = { dial, range, exact };
    part.threat = el("div", { class: "threat" }, range);
    return el("div", {}, part.threat, el("label", { class: "exact", for: `${uid}-threat-exact` }, "Threat, exactly", exact));
  }
  function controls(choice) {
    const preference = choice("Preference", "preference", [...(meta.preference ? [] : [["", "as given"]]), ...meta.preferences.map((one) => [one, one.replace(/-/g, " ")])], meta.preference, { onchange: (event) => {
      for (const dial of meta.dials) if (dial.group === "Preference") delete state[dial.name];
      anew("preference", event.target.value);
    } });
    const rule = meta.rule === "ThreatReference" || meta.rule === "ConstantReference" ? choice("Reference", "rule", [["ThreatReference", "rises with threat"], ["ConstantReference", "constant"]], meta.rule, { disabled: host.isStatic, onchange: (event) => {
      for (const name of ["base", "slope", "level", "frame"]) delete state[name];
      anew("level", event.target.value === "ConstantReference" ? String(snapped({ step: 0.01, low: 0 }, meta.reference)) : "");
    } }) : null;
    const sources = el("input", { type: "checkbox", id: `${uid}-sources`, onchange: (event) => part.controls.classList.toggle("sources", event.target.checked) });
    const groups = new Map();
    for (const dial of meta.dials.slice(1)) groups.set(dial.group, [...(groups.get(dial.group) || []), dialRow(dial)]);
    part.controls = el("section", { class: "panel controls", "aria-labelledby": `${uid}-controls` },
      el("h2", { id: `${uid}-controls` }, "Dials"),
      el("div", {}, preference), rule && el("div", {}, rule),
      host.isStatic ? el("p", { class: "note" }, `This page holds its answers: threat and preference can be turned. For all dials: alliance explore ${meta.scenario}`) : null,
      el("p", { class: "note" }, el("label", { for: `${uid}-sources` }, sources, " show meanings and sources")),
      ...[...groups].map(([group, rows]) => el("details", { class: "group", open: !["Capabilities", "The candidates' side", "What they cost the hegemon", "Power"].includes(group) }, el("summary", {}, group), rows)),
    );
    return part.controls;
  }
  function dialRow(dial) {
    const id = `${uid}-${dial.name}`, off = Boolean(dial.off) || host.isStatic;
    const range = el("input", { type: "range", id, min: dial.low, max: dial.high, step: "any", disabled: off, "aria-describedby": `${id}-source`, oninput: (event) => turned(dial.name, snapped(dial, event.target.value)), onkeydown: (event) => stepped(event, dial) });
    const exact = el("input", { type: "number", step: "any", disabled: off, "aria-label": `${dial.label}, exactly`, onchange: (event) => entered(dial, event.target) });
    const reset = el("button", { type: "button", "aria-label": `Reset ${dial.label}`, onclick: () => turned(dial.name, null) }, "↺");
    const source = [`${dial.meaning} (${dial.unit}).`, dial.source && `Source: ${dial.source}.`, dial.off && `Off: ${dial.off}.`].filter(Boolean).join(" ");
    const row = el("div", { class: "dial", "data-dial": dial.name }, el("label", { for: id, title: source }, dial.label), exact, reset, range, el("p", { class: "source", id: `${id}-source` }, source));
    part.dials[dial.name] = { dial, range, exact, reset, row };
    return row;
  }
  const snapped = (dial, value) => {
    const low = dial.low ?? 0, steps = Math.round((Number(value) - low) / dial.step);
    return Number((low + steps * dial.step).toFixed(decimals(dial.step)));
  };
  function stepped(event, dial) {
    const now = Number(event.target.value), far = (dial.high - dial.low) / 10;
    const by = { ArrowRight: dial.step, ArrowUp: dial.step, ArrowLeft: -dial.step, ArrowDown: -dial.step, PageUp: far, PageDown: -far }[event.key];
    const to = { Home: dial.low, End: dial.high }[event.key] ?? (by === undefined ? null : snapped(dial, now + by));
    if (to === null) return;
    event.preventDefault();
    turned(dial.name, clamp(to, dial.low, dial.high));
  }
  function entered(dial, input) {
    if (input.value === "" || Number.isNaN(Number(input.value))) turned(dial.name, null);
    else turned(dial.name, Number(input.value));
  }
  function syncDials() {
    for (const { dial, range, exact, reset, row } of Object.values(part.dials)) {
      const changed = dial.name in state, follows = dial.name === "frame" && !changed;
      const value = changed ? Number(state[dial.name]) : follows ? threatNow() : dial.off ? dial.value : dial.default;
      if (value > Number(range.max)) range.max = value;
      if (value < Number(range.min)) range.min = value;
      range.value = value;
      if (document.activeElement !== exact || Number(exact.value) !== value) exact.value = String(+value.toPrecision(6));
      if (row) { row.classList.toggle("changed", changed); reset.disabled = !changed; }
      const words = dial.name === "threat" ? `${level(value)}${point && point.form ? `: ${point.form}` : ""}` : `${+value.toPrecision(6)}${follows ? " (as the threat)" : ""}`;
      range.setAttribute("aria-valuetext", words);
    }
  }

  // ---- drawing

  const shown = () => (chosen ? chosen.view : point.seen);
  const widthOf = (name) => Math.max(260, Math.floor(part[name].clientWidth));
  function draw() {
    if (!point || !meta) return;
    if (pinned && !pinned.view && pinned.point) pinned.view = pinned.point.seen;
    part.sentence.textContent = point.sentence;
    const found = point.equilibria;
    part.counts.textContent = `${count(found.count)} equilibri${found.count === 1 ? "um" : "a"} (${Object.entries(found.forms).map(([form, n]) => `${count(n)} ${form}`).join(", ") || "none"}) among ${count(found.searched)} structures; ${found.meaning}.${meta.caveat ? ` ${meta.caveat}` : ""}`;
    part.pin.setAttribute("aria-pressed", String(Boolean(pinned)));
    part.pin.textContent = pinned ? "Unpin B" : "Pin for comparison";
    syncDials();
    drawAxis();
    drawPanels();
    drawTable();
    drawDifference();
    root.dataset.drawn = pointOf;
  }
  function rowsOfAxis() {
    if (!bands) return [];
    const spans = (own, at) => (critical ? { spans: critical.rows[at].spans, changes: critical.rows[at].changes } : { spans: own.spans });
    const rows = [{ name: bands.preference, moves: bands.moves, ...spans(bands, 0) }];
    if (rival) rows.push({ name: rival.preference, moves: rival.moves, ...spans(rival, 1) });
    if (pinned && pinned.spans) rows.push({ name: "pinned (B)", spans: pinned.spans });
    return rows;
  }
  /** The axis is drawn anew when what it shows has changed; else only its hands move. */
  function drawAxis() {
    const stale = bandsKey !== axisKey(), colours = look();
    const now = [bands, rival, critical, pinned && pinned.spans, stale, colours, widthOf("axis"), widthOf("envelope")];
    if (!axis || now.some((one, place) => one !== axis.of[place])) {
      const rows = rowsOfAxis(), record = meta.record && meta.record.threat;
      const drawn = drawBands(widthOf("axis"), colours, rows, record ? record.value : null);
      if (stale) drawn.drawn.setAttribute("opacity", "0.45");
      part.axis.replaceChildren(drawn.drawn);
      part.key.replaceChildren(drawn.key);
      const range = part.dials.threat.range;
      range.style.left = `${drawn.left - 11}px`;
      range.style.width = `${drawn.wide + 22}px`;
      part.axisNote.textContent = !rows.length ? "The rows appear once all threats are solved." : stale ? "The rows are of the setting before; they follow when the dials rest." : critical ? `Critical threats of ${bands.preference}: ${critical.rows[0].changes.map((one) => one.threat.toFixed(4)).join(", ") || "none"} (${critical.rows[0].note}). Short ticks: the structure changes within a form.` : "Locating the critical threats; until then rows are no finer than 0.01.";
      const lines = bands && bands.envelope && !stale ? drawEnvelope(widthOf("envelope"), colours, bands, critical && critical.rows[0].changes) : null;
      if (lines) part.envelope.replaceChildren(lines.drawn, el("p", { class: "note" }, "Units of V, among structures that all their members accept. Where another line comes out on top, the preferred form changes."));
      else part.envelope.replaceChildren(el("p", { class: "note" }, bands && !stale ? "Not drawn for this family or rule of burden sharing." : "Follows when all threats are solved."));
      axis = { of: now, hands: [drawn.move, ...(lines ? [lines.move] : [])] };
      drawRecord();
    }
    for (const move of axis.hands) move(threatNow());
  }
  function drawPanels() {
    const view = shown(), colours = look();
    if (!view) {
      for (const name of ["alliance", "prospect", "payoffs"]) part[name].replaceChildren(el("p", { class: "note" }, "No structure is an equilibrium here."));
      return;
    }
    const both = Boolean(pinned && pinned.view);
    part.alliance.parentNode.classList.toggle("wide", both); // two alliances need the room of two
    const wide = widthOf("alliance"), each = both && wide > 480 ? (wide - 8) / 2 : wide;
    const name = both ? "A" : "Alliance";
    const panes = [el("div", {}, both ? el("p", { class: "note" }, "A: now") : null, drawAlliance(each, colours, meta, view, name))];
    if (both) panes.push(el("div", {}, el("p", { class: "note" }, "B: pinned"), drawAlliance(each, colours, meta, pinned.view, "B")));
    part.alliance.replaceChildren(el("div", { class: "pair" }, panes), el("p", { class: "note", "data-part": "structure" }, view.text), el("p", { class: "note" }, "Solid and enclosed: one bloc with the hegemon. Dashed: a spoke. Empty: no treaty. Areas grow with capability."), ...(!chosen ? [] : [el("p", {}, `Equilibrium ${chosen.place + 1} of the table. `, el("button", { type: "button", onclick: () => { chosen = null; draw(); } }, "Back to the preferred"))]));
    part.prospect.replaceChildren(drawProspect(widthOf("prospect"), colours, view), el("dl", {}, ...[["value V", fixed(view.value, 4)], ["risk premium", `${fixed(view.risk_premium, 4)} (${Math.abs(view.risk_premium) < 1e-12 ? "neutral" : view.risk_premium < 0 ? "risk is sought" : "risk is shunned"})`], ["probability of a loss", fixed(view.mass_below, 3)], ["domain", view.domain]].flatMap(([term, words]) => [el("dt", {}, term), el("dd", {}, words)])), drawCurves(widthOf("prospect"), colours, curves, view));
    part.payoffs.replaceChildren(drawPayoffs(widthOf("payoffs"), colours, meta, view, pinned && pinned.view), el("p", { class: "note" }, `${meta.hegemon.label}: units of its value function; candidates: security less costs.${both ? " Upright marks: B." : ""}`));
  }
  function drawTable() {
    const list = table();
    if (!list || !list.rows.length) return part.table.replaceChildren(el("p", { class: "note" }, list ? "None." : "Follows when the dials rest."));
    const { rows, count: all, regrets = [] } = list, drawn = chosen ? chosen.place : only ? -1 : 0;
    const lines = rows.map((row, place) => el("tr", { class: drawn === place ? "shown" : "" },
      el("td", { class: "number" }, String(place + 1)), el("td", {}, row.form),
      el("td", { class: "number" }, fixed(row.value, 5)), el("td", { class: "number" }, fixed(row.behind, 5)),
      el("td", { class: "number", "data-part": "regret" }, regrets[place] === undefined || regrets[place] === null ? (host.isStatic && place ? "not kept" : "…") : regrets[place] ? regrets[place].toExponential(0) : "0"),
      el("td", {}, el("button", { type: "button", disabled: host.isStatic && place > 0, onclick: () => choose(row, place) }, row.text)),
    ));
    part.table.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of equilibria" }, el("table", {},
      el("caption", {}, `The best ${rows.length} of ${count(all)}${only && ` (${only})`} for the hegemon. Regret: the largest gain of any deviation, recomputed from the game when the dials rest.`),
      el("thead", {}, el("tr", {}, ["#", "form", "value V", "behind the best", "regret", "structure (press to draw)"].map((words, place) => el("th", { scope: "col", class: [0, 2, 3, 4].includes(place) ? "number" : null }, words)))),
      el("tbody", {}, lines))));
  }
  function drawRecord() {
    const record = meta.record;
    if (!record) return part.record.replaceChildren(el("p", { class: "note" }, "Nothing is on record for this game."));
    const said = (row, threat) => (row && row.coded ? row.coded.form || "no equilibrium" : "…");
    const fresh = bandsKey === axisKey();
    part.record.replaceChildren(el("dl", {}, ...[
      [`coded threat, ${record.year}`, `${level(record.threat.value)} (${record.threat.coding}): ${record.threat.reason}`],
      ...(record.sought ? [["sought", `${record.sought.form} (${record.sought.coding}): ${record.sought.reason}`]] : []),
      ["signed", record.signed ? `${record.signed.form}: ${record.signed.text}` : "nothing on record"],
      [bands && fresh ? `${bands.preference} says` : "the dials say", fresh ? said(bands) : "…"],
      [rival ? `${rival.preference} says` : "compared", fresh ? said(rival) : "…"],
      ...(record.standing ? [["in force before", `${record.standing}; the game here is solved as if nothing were`]] : []),
    ].flatMap(([term, words]) => [el("dt", {}, term), el("dd", {}, words)])),
    el("p", { class: "note" }, `What the model says at the coded threat, with the dials as they stand. ${record.sample === "calibration" ? "This theatre was used to choose the defaults: no test." : ""}`),
    ...meta.notes.map((note) => el("p", { class: "note" }, note)));
  }
  function drawDifference() {
    part.differencePanel.hidden = !(pinned && pinned.view);
    if (part.differencePanel.hidden) return;
    const a = point.seen, b = pinned.view, other = pinned.point;
    const rows = [["form", a && a.form, b.form], ["structure", a && a.text, b.text], ["threat", level(point.threat), level(other.threat)], ["reference point", fixed(point.reference), fixed(other.reference)],
      ...[["value V", "value"], ["mean outcome", "mean"], ["certainty equivalent", "certainty_equivalent"], ["risk premium", "risk_premium"], ["probability of a loss", "mass_below"]].map(([words, name]) => [words, a && fixed(a[name], 4), fixed(b[name], 4), a && fixed(a[name] - b[name], 4)]),
      ["equilibria", count(point.equilibria.count), count(other.equilibria.count), count(point.equilibria.count - other.equilibria.count)]];
    part.difference.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table of differences" }, el("table", {}, el("caption", {}, `B was pinned at: ${pinned.query || "the defaults"}`), el("thead", {}, el("tr", {}, ["", "A, now", "B, pinned", "A − B"].map((words) => words ? el("th", { scope: "col" }, words) : el("td")))), el("tbody", {}, rows.map(([words, one, two, less]) => el("tr", {}, el("th", { scope: "row" }, words), el("td", {}, one ?? "–"), el("td", {}, two), el("td", {}, less ?? "")))))));
  }

  // ---- saving

  async function copy(button) {
    const link = new URL(location.href);
    link.search = addressOf();
    try {
      await navigator.clipboard.writeText(link.href);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy link"), 1500);
    } catch {
      part.error.textContent = `The link: ${link.href}`;
    }
  }
  async function save(kind) {
    try {
      if (kind === "svg" || kind === "png") {
        const drawn = picture();
        const source = new Blob([new XMLSerializer().serializeToString(drawn)], { type: "image/svg+xml" });
        return offer(`${meta.scenario}.${kind}`, kind === "svg" ? source : await rastered(source, drawn));
      }
      const { name, text: words } = await ask(kind);
      offer(name, new Blob([words], { type: "text/plain" }));
      // a game that is known by no name is saved beside the lines that read it
      const game = kind === "python" && words.match(/games\.load\("(.*\.toml)"\)/);
      if (game) offer(game[1], new Blob([(await ask("toml")).text], { type: "text/plain" }));
    } catch (error) {
      fail(error);
    }
  }
  function offer(name, blob) {
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  /** One picture of the setting: the same drawings, in light colours, on one sheet. */
  function picture() {
    const view = shown(), width = 1000, drawn = sheet(width, 100, point.sentence);
    drawn.append(svg("rect", { width: "100%", height: "100%", fill: "#ffffff" }));
    let y = 28;
    for (const line of wrapped(`${meta.title}. ${point.sentence}`, 120)) { drawn.append(text(20, y, line, { fill: LIGHT.ink, "font-size": 15 })); y += 20; }
    const put = (piece, x, at) => { piece.setAttribute("x", x); piece.setAttribute("y", at); piece.removeAttribute("role"); drawn.append(piece); return at + Number(piece.getAttribute("height")); };
    if (bands && bandsKey === axisKey()) {
      const rows = drawBands(960, LIGHT, rowsOfAxis(), meta.record && meta.record.threat.value);
      rows.move(threatNow());
      y = put(rows.key, 20, put(rows.drawn, 20, y)) + 10;
    }
    if (view) {
      const pieces = [[drawAlliance(460, LIGHT, meta, view, "Alliance"), 20], [drawProspect(480, LIGHT, view), 500]];
      const below = pieces.map(([piece, x]) => put(piece, x, y));
      y = Math.max(below[0], put(drawPayoffs(480, LIGHT, meta, view, pinned && pinned.view), 500, below[1] + 8)) + 10;
    }
    resized(drawn, y);
    return drawn;
  }
  function wrapped(words, most) {
    const lines = [""];
    for (const word of words.split(" ")) (lines.at(-1) + word).length > most ? lines.push(`${word} `) : (lines[lines.length - 1] += `${word} `);
    return lines;
  }
  async function rastered(source, drawn) {
    const image = new Image(), url = URL.createObjectURL(source);
    await new Promise((done, failed) => { image.onload = done; image.onerror = () => failed(new Error("the picture could not be drawn")); image.src = url; });
    const canvas = el("canvas", { width: 2 * Number(drawn.getAttribute("width")), height: 2 * Number(drawn.getAttribute("height")) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  // ---- beginning and end

  root.classList.add("alliance-explorer");
  part.error = el("p", { class: "error", role: "alert" });
  part.main = el("main", {});
  if (host.inside) part.main = el("div", {}); // a notebook has a main region of its own
  root.replaceChildren(part.error, part.main);
  const { pin: kept, ...rest_ } = host.state || {};
  state = rest_;
  if (kept !== undefined) pinned = { query: kept, point: null, view: null, spans: null };
  let seen = 0;
  const watch = new ResizeObserver(() => {
    if (root.clientWidth !== seen) { seen = root.clientWidth; draw(); }
  });
  watch.observe(root);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  load();
  return () => { gone = true; watch.disconnect(); dark.removeEventListener("change", draw); clearTimeout(resting); };
}

// ---------------------------------------------------------------- hosts

class Refused extends Error {
  constructor(message, superseded) {
    super(message);
    this.superseded = superseded;
  }
}

/** A local server: questions are addresses below /api. */
function serverHost() {
  return {
    hasLink: true,
    state: Object.fromEntries(new URLSearchParams(location.search)),
    address: (query) => history.replaceState(null, "", query ? `?${query}` : location.pathname),
    ask: async (what, query) => {
      const answer = await fetch(`api/${what}?${new URLSearchParams(query)}`);
      if (answer.status === 204) throw new Refused("superseded", true);
      const found = await answer.json();
      if (!answer.ok) throw new Refused(found.error);
      return found;
    },
  };
}

/** One file that holds its answers, packed: `{theatres, answers: {question?query: answer}}`. */
async function fileHost(packed) {
  const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  const kept = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const answer = (what, query) => {
    const { client, turn, threat, first, structure, ...own } = query;
    const key = `${what}?${queryOf({ ...own, scenario: own.scenario || kept.theatres[0] })}`;
    if (key in kept.answers) return kept.answers[key];
    throw new Refused("this page does not hold that answer: start `alliance explore` for it");
  };
  return {
    isStatic: true,
    state: Object.fromEntries(new URLSearchParams(location.search)),
    ask: async (what, query) => {
      const meta = answer("meta", query), place = Math.round(Number(query.threat ?? meta.dials[0].default) * 100);
      if (what === "meta") return query.threat ? { ...meta, state: { ...meta.state, threat: query.threat } } : meta;
      if (what === "point") return answer("bands", query).levels[place];
      if (what === "toml" || what === "python") return answer(what, query)[place];
      if (what === "certify") return { regrets: query.first === "0" ? [answer("regrets", query)[place]] : [] };
      return answer(what, query);
    },
  };
}

/** A notebook: questions and answers are messages, each with a number. */
export default {
  render({ model, el: root }) {
    const waiting = new Map();
    let number = 0;
    const hear = ({ text: words }) => {
      const message = JSON.parse(words);
      const one = waiting.get(message.number);
      if (!one) return;
      waiting.delete(message.number);
      if (message.error) one.failed(new Refused(message.error, message.superseded));
      else one.done(message.answer);
    };
    model.on("msg:custom", hear);
    const box = document.createElement("div");
    box.dataset.lmSuppressShortcuts = "true";
    box.addEventListener("keydown", (event) => event.stopPropagation());
    root.append(box);
    const end = mount(box, {
      inside: true,
      state: model.get("state"),
      ask: (what, query) => new Promise((done, failed) => {
        waiting.set(++number, { done, failed });
        model.send({ number, what, query });
      }),
      address: (query) => {
        model.set("state", Object.fromEntries(new URLSearchParams(query)));
        model.save_changes();
      },
    });
    return () => { end(); model.off("msg:custom", hear); };
  },
};

const place = typeof document === "undefined" ? null : document.getElementById("alliance-explorer");
if (place && place.dataset.host === "server") mount(place, serverHost());
if (place && place.dataset.host === "file") fileHost(document.getElementById("answers").textContent).then((host) => mount(place, host));
