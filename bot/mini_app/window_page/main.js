// The window: what is on → seats → money → tickets on paper. Each act goes to the house with a nonce: asked again after
// a lost answer, it is done once.

import { Api, Refused, Unreachable } from "./api.js";
import { el, fill } from "./dom.js";
import { Kept } from "./kept.js";
import { Blocks } from "./blocks.js";
import * as drawer from "./drawer.js";
import * as screens from "./screens.js";
import { Sale } from "./sale.js";
import { openTelegram } from "./telegram.js";

const WITHIN = 8000; // ms for one try
const TRIES = 3;
const LOOK_EVERY = 5000;
const CLOCK_EVERY = 10_000;

const main = document.getElementById("main");
const kept = new Kept("foyer-window");
const api = new Api();
const telegram = await openTelegram();

let words = null;
let busy = false;
let opening = true; // the focus stays where a reader begins
let sale = null; // on the screen of seats
let unfinished = null; // what the last customer holds, as far as this page knows
let clock = null; // on the screen of an order

// -- asking the house

/** An act: it has its effect once, however often its answer gets lost. */
function act(call, body = {}) {
  return once(() => ask({ call, body: { ...body, nonce: crypto.randomUUID() } }));
}

async function ask(asked) {
  kept.set("asked", asked);
  const answer = await tried(asked);
  kept.drop("asked");
  if (answer.members?.length === 0) wrong(words.member_none); // what is on the page stays
  else show(answer);
}

async function tried(asked) {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await api.post(asked.call, asked.body, WITHIN);
    } catch (error) {
      if (error instanceof Refused) kept.drop("asked");
      if (!(error instanceof Unreachable) || left === 0) throw error;
    }
  }
}

/** Two presses are one: what is under way is waited for. */
async function once(work) {
  if (busy) return;
  busy = true;
  main.setAttribute("aria-busy", "true");
  say("");
  try {
    await work();
  } catch (error) {
    await failed(error);
  } finally {
    busy = false;
    main.removeAttribute("aria-busy");
  }
}

/** A no of the house's, in its own words; what is a mistake of ours goes on to the console. */
async function failed(error) {
  if (error instanceof Unreachable) {
    const asked = kept.get("asked");
    wrong(words?.failed ?? "Foyer?");
    if (asked && words) show({ asked });
    return;
  }
  if (!(error instanceof Refused)) throw error;
  if (error.code === "seat_taken" || error.code === "not_enough_together") await sale?.look().catch(quiet);
  wrong(error.message);
  if (error.code === "signed_out") main.replaceChildren();
}

function quiet(error) {
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
}

// -- what is seen and heard

function say(text) {
  document.getElementById("said").textContent = text;
  if (text) wrong("");
}

function wrong(text) {
  document.getElementById("wrong").textContent = text;
}

/** Whatever the house has answered: each kind of answer has its screen. */
function show(answer) {
  clearInterval(clock);
  sale?.close();
  sale = null;
  kept.drop("order");
  if (answer.bar !== undefined) bar(answer.bar);
  if (answer.asked) put(screens.unsure(words, () => once(() => ask(answer.asked))), true);
  else if (answer.desk) showBlocks(answer);
  else if (answer.hall) showSale(answer);
  else if (answer.order) showOrder(answer);
  else if (answer.drawers) showDrawers(answer);
  else if (answer.members) put(screens.members(words, answer, acts), true);
  else if (answer.orders) put(screens.orders(words, answer, acts), true);
  else showWindow(answer.window);
}

function put(node, away) {
  main.replaceChildren(node);
  window.scrollTo(0, 0);
  if (!opening) (node.querySelector("[data-focus]") ?? node.querySelector("h2"))?.focus({ preventScroll: true });
  opening = false;
  telegram?.back(away);
}

/** What lies in the drawer; nothing while it is counted. */
function bar(text) {
  document.getElementById("drawer").textContent = text;
}

function showWindow(found) {
  unfinished = found.unfinished;
  bar(found.drawer);
  put(screens.on(words, found, telegram !== null, acts), false);
}

function showSale({ hall, sale: stands }) {
  sale = new Sale(words, hall, stands, {
    look: (body) => api.post("look", body, WITHIN),
    hold: (body) => act("hold", body),
    back: acts.home,
    say,
    wrong: (error) => {
      quiet(error);
      wrong(error instanceof Refused ? error.message : words.no_network);
    },
  });
  put(sale.node, true);
  sale.open(LOOK_EVERY);
}

function showBlocks({ hall, desk, said }) {
  const blocks = new Blocks(words, hall, desk, {
    block: (body) => act("block", { performance_id: hall.performance_id, ...body }),
    release: (ids) => act("release", { performance_id: hall.performance_id, block_ids: ids }),
    sell: (id, count) => act("sell", { block_id: id, count }),
    home: acts.home,
    wrong,
  });
  put(blocks.node, true);
  blocks.open();
  say(said ?? "");
}

function showOrder({ order, said }) {
  kept.set("order", order.order_id);
  unfinished = order.state === "held" ? order.order_id : null;
  put(screens.order(words, order, said, acts), true);
  say(said ?? "");
  if (order.seconds === null) return;
  const until = performance.now() + order.seconds * 1000; // by the house's clock; this computer's may be wrong
  clock = setInterval(() => tick(order.order_id, until), CLOCK_EVERY);
}

function showDrawers(answer) {
  put(drawer.drawer(words, { ...answer, order: unfinished }, acts), true);
  say(answer.said ?? "");
}

/** Minutes that are left; when there are none, what the house says of it. */
function tick(id, until) {
  const left = main.querySelector(".left");
  const minutes = Math.ceil((until - performance.now()) / 60_000);
  if (minutes > 0 && left) left.textContent = fill(words.left, { minutes });
  else if (minutes <= 0) acts.open(id);
}

// -- what can be pressed

const acts = {
  home: () => once(async () => show(await api.post("on", {}, WITHIN))),
  page: (page) => once(async () => show(await api.post("on", { page }, WITHIN))),
  begin: (id) => act("begin", { performance_id: id }),
  open: (id) => once(async () => show(await api.post("order", { order_id: id }, WITHIN))),
  other: (id) => once(async () => show(await api.post("other", { order_id: id }, WITHIN))),
  find: (text) => act("find", { text }),
  sold: () => once(async () => show({ ...(await api.get("sold", WITHIN)), sold: true })),
  act: (call, id, body = {}) => act(call, { order_id: id, ...body }),
  stop: async (id) => {
    await act("stop", { order_id: id });
    if (!main.querySelector(".order")) say(words.let_go_done);
  },
  print: (id, size) => once(async () => {
    const { url } = await api.post("print", { order_id: id, size }, WITHIN);
    main.querySelector(".paper")?.replaceChildren(el("a", { href: url, target: "_blank", rel: "noopener", text: words.print_open }));
    say(words.print_open);
    beside(url);
  }),
  blocks: (id) => once(async () => show(await api.post("blocks", { performance_id: id }, WITHIN))),
  drawer: () => once(async () => show(await api.get("drawer", WITHIN))),
  openDrawer: (venue, sum, order) => act("open_drawer", { venue_id: venue, sum, order_id: order }),
  payOut: (id, sum, reason) => act("pay_out", { drawer_id: id, sum, reason }),
  count: (id) => {
    say("");
    wrong("");
    bar("");
    put(drawer.count(words, id, acts), true);
  },
  close: (id, sum) => act("count", { drawer_id: id, sum }),
  sign: (id) => act("sign", { drawer_id: id }),
  tab: () => once(async () => beside((await api.post("tab", {}, WITHIN)).url)),
};

/** Beside this page: a browser's tab. */
function beside(url) {
  if (telegram) telegram.openLink(url);
  else window.open(url, "_blank", "noopener");
}

// -- coming in

/** Telegram's word is fresh when the page was opened, a tab's once; after a reload the session that came of it holds. */
async function signIn() {
  const tab = new URLSearchParams(location.hash.slice(1)).get("tab");
  if (tab) history.replaceState(null, "", location.pathname);
  api.token = kept.get("token") ?? null;
  if (!tab && !telegram?.initData) {
    if (!api.token) await api.signIn("", "");
    return;
  }
  try {
    kept.set("token", (await api.signIn(telegram?.initData ?? "", tab ?? "")).token);
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "signed_out" || !api.token) throw error;
  }
}

document.documentElement.lang = navigator.language;
telegram?.onBack(() => acts.home());
try {
  await signIn();
  const opened = await api.get("start");
  words = opened.words;
  document.documentElement.lang = words.language;
  document.title = words.window;
  document.getElementById("name").textContent = words.window;
  const toDrawer = document.getElementById("to-drawer");
  toDrawer.textContent = words.drawer;
  toDrawer.hidden = false;
  toDrawer.addEventListener("click", acts.drawer);
  const [asked, order] = [kept.get("asked"), kept.get("order")];
  show(opened);
  if (asked) await once(() => ask(asked));
  else if (order) await acts.open(order);
} catch (error) {
  quiet(error);
  wrong(error instanceof Refused ? error.message : navigator.language.startsWith("zh") ? "没有网络，请稍后重新打开。" : "There is no network. Please open the window again when there is one.");
}
main.removeAttribute("aria-busy");
