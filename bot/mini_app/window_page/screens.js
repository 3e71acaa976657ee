// The screens around the seats: what is on, an order and its money, lists to choose from.

import { opens } from "./drawer.js";
import { el, fill } from "./dom.js";
import { asking, button, field, heading } from "./parts.js";

const SIZES = [["roll", "80 mm"], ["a6", "A6"], ["a4", "A4"]];

/** What is on, the next first, with what people ask at a counter. */
export function on(words, found, inMessenger, acts) {
  const item = (one) => el("li", { class: "item" },
    el("h3", { text: one.title }),
    one.lines.map((text) => el("p", { text })),
    one.full !== null && fullness(words, one.full),
    el("div", { class: "line" },
      one.open && button(words.sell, () => acts.begin(one.performance_id), {
        class: "first", "aria-label": fill(words.sell_what, { title: one.title }),
      }),
      one.blocks && button(words.blocks, () => acts.blocks(one.performance_id), {
        "aria-label": fill(words.blocks_of, { title: one.title }),
      })));
  return el("div", { class: "on" },
    found.unfinished && el("section", { class: "note" }, el("p", { text: words.held_still }),
      button(words.go_on, () => acts.open(found.unfinished), { class: "first" })),
    el("div", { class: "tools" },
      found.reserves && el("search", {}, field("find", words.find_hint, words.search, acts.find)),
      el("div", { class: "line" },
        button(words.last_sales, acts.sold), inMessenger && button(words.tab, acts.tab))),
    el("section", { "aria-labelledby": "on" }, heading(words.on, { id: "on" }),
      found.items.length ? el("ul", { class: "items" }, found.items.map(item)) : el("p", { text: words.nothing_on }),
      el("div", { class: "line" },
        found.page > 0 && button(words.earlier, () => acts.page(found.page - 1)),
        found.more && button(words.later, () => acts.page(found.page + 1)))));
}

function fullness(words, full) {
  const percent = Math.round(full * 100);
  const said = fill(words.sold_part, { percent });
  return el("p", { class: "full" }, el("progress", { max: "100", value: String(percent), "aria-label": said }),
    el("span", { "aria-hidden": "true", text: said }));
}

/** An order as it stands; what can be done with it is what the house says can be done. */
export function order(words, found, said, acts) {
  const { can, order_id: id } = found;
  const paid = found.state === "paid";
  return el("div", { class: `order ${found.state}` },
    el("section", { class: "sheet", "aria-labelledby": "order" },
      heading(found.heading, { id: "order" }),
      said && el("p", { class: "said", text: said }),
      found.lines.map((text) => el("p", { text })),
      found.seconds !== null && el("p", { class: "left", text: fill(words.left, { minutes: Math.ceil(found.seconds / 60) }) }),
      can.print && prints(words, id, acts),
      paid && button(words.next, () => acts.begin(found.performance_id), { class: "first" })),
    (can.cash || can.card || can.free) && el("div", { class: "money" },
      can.cash && cash(words, found, acts),
      can.card && el("section", { class: "sheet", "aria-labelledby": "card" }, heading(`${words.terminal} ${found.total}`, { id: "card" }),
        field("slip", words.slip, words.take_card, (reference) => acts.act("card", id, { reference }))),
      found.drawer_at !== null && el("section", { class: "sheet", "aria-labelledby": "cash" },
        heading(`${words.cash} ${found.total}`, { id: "cash" }), el("p", { text: words.no_drawer }),
        opens(words, words.float, "float", (sum) => acts.openDrawer(found.drawer_at, sum, id))),
      can.free && button(words.give, () => acts.act("free", id), { class: "first" })),
    el("section", { class: "sheet more" },
      can.member && field("member", words.member, words.use, (text) => acts.act("member", id, { text })),
      can.code && field("code", words.code, words.use, (code) => acts.act("code", id, { code })),
      can.voucher && field("voucher", words.voucher, words.use, (code) => acts.act("voucher", id, { code })),
      can.complimentary && field("reason", words.reason, words.give_away, (reason) => acts.act("complimentary", id, { reason })),
      can.contact && field("contact", words.contact, words.keep, (text) => acts.act("contact", id, { text })),
      can.void && asking(words, { ask: words.void, sure: words.void_sure, yes: words.void_yes, done: () => acts.act("void", id) }),
      el("div", { class: "line" },
        can.other && !paid && can.stop && button(words.other_seats, () => acts.other(id)),
        can.stop && button(words.let_go, () => acts.stop(id)),
        found.state === "expired" && button(words.next, () => acts.begin(found.performance_id), { class: "first" }),
        button(words.window, acts.home))));
}

function cash(words, found, acts) {
  const quick = found.given.map((one, index) => button(
    index ? one.text : fill(words.exact, { sum: one.text }),
    () => acts.act("cash", found.order_id, { given_minor: one.minor }),
  ));
  return el("section", { class: "sheet", "aria-labelledby": "cash" }, heading(`${words.cash} ${found.total}`, { id: "cash" }),
    el("div", { class: "sums", role: "group", "aria-label": words.given }, quick),
    field("given", words.given, words.take_cash, (given) => acts.act("cash", found.order_id, { given }), { inputmode: "decimal" }));
}

function prints(words, id, acts) {
  return el("div", { class: "prints", role: "group", "aria-label": words.print },
    el("p", { class: "hint", "aria-hidden": "true", text: words.print }),
    el("div", { class: "line" }, SIZES.map(([size, text]) => button(text, () => acts.print(id, size), { "aria-label": `${words.print}: ${text}` }))),
    el("p", { class: "paper" }));
}

/** Orders that were found, or sold last. */
export function orders(words, { orders: found, sold }, acts) {
  return el("section", { class: "sheet", "aria-labelledby": "orders" },
    heading(sold ? words.last_sales : words.find, { id: "orders" }),
    found.length
      ? el("ul", { class: "found" }, found.map((one) => el("li", {}, button(one.text, () => acts.open(one.order_id)))))
      : el("p", { text: sold ? words.nothing_sold : words.nothing_found }),
    el("div", { class: "line" }, button(words.window, acts.home)));
}

/** Memberships to choose from. */
export function members(words, { order_id: id, members: found }, acts) {
  return el("section", { class: "sheet", "aria-labelledby": "members" },
    heading(words.members, { id: "members" }), el("p", { text: words.member_which }),
    el("ul", { class: "found" }, found.map((one) =>
      el("li", {}, button(one.text, () => acts.act("use_member", id, { membership_id: one.membership_id }))))),
    el("div", { class: "line" }, button(words.back, () => acts.open(id))));
}

/** No answer came. */
export function unsure(words, again) {
  return el("section", { class: "sheet note" }, heading(words.unsure), button(words.again, again, { class: "first" }));
}
