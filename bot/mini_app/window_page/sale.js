// One customer who is choosing: who comes, the best together, or seats on the map. What is free and what it costs is asked
// of the house after each choice, and every few seconds.

import { el, fill } from "./dom.js";
import { HallMap } from "./hall_map.js";
import { button } from "./parts.js";

const SOON = 120; // ms: several choices in a row are asked for together

export class Sale {
  #words;
  #hall;
  #stands;
  #house;
  #party;
  #chosen = new Set();
  #map = null;
  #timer = null;
  #soon = null;
  #asked = 0;
  #steps = []; // presses on + and − that wait for the answer to the one before
  #parts = {};
  #open = true;

  /** `house`: look, hold, back, say, wrong. */
  constructor(words, hall, stands, house) {
    this.#words = words;
    this.#hall = hall;
    this.#house = house;
    this.node = this.#build();
    this.#see(stands);
    for (const place of stands.chosen?.places ?? []) this.#chosen.add(place);
    this.#draw();
  }

  open(every) {
    this.#map?.fit();
    this.#timer = setInterval(() => !document.hidden && this.look().catch((error) => {
      if (error.reason === "sale_over") this.close(); // begun anew on another page
      this.#house.wrong(error);
    }), every);
  }

  close() {
    this.#open = false;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
  }

  /** Raises Refused, Unreachable. */
  async look() {
    const asked = ++this.#asked;
    const { sale } = await this.#house.look(this.#body);
    if (asked !== this.#asked || !this.#open) return false; // something newer was asked for meanwhile
    this.#see(sale);
    const gone = sale.chosen?.gone;
    for (const place of [...this.#chosen]) if (sale.taken.includes(place)) this.#chosen.delete(place);
    this.#draw();
    if (gone) this.#house.say(gone);
    return true;
  }

  get #body() {
    return { sale_id: this.#stands.sale_id, party: this.#party, places: [...this.#chosen] };
  }

  #see(stands) {
    this.#stands = stands;
    this.#party = stands.party;
  }

  #build() {
    const { words: w, parts } = { words: this.#words, parts: this.#parts };
    const section = (name, title, ...inside) => el("section", { class: `sheet ${name}`, "aria-labelledby": name },
      el("h2", { id: name, tabindex: "-1", text: title }), inside);
    parts.steps = el("ul", { class: "steps" });
    parts.offers = el("div", { class: "offers" });
    parts.free = el("p", { class: "free" });
    parts.chosen = el("div", {});
    const head = el("section", { class: "sheet head", "aria-labelledby": "title" },
      el("h2", { id: "title", tabindex: "-1", "data-focus": true, text: this.#hall.title }),
      this.#hall.lines.map((text) => el("p", { text })), parts.free,
      el("div", { class: "line" }, button(w.back, this.#house.back)));
    const beside = [head, section("who", w.who, parts.steps), section("best", this.#hall.plan ? w.best : w.hold, parts.offers)];
    if (!this.#hall.plan) return el("div", { class: "sale" }, beside);
    this.#map = new HallMap(w, this.#hall.plan, (place) => this.#toggle(place));
    return el("div", { class: "sale" }, el("div", { class: "column" }, beside),
      el("div", { class: "column" }, section("map", w.map, this.#map.node), section("chosen", w.chosen, parts.chosen)));
  }

  #draw() {
    const { steps, offers, free, chosen } = this.#parts;
    const w = this.#words;
    if (free.textContent !== this.#stands.free) free.textContent = this.#stands.free;
    again(steps, this.#stands.steps.map((one) => this.#step(one)));
    again(offers, this.#stands.offers.length
      ? this.#stands.offers.map((one) => button(one.text, () => this.#hold({ category: one.category, places: [], party: this.#stands.party }), { "data-key": String(one.category) }))
      : [el("p", { text: this.#stands.state === "open" ? w.nothing_fits : w.closed })]);
    this.#map?.draw(new Set(this.#stands.taken), this.#chosen);
    if (this.#map) again(chosen, this.#picked());
    chosen.parentElement?.classList.toggle("some", this.#chosen.size > 0);
  }

  #step(one) {
    const w = this.#words;
    const step = (sign, text, way) => button(sign, () => this.#stepSoon(one.what, way), {
      "aria-label": fill(text, { what: one.what }), "aria-disabled": String(!one[way]), "data-key": `${sign}${one.what}`,
    });
    return el("li", {}, step("−", w.fewer, "fewer"),
      el("span", {}, el("b", { text: String(one.count) }), ` ${one.what}`, el("small", { text: one.price })),
      step("+", w.more, "more"));
  }

  /** Who comes after a press is the house's to say, so one press follows the other; none is lost. */
  async #stepSoon(what, way) {
    if (this.#steps.push([what, way]) > 1) return;
    try {
      for (; this.#steps.length && this.#open; this.#steps.shift()) {
        const [next, to] = this.#steps[0];
        const party = this.#stands.steps.find((one) => one.what === next)?.[to];
        if (!party) continue;
        this.#party = party;
        clearTimeout(this.#soon);
        await this.look();
      }
    } catch (error) {
      this.#steps = [];
      this.#party = this.#stands.party;
      this.#house.wrong(error);
    }
  }

  #picked() {
    const w = this.#words;
    const found = this.#stands.chosen;
    if (!this.#chosen.size || !found) return [el("p", { text: w.none_chosen })];
    return [
      el("ul", {}, found.seats.map((text) => el("li", { text }))),
      el("div", { class: "line" },
        button(w.clear, () => { this.#chosen.clear(); this.#lookSoon(); }, { "data-key": "clear" }),
        button([found.text, found.price].filter(Boolean).join(" · "), () => this.#hold({}), { class: "first", "data-key": "take" })),
    ];
  }

  #toggle(place) {
    if (!this.#chosen.delete(place)) this.#chosen.add(place);
    this.#map.draw(new Set(this.#stands.taken), this.#chosen);
    this.#lookSoon(place);
  }

  /** `place`: what was chosen last; it is taken back where the house says no to it. */
  #lookSoon(place) {
    this.#asked += 1; // an answer that is under way knows nothing of this
    clearTimeout(this.#soon);
    this.#soon = setTimeout(async () => {
      try {
        if (await this.look() && place !== undefined) this.#tell();
      } catch (error) {
        if (place !== undefined && this.#chosen.delete(place)) this.#draw();
        this.#house.wrong(error);
      }
    }, SOON);
  }

  #tell() {
    const found = this.#stands.chosen;
    this.#house.say(found && !found.gone ? [...found.seats, found.price].join(" · ") : found?.gone ?? this.#words.none_chosen);
  }

  #hold(what) {
    clearTimeout(this.#soon);
    this.#steps = [];
    return this.#house.hold({ ...this.#body, ...what });
  }
}

/** New children in place of the old; the focus stays on what is called the same. */
function again(parent, children) {
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...children);
  if (key !== undefined) [...parent.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key)?.focus();
}
