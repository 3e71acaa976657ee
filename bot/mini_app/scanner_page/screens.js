// What fills the page: ready to scan, a verdict, a party. Each is drawn anew, and the focus goes where the next tap is.

import { el, fill } from "./dom.js";
import { sign } from "./sign.js";

const SHORT = /^[2346789BCDFGHJKMPQRTVWXY]{6}$/; // domain/codes.py

/** Ready: the scanner's large button within the thumb's reach, and the field for a code that is read out. */
export function ready(words, standing, { canScan, loud }, acts) {
  const said = el("p", { class: "said", role: "alert" });
  const input = el("input", {
    id: "code", name: "code", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
    maxlength: "9", placeholder: "K7M 2PQ", enterkeyhint: "go",
  });
  const form = el("form", {
    class: "typed",
    on: {
      submit: (event) => {
        event.preventDefault();
        const short = input.value.replace(/[\s\-–—.]/g, "").toUpperCase();
        if (SHORT.test(short)) acts.check({ short });
        else said.textContent = words.mistyped;
      },
    },
  }, el("label", { for: "code", text: words.type }), el("div", { class: "line" }, input,
    el("button", { type: "submit", class: "plain", text: words.check })), said);
  const scan = canScan
    ? el("button", { type: "button", class: "scan", "data-focus": true, text: words.scan, on: { click: acts.scan } })
    : el("p", { class: "note", text: words.no_camera });
  const sound = el("button", {
    type: "button", class: "plain", "aria-pressed": String(loud), text: words.sound, on: { click: acts.sound },
  });
  const refresh = el("button", { type: "button", class: "plain", text: words.refresh, on: { click: acts.refresh } });
  const faults = standing.faults > 0 && el("section", { class: "faults", "aria-labelledby": "faults" },
    el("h2", { id: "faults", text: `⚠ ${fill(words.faults, { count: standing.faults })}` }),
    el("ul", {}, standing.fault_lines.map((text) => el("li", { text }))));
  return el("div", { class: "ready" }, faults, form, el("div", { class: "line" }, refresh, sound), scan);
}

/** One ticket's answer over the whole page. A tap anywhere goes on. */
export function verdict(words, answer, acts) {
  const { kind, head, seat, lines, checks, hint, by_list: byList, outcome } = answer.verdict;
  const good = outcome === "admitted" || outcome === "re_admitted" || outcome === "left";
  return full(kind, [
    el("p", { class: "head", text: head }),
    seat && el("p", { class: "seat", text: seat }),
    checks.map((text) => el("p", { class: "check", text })),
    lines.map((text) => el("p", { text })),
    hint && el("p", { class: "hint", text: hint }),
    byList && el("p", { class: "by-list", text: byList }),
  ], words, acts, good && (answer.scans || answer.verdict.admission_id) ? () => acts.undo(answer) : null);
}

/** What became of each of a party: those let in are counted, the others named. */
export function verdicts(words, answer, acts) {
  const admitted = answer.verdicts.filter((one) => one.outcome === "admitted" || one.outcome === "re_admitted");
  const others = answer.verdicts.filter((one) => !admitted.includes(one));
  const kinds = answer.verdicts.map((one) => one.kind);
  const kind = kinds.every((one) => one === "yes") ? "yes" : kinds.includes("yes") || kinds.includes("look") ? "look" : "no";
  const checks = [...new Set(admitted.flatMap((one) => one.checks))];
  return full(kind, [
    admitted.length > 0 && el("p", { class: "head", text: fill(words.admitted, { count: admitted.length }) }),
    others.length > 0 && el("p", { class: "head", text: fill(words.not_admitted, { count: others.length }) }),
    checks.map((text) => el("p", { class: "check", text })),
    admitted.map((one) => el("p", { text: one.seat })),
    others.map((one) => el("p", { text: [one.seat, one.head, one.hint].filter(Boolean).join(" · ") })),
    answer.verdicts[0].by_list && el("p", { class: "by-list", text: answer.verdicts[0].by_list }),
  ], words, acts, admitted.length && (answer.scans || answer.credential_id) ? () => acts.undo(answer) : null);
}

/** A message that needs no colour of its own, such as a code that is no ticket's. */
export function notice(words, kind, head, hint, acts) {
  return full(kind, [el("p", { class: "head", text: head }), hint && el("p", { class: "hint", text: hint })], words, acts, null);
}

function full(kind, content, words, acts, undo) {
  const next = el("button", { type: "button", class: "next", "data-focus": true, text: words.next, on: { click: acts.next } });
  const back = undo && el("button", {
    type: "button", class: "undo", text: words.undo, on: { click: (event) => { event.stopPropagation(); undo(); } },
  });
  next.addEventListener("click", (event) => event.stopPropagation());
  return el("section", { class: `verdict ${kind}`, on: { click: acts.next } },
    el("div", { class: "answer", role: "alert" }, sign(kind), content),
    el("div", { class: "acts" }, back, next));
}

/** Several on one code: all of them, or some. */
export function party(words, asked, acts) {
  const chosen = new Set();
  const one = asked.members.length === 1;
  const all = el("button", {
    type: "button", class: "next", "data-focus": true,
    text: fill(one ? words.admit : words.admit_all, { count: asked.members.length }),
    on: { click: () => acts.admit(asked, asked.members.map((member) => member.ticket_id)) },
  });
  const some = el("button", {
    type: "button", class: "undo", disabled: true, text: words.some,
    on: { click: () => acts.admit(asked, [...chosen]) },
  });
  const tick = (member) => {
    const button = el("button", { type: "button", class: "member", "aria-pressed": "false" },
      el("b", { text: member.seat }), el("span", { text: member.concession }),
      member.check && el("span", { class: "check", text: member.check }));
    button.addEventListener("click", () => {
      if (!chosen.delete(member.ticket_id)) chosen.add(member.ticket_id);
      button.setAttribute("aria-pressed", String(chosen.has(member.ticket_id)));
      some.disabled = chosen.size === 0;
      some.textContent = chosen.size ? fill(words.admit, { count: chosen.size }) : words.some;
    });
    return el("li", {}, button);
  };
  return el("section", { class: "party", "aria-labelledby": "who" },
    el("h2", { id: "who", text: words.who }),
    el("p", { text: fill(words.seats, { count: asked.members.length }) }),
    asked.inside > 0 && el("p", { text: fill(words.party_inside, { count: asked.inside }) }),
    el("ul", {}, asked.members.map(tick)),
    el("div", { class: "acts" },
      el("button", { type: "button", class: "plain", text: words.back, on: { click: acts.back } }), !one && some, all));
}
