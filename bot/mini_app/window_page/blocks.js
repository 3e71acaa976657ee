// Blocks of a performance: what is set aside and until when; sold from, released, and made: by words, or on the map.

import { el, fill } from "./dom.js";
import { HallMap } from "./hall_map.js";
import { asking, button, choice, heading, labelled, submitting } from "./parts.js";

export class Blocks {
  #words;
  #hall;
  #desk;
  #house;
  #map = null;
  #chosen = new Set();
  #picked = el("div", {});
  #form;

  /** `house`: block, release, sell, home, wrong. */
  constructor(words, hall, desk, house) {
    this.#words = words;
    this.#hall = hall;
    this.#desk = desk;
    this.#house = house;
    this.node = this.#build();
    this.#draw();
  }

  /** Once it is on the page. */
  open() { this.#map?.fit(); }

  #build() {
    const w = this.#words;
    const section = (name, title, ...inside) => el("section", { class: `sheet ${name}`, "aria-labelledby": name }, heading(title, { id: name }), inside);
    this.#form = this.#making();
    const head = el("section", { class: "sheet", "aria-labelledby": "title" },
      heading(fill(w.blocks_of, { title: this.#hall.title }), { id: "title", "data-focus": true }), this.#hall.lines.map((text) => el("p", { text })),
      el("div", { class: "line" }, button(w.window, this.#house.home)));
    const beside = [head, section("standing", w.blocks, this.#standing()), section("making", w.new_block, this.#form)];
    if (!this.#hall.plan) return el("div", { class: "sale" }, beside);
    this.#map = new HallMap(w, this.#hall.plan, (place) => this.#toggle(place));
    return el("div", { class: "sale" }, el("div", { class: "column" }, beside),
      el("div", { class: "column" }, section("map", w.map, this.#map.node), section("chosen", w.chosen, this.#picked)));
  }

  #standing() {
    const w = this.#words;
    const found = this.#desk.blocks;
    if (!found.length) return el("p", { text: w.no_blocks });
    return [el("p", { text: w.blocks_hint }),
      el("ul", { class: "items" }, found.map((block) => this.#block(block))),
      found.length > 1 && this.#releasing(w.release_all, found.map((block) => block.block_id))];
  }

  #block(block) {
    const w = this.#words;
    const counts = Array.from({ length: block.most }, (_, index) => index + 1);
    return el("li", { class: "item" }, el("h3", { text: block.title }), block.lines.map((text) => el("p", { text })),
      block.link && el("div", { class: "field" }, labelled(`link-${block.block_id}`, w.block_link, {
        readonly: true, value: block.link, maxlength: null, on: { focus: (event) => event.target.select() },
      })),
      counts.length > 0 && el("div", { class: "field", role: "group", "aria-label": w.block_sell },
        el("p", { text: w.block_sell }),
        el("div", { class: "line" }, counts.map((count) => button(String(count), () => this.#house.sell(block.block_id, count), {
          "aria-label": fill(w.block_sell_so_many, { count }),
        })))),
      this.#releasing(w.release, [block.block_id]));
  }

  #releasing(ask, ids) {
    const w = this.#words;
    return asking(w, { ask, sure: w.release_sure, yes: w.release_yes, done: () => this.#house.release(ids) });
  }

  #making() {
    const [w, desk] = [this.#words, this.#desk];
    const numbered = this.#hall.plan !== null;
    const where = numbered
      ? [labelled("where", w.block_where, { "aria-describedby": "where-hint", maxlength: "500" }),
        el("p", { id: "where-hint", class: "hint", text: `${fill(w.block_where_hint, { example: desk.example })} ${desk.zones}` })]
      : labelled("where", w.block_count, { inputmode: "numeric" });
    return submitting(() => this.#submit(), choice("why", w.block_reason, desk.reasons), choice("until", w.block_until, desk.releases),
      where, labelled("note", w.block_note, {}),
      el("div", { class: "line" }, el("button", { type: "submit", class: "first", text: w.block })));
  }

  #submit() {
    const { why, until, where, note } = this.#form.elements;
    const places = [...this.#chosen];
    if (!where.value.trim() && !places.length) {
      this.#house.wrong(this.#hall.plan ? this.#words.block_nothing : this.#words.block_count);
      where.focus();
      return;
    }
    this.#house.block({ reason: why.value, hours: until.value, where: where.value, note: note.value, places });
  }

  #toggle(place) {
    if (!this.#chosen.delete(place)) this.#chosen.add(place);
    this.#draw();
  }

  #clear() {
    this.#chosen.clear();
    this.#draw();
    this.node.querySelector("#chosen").focus();
  }

  #draw() {
    const w = this.#words;
    const places = [...this.#chosen].sort((one, other) => one - other);
    this.#map?.draw(new Set(this.#desk.taken), this.#chosen);
    this.#picked.replaceChildren(...places.length
      ? [el("ul", {}, places.map((place) => el("li", { text: this.#map.name(place) }))),
        el("div", { class: "line" }, button(w.clear, () => this.#clear()),
          button(fill(w.block_these, { count: places.length }), () => this.#form.requestSubmit(), { class: "first" }))]
      : [el("p", { text: w.none_chosen })]);
    this.#picked.parentElement?.classList.toggle("some", places.length > 0);
  }
}
