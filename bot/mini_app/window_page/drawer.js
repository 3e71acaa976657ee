// The drawer: opened with a float, paid out of, counted, and signed for by somebody else.

import { el, fill } from "./dom.js";
import { button, field, fields, heading } from "./parts.js";

const SUM = { inputmode: "decimal", required: true };

/** The clerk's own drawer, and those of others that wait for a signature. */
export function drawer(words, { drawers: found, closed, order }, acts) {
  return el("div", { class: "order" },
    el("section", { class: "sheet", "aria-labelledby": "own" },
      heading(words.drawer, { id: "own" }),
      closed && el("div", { class: "note counted" }, closed.map((text) => el("p", { text }))),
      found.own ? own(words, found.own, acts) : opening(words, found.venues, acts),
      found.waiting && !closed && el("p", { text: words.drawer_waits }),
      el("div", { class: "line" },
        order && button(words.go_on, () => acts.open(order)),
        button(words.window, acts.home))),
    found.unsigned.length > 0 && el("section", { class: "sheet", "aria-labelledby": "unsigned" },
      heading(words.unsigned, { id: "unsigned" }), el("p", { text: words.sign_hint }),
      el("ul", { class: "items" }, found.unsigned.map((one) => el("li", { class: "item" },
        el("h3", { text: one.title }), one.lines.map((text) => el("p", { text })),
        button(words.sign, () => acts.sign(one.drawer_id), { "aria-label": `${words.sign}: ${one.title}` }))))));
}

function own(words, found, acts) {
  return el("div", { class: "column" },
    found.lines.map((text) => el("p", { text })), el("p", {}, el("b", { text: found.due })),
    el("div", { class: "line" }, button(words.count, () => acts.count(found.drawer_id), { class: "first" })),
    el("h3", { text: words.pay_out }),
    fields(words.pay_out, (sum, reason) => acts.payOut(found.drawer_id, sum, reason),
      ["sum", words.pay_out_sum, SUM], ["reason", words.pay_out_reason, { required: true }]));
}

/** One field for each house where this clerk sells. */
function opening(words, venues, acts) {
  return el("div", { class: "column" }, el("p", { text: words.drawer_none }), venues.map(({ venue_id: id, text }) =>
    opens(words, text ? fill(words.drawer_at, { venue: text }) : words.float, `float-${id}`, (sum) => acts.openDrawer(id, sum))));
}

export const opens = (words, label, id, done) => field(id, label, words.open_drawer, done, SUM);

/** What should lie in it is not said here: a count that knows its result is none. */
export function count(words, id, acts) {
  return el("section", { class: "sheet", "aria-labelledby": "count" },
    heading(words.count, { id: "count" }), el("p", { text: words.count_hint }),
    field("counted", words.counted, words.close_drawer, (sum) => acts.close(id, sum), SUM),
    el("div", { class: "line" }, button(words.back, acts.drawer)));
}
