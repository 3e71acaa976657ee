// The hall: every seat a shape, told apart by price (colour and shape) and state (filled, crossed out, ticked). One of
// them is in the tab order; arrow keys go on from there. Far away, a finger's first tap comes closer.

import { el, fill } from "./dom.js";

const NS = "http://www.w3.org/2000/svg";
const CLOSE = 46; // px from seat to seat at which a finger meets one
const LEAST = 3;
const MOST = 72;
const READABLE = 22; // px at which numbers are shown
const STEP = 1.5;
const [PLACE, X, Y, ZONE, ROW, NUMBER, CATEGORY, KIND] = [0, 1, 2, 3, 4, 5, 6, 7];
const SIGNS = { wheelchair: "♿", companion: "+1", restricted: "◐" };
// One shape for each price, the dearest first; unit: half the distance between neighbours.
const SHAPES = [
  "M0-.84A.84 .84 0 1 1 0 .84A.84 .84 0 1 1 0-.84z",
  "M-.76-.76h1.52v1.52h-1.52z",
  "M0-.98L.98 0L0 .98L-.98 0z",
  "M-.46-.86h.92l.46 .86l-.46 .86h-.92l-.46-.86z",
  "M0-.94L.94 .76h-1.88z",
  "M0-.95L.9-.29L.56 .77h-1.12L-.9-.29z",
];
const CROSS = "M-.3-.3L.3 .3M.3-.3L-.3 .3";
const TICK = "M-.42 .04L-.12 .36L.46-.34";

const svg = (name, attributes = {}, ...children) => {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(key, value);
  node.append(...children.filter(Boolean));
  return node;
};

export class HallMap {
  #words;
  #plan;
  #toggle;
  #seats = new Map(); // place → { seat, node, state }
  #current = null;
  #picture;
  #frame;
  #box;
  #scale = CLOSE;
  #pointer = "mouse";

  /** `toggle(place)` is called for a free or chosen seat. */
  constructor(words, plan, toggle) {
    this.#words = words;
    this.#plan = plan;
    this.#toggle = toggle;
    this.#box = box(plan);
    this.#picture = this.#draw();
    this.#frame = el("div", { class: "frame" }, this.#picture);
    const press = (text, act) => el("button", { type: "button", text, on: { click: act } });
    this.node = el("div", { class: "hall" },
      el("div", { class: "line" },
        press(words.whole, () => this.fit()),
        press(words.farther, () => this.#zoom(this.#scale / STEP)),
        press(words.closer, () => this.#zoom(this.#scale * STEP))),
      el("p", { id: "map-hint", class: "hint" }, el("span", { class: "by-keys", text: words.map_hint }), el("span", { class: "by-touch", text: words.map_touch })),
      this.#frame, this.#legend());
  }

  /** The whole hall, as large as there is room. */
  fit() {
    const room = this.#frame.clientWidth - 8;
    const high = Math.max(320, window.innerHeight - 260);
    this.#size(Math.min(CLOSE, room / this.#box.w, high / this.#box.h) || CLOSE);
  }

  /** Zone, row, seat, price, what is special. */
  name(place) { return this.#name(this.#seats.get(place).seat); }

  draw(taken, chosen) {
    for (const [place, one] of this.#seats) {
      const state = chosen.has(place) ? "mine" : taken.has(place) ? "taken" : one.priced ? "free" : "unsold";
      if (state !== one.state) this.#mark(one, state);
    }
    if (!this.#current || !this.#open(this.#current)) this.#focusable(this.#first());
  }

  // -- drawing

  #draw() {
    const { x, y, w, h } = this.#box;
    const picture = svg("svg", {
      viewBox: `${x} ${y} ${w} ${h}`, role: "group", "aria-label": this.#words.map, "aria-describedby": "map-hint",
    });
    const unit = this.#plan.pitch;
    for (const area of this.#plan.areas) picture.append(drawn(area, unit));
    for (const seat of this.#plan.seats) picture.append(this.#seat(seat));
    picture.append(...rowNames(this.#plan));
    picture.addEventListener("pointerdown", (event) => { this.#pointer = event.pointerType; });
    picture.addEventListener("click", (event) => this.#clicked(event));
    picture.addEventListener("keydown", (event) => this.#keyed(event));
    picture.addEventListener("focusin", (event) => this.#focused(event)); // a screen reader goes where it likes
    return picture;
  }

  #seat(seat) {
    const category = this.#plan.categories[seat[CATEGORY]];
    const priced = category !== undefined && category.rank !== null;
    const shape = SHAPES[(category?.rank ?? 0) % SHAPES.length];
    const node = svg("g", {
      class: "seat", "data-place": seat[PLACE], transform: `translate(${seat[X] / this.#plan.pitch} ${seat[Y] / this.#plan.pitch}) scale(.47)`,
    },
    svg("path", { class: "shape", d: shape, fill: category?.colour }),
    svg("text", { fill: category ? ink(category.colour) : "#111", "aria-hidden": "true" }, SIGNS[seat[KIND]] ?? seat[NUMBER]),
    svg("path", { class: "cross", d: CROSS }), svg("path", { class: "tick", d: TICK }));
    this.#seats.set(seat[PLACE], { seat, node, state: null, priced });
    return node;
  }

  #mark(one, state) {
    const { node } = one;
    one.state = state;
    node.setAttribute("class", `seat ${state}`);
    if (state === "free" || state === "mine") {
      node.setAttribute("role", "checkbox");
      node.setAttribute("aria-checked", String(state === "mine"));
      node.setAttribute("aria-label", this.#name(one.seat));
      node.removeAttribute("aria-hidden");
      if (!node.hasAttribute("tabindex")) node.setAttribute("tabindex", "-1");
      return;
    }
    const left = document.activeElement === node;
    for (const name of ["role", "aria-checked", "aria-label", "tabindex"]) node.removeAttribute(name);
    node.setAttribute("aria-hidden", "true");
    if (left) this.#focusable(this.#near(one.seat), true);
  }

  #name(seat) {
    const template = seat[ROW] ? this.#words.seat_name : this.#words.seat_name_no_row;
    const name = fill(template, { zone: this.#plan.zones[seat[ZONE]], row: seat[ROW], seats: seat[NUMBER] });
    return [name, this.#plan.categories[seat[CATEGORY]].text, this.#plan.kinds[seat[KIND]]].filter(Boolean).join(" · ");
  }

  #legend() {
    const w = this.#words;
    const sign = (kind, rank, colour) => {
      const node = svg("g", { class: `seat ${kind}`, transform: "translate(1 1) scale(.8)" },
        svg("path", { class: "shape", d: SHAPES[rank % SHAPES.length], fill: colour }),
        svg("path", { class: "cross", d: CROSS }), svg("path", { class: "tick", d: TICK }));
      return svg("svg", { viewBox: "-.1 -.1 2.2 2.2", class: "sign", "aria-hidden": "true" }, node);
    };
    const priced = this.#plan.categories.filter((one) => one.rank !== null).sort((a, b) => a.rank - b.rank);
    const colour = priced[0]?.colour ?? "#ccc";
    const kinds = [...new Set(this.#plan.seats.map((seat) => seat[KIND]))].filter((kind) => this.#plan.kinds[kind]);
    return el("ul", { class: "legend" },
      priced.map((one) => el("li", {}, sign("free", one.rank, one.colour), one.text)),
      ["taken", "mine"].map((state) => el("li", {}, sign(state, 0, colour), w[state])),
      kinds.map((kind) => el("li", {}, el("b", { "aria-hidden": "true", text: SIGNS[kind] }), this.#plan.kinds[kind])));
  }

  // -- coming closer

  #size(scale) {
    this.#scale = Math.min(MOST, Math.max(LEAST, scale));
    this.#picture.setAttribute("width", Math.round(this.#box.w * this.#scale));
    this.#picture.setAttribute("height", Math.round(this.#box.h * this.#scale));
    this.#picture.classList.toggle("far", this.#scale < READABLE);
  }

  /** Around a point of the picture: parts of its width and height; else the middle of what is seen. */
  #zoom(scale, at) {
    const frame = this.#frame;
    const point = at ?? {
      x: (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth, y: (frame.scrollTop + frame.clientHeight / 2) / frame.scrollHeight,
    };
    this.#size(scale);
    frame.scrollLeft = point.x * frame.scrollWidth - frame.clientWidth / 2;
    frame.scrollTop = point.y * frame.scrollHeight - frame.clientHeight / 2;
  }

  // -- choosing

  #clicked(event) {
    if (this.#pointer === "touch" && this.#scale < CLOSE - 2) {
      const area = this.#picture.getBoundingClientRect();
      this.#zoom(CLOSE, { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height });
      return;
    }
    const one = this.#at(event);
    if (!one || !this.#open(one)) return;
    this.#focusable(one, true);
    this.#toggle(one.seat[PLACE]);
  }

  #focused(event) {
    const one = this.#at(event);
    if (one && one !== this.#current && this.#open(one)) this.#focusable(one);
  }

  #at(event) {
    const node = event.target.closest(".seat");
    return node && this.#seats.get(Number(node.dataset.place));
  }

  #keyed(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (this.#current) this.#toggle(this.#current.seat[PLACE]);
    } else if (ways[event.key] && this.#current) {
      event.preventDefault();
      const next = this.#beside(this.#current.seat, ways[event.key]);
      if (next) this.#focusable(next, true);
    }
  }

  #open(one) { return one.state === "free" || one.state === "mine"; }

  #first() {
    return [...this.#seats.values()].find((one) => one.state === "mine") ?? [...this.#seats.values()].find((one) => this.#open(one)) ?? null;
  }

  #near(from) { return this.#least((one) => Math.hypot(one.seat[X] - from[X], one.seat[Y] - from[Y])); }

  /** The nearest that way: rather straight ahead than aside. */
  #beside(from, [right, down]) {
    const cost = (one, widest) => {
      const [x, y] = [one.seat[X] - from[X], one.seat[Y] - from[Y]];
      const ahead = x * right + y * down;
      const aside = Math.abs(x * down) + Math.abs(y * right);
      return ahead > this.#plan.pitch * 0.2 && aside <= ahead * widest ? ahead + aside * 2 : Infinity;
    };
    return this.#least((one) => cost(one, 0.7)) ?? this.#least((one) => cost(one, Infinity));
  }

  #least(cost) {
    let found = null;
    let least = Infinity;
    for (const one of this.#seats.values()) {
      const asked = this.#open(one) ? cost(one) : Infinity;
      if (asked < least) [found, least] = [one, asked];
    }
    return found;
  }

  #focusable(one, focus = false) {
    if (this.#current && this.#open(this.#current)) this.#current.node.setAttribute("tabindex", "-1");
    this.#current = one;
    if (!one) return;
    one.node.setAttribute("tabindex", "0");
    if (focus) one.node.focus();
  }
}

/** What the picture holds, in seats' distances. */
function box({ seats, areas, pitch }) {
  const points = [...seats.map((seat) => [seat[X], seat[Y]]), ...areas.flatMap((area) => area.points)];
  const xs = points.map((point) => point[0] / pitch);
  const ys = points.map((point) => point[1] / pitch);
  const [left, top] = [Math.min(...xs) - 1, Math.min(...ys) - 1];
  return { x: left, y: top, w: Math.max(...xs) + 1 - left, h: Math.max(...ys) + 1 - top };
}

function drawn(area, unit) {
  const points = area.points.map(([x, y]) => [x / unit, y / unit]);
  const [left, right, top, bottom] = [[0, Math.min], [0, Math.max], [1, Math.min], [1, Math.max]]
    .map(([axis, end]) => end(...points.map((point) => point[axis])));
  const letters = [...area.text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.62), 0);
  const size = Math.min(1.6, (right - left || 4) / letters, bottom - top || 1.6);
  return svg("g", { class: `area ${area.role}`, "aria-hidden": "true" },
    svg("polygon", { points: points.map((point) => point.join(",")).join(" ") }),
    area.text && svg("text", { x: (left + right) / 2, y: (top + bottom) / 2, "font-size": size }, area.text));
}

/** Beside the first seat of each row. */
function rowNames({ seats, pitch }) {
  const rows = new Map(); // zone and row → its first two seats
  for (const seat of seats.filter((one) => one[ROW])) {
    const key = `${seat[ZONE]}:${seat[ROW]}`;
    rows.set(key, [...(rows.get(key) ?? []), seat].slice(0, 2));
  }
  return [...rows.values()].map(([first, second = first]) => {
    const [x, y] = [second[X] - first[X], second[Y] - first[Y]];
    const far = Math.hypot(x, y) || 1;
    return svg("text", {
      class: "row-name", "aria-hidden": "true", x: (first[X] / pitch) - (x / far || 1) * 0.95, y: (first[Y] / pitch) - (y / far) * 0.95,
    }, first[ROW]);
  });
}

/** Black or white, whichever is read better upon it (WCAG's relative luminance). */
function ink(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#111" : "#fff";
}
