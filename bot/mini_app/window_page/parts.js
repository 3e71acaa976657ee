// What the window's screens are put together from.

import { el } from "./dom.js";

export const button = (text, click, more = {}) => el("button", { type: "button", text, on: { click }, ...more });

/** Where the focus goes when its screen is shown. */
export const heading = (text, more = {}) => el("h2", { tabindex: "-1", text, ...more });

export const labelled = (id, label, more) => [el("label", { for: id, text: label }),
  el("input", { id, name: id, type: "text", autocomplete: "off", maxlength: "120", ...more })];

/** A field with its label and its button. */
export function field(id, label, submit, done, more = {}) {
  const [name, input] = labelled(id, label, more);
  return submitting(() => done(input.value), name, el("div", { class: "line" }, input, el("button", { type: "submit", text: submit })));
}

/** One of several, {value, text} each. */
export const choice = (id, label, options) => [el("label", { for: id, text: label }),
  el("select", { id, name: id }, options.map(({ value, text }) => el("option", { value, text })))];

/** Several fields, [id, label, more] each, with one button. */
export function fields(submit, done, ...each) {
  const all = each.map(([id, label, more]) => labelled(id, label, more));
  return submitting(() => done(...all.map(([, input]) => input.value)), ...all.flat(),
    el("div", { class: "line" }, el("button", { type: "submit", text: submit })));
}

export function submitting(done, ...inside) {
  const form = el("form", { class: "field" }, inside);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    done();
  });
  return form;
}

/** A button that asks once more, in the page, before anything is done. */
export function asking(words, { ask, sure, yes, done }) {
  const first = button(ask, () => turn(true));
  const no = button(words.no, () => turn(false));
  const second = el("div", { class: "note", role: "group", "aria-label": ask, hidden: true },
    el("p", { text: sure }), el("div", { class: "line" }, no, button(yes, done)));
  const turn = (asked) => {
    second.hidden = !asked;
    first.hidden = asked;
    (asked ? no : first).focus();
  };
  return el("div", { class: "taking" }, first, second);
}
