// The scanner: scan → verdict → next, with one hand. Telegram's own window reads the code; the page never sees a camera.

import { Refused, Unreachable } from "./api.js";
import { Door } from "./door.js";
import { el, fill } from "./dom.js";
import * as screens from "./screens.js";
import { Signals } from "./signals.js";

const telegram = window.Telegram.WebApp;
const main = document.getElementById("main");
const PHONES = ["android", "android_x", "ios"]; // Telegram's other apps have no showScanQrPopup
const CODE = /(?<![A-Za-z0-9_-])([TP][A-Za-z0-9][A-Za-z0-9_-]{28})(?![A-Za-z0-9_-])/; // domain/codes.py
const canScan = telegram.isVersionAtLeast("6.4") && PHONES.includes(telegram.platform);

const signals = new Signals();
const door = new Door((error) => (error ? say(error) : around()));
let busy = false;

/** The bar and the line below it: where, how many, and whether the house answers. */
function around() {
  const { words, list, standing } = door;
  if (!words) return;
  document.getElementById("gate").textContent = list.gate;
  document.getElementById("title").textContent = `${list.when} · ${list.title}`;
  document.getElementById("count").textContent = fill(words.in, standing);
  document.title = `${words.scanner} · ${list.gate}`;
  const state = document.getElementById("state");
  const age = Math.max(0, Math.floor(door.age / 60_000));
  const said = [
    door.online ? words.online : fill(words.offline, { time: door.time(list.made_at), age }),
    !door.online && door.tooOld && words.too_old,
    door.waiting > 0 && fill(words.waiting, { count: door.waiting }),
    door.refused && fill(words.send_failed, { error: door.refused }),
  ].filter(Boolean).join(" · ");
  if (state.textContent !== said) state.textContent = said; // a screen reader says only what is new
  state.className = door.online && !door.refused ? "online" : "offline";
}

function show(node) {
  main.removeAttribute("aria-busy");
  main.replaceChildren(node);
  node.querySelector("[data-focus]")?.focus({ preventScroll: true });
  const home = node.classList.contains("ready");
  document.body.classList.toggle("judged", node.classList.contains("verdict"));
  if (home) telegram.BackButton.hide();
  else telegram.BackButton.show();
}

const acts = {
  scan() {
    signals.ready();
    telegram.showScanQrPopup({ text: door.words.aim }, (text) => {
      const code = CODE.exec(text);
      if (code) acts.check({ code: code[1] });
      else judged(screens.notice(door.words, "look", door.words.not_ticket, door.words.not_ticket_hint, acts), "look");
      return true; // closes the window
    });
  },
  check: (what) => once(async () => answered(await door.check(what))),
  admit: (party, chosen) => once(async () => answered(await door.admit(party, chosen))),
  undo: (answer) => once(async () => {
    await door.undo(answer);
    acts.back();
    main.querySelector(".said").textContent = door.words.undone;
  }),
  next() {
    acts.back();
    if (canScan) acts.scan();
  },
  back: () => show(screens.ready(door.words, door.standing, { canScan, loud: signals.loud }, acts)),
  sound(event) {
    signals.loud = !signals.loud;
    event.target.setAttribute("aria-pressed", String(signals.loud));
    if (signals.loud) { signals.ready(); signals.give("yes"); }
  },
  refresh: () => once(async () => {
    await door.refresh();
    acts.back();
    main.querySelector(".said").textContent = door.words.refreshed;
  }),
};

/** Two taps are one: what is under way is waited for. */
async function once(work) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  signals.ready();
  try {
    await work();
  } catch (error) {
    say(error);
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
  }
}

function answered(answer) {
  const { words } = door;
  if (answer.verdict) judged(screens.verdict(words, answer, acts), answer.verdict.kind);
  else if (answer.verdicts) judgedAll(answer);
  else if (answer.party.members.length) show(screens.party(words, answer.party, acts));
  else judged(screens.notice(words, "no", words.heads.already_in, fill(words.party_inside, { count: answer.party.inside }), acts), "no");
}

function judgedAll(answer) {
  const node = screens.verdicts(door.words, answer, acts);
  judged(node, ["yes", "look", "no"].find((kind) => node.classList.contains(kind)));
}

function judged(node, kind) {
  show(node);
  signals.give(kind);
}

/** A no of the house's, in its own words; what is a mistake of ours goes on to the console. */
function say(error) {
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  const { words } = door;
  if (!words) {
    main.removeAttribute("aria-busy");
    if (error instanceof Unreachable) document.getElementById("no-network").hidden = false;
    else main.replaceChildren(el("p", { class: "note", role: "alert", text: error.message }));
    return;
  }
  show(screens.notice(words, "look", error instanceof Refused ? error.message : words.failed, "", acts));
}

telegram.ready();
telegram.expand();
telegram.BackButton.onClick(() => acts.back());
document.documentElement.lang = navigator.language;
try {
  await door.open(telegram.initData, telegram.initDataUnsafe.user?.id ?? "nobody");
  document.documentElement.lang = door.words.language;
  acts.back();
  around();
} catch (error) {
  say(error);
}
