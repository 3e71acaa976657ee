// One gate on one evening: asks the house; where it does not answer in time, the list; and sends later what was judged.

import { Api, Refused, Unreachable } from "./api.js";
import { CHECK, find, GATE, ID, isIn, judge, SEAT, WHO } from "./judge.js";
import { Store } from "./store.js";
import { Uploads } from "./uploads.js";

const SCAN_WITHIN = 2000; // ms: afterwards the list decides, for people are waiting
const LIST_EVERY = 3 * 60_000; // ms; while there is a network
const LOOK_EVERY = 10_000;
const PROBE_FIRST = 3000;
const PROBE_LAST = 30_000;

export class Door {
  words = null;
  list = null;
  standing = null;
  online = true;
  #api = new Api();
  #store = new Store();
  #uploads = new Uploads(this.#store, this.#api);
  #here = new Map(); // ticket id → when it came in at this phone, in the house's ms
  #offset = 0; // what the house's clock is ahead of this phone's, in ms
  #pause = PROBE_FIRST;
  #timer = null;
  #changed;

  /** `changed()` is called whenever something around the verdict is to be drawn anew. */
  constructor(changed) { this.#changed = changed; }

  get now() { return Date.now() + this.#offset; }
  get age() { return this.list ? this.now - this.list.made_at : 0; }
  get tooOld() { return this.list !== null && this.age > this.list.lasts; }
  get waiting() { return this.#uploads.size; }
  get refused() { return this.#uploads.refused; }

  /** Raises Refused; Unreachable where there is neither a network nor a list. */
  async open(initData, user) {
    await this.#store.open(user);
    await this.#recall();
    try {
      await this.#signIn(initData);
      await this.refresh();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#lost();
      if (!this.list) throw error;
    }
    window.addEventListener("online", () => this.#probe());
    setInterval(() => this.online && this.#keepUp(), LOOK_EVERY);
    this.#changed();
  }

  async #recall() {
    const kept = await this.#store.get("list");
    if (kept) ({ list: this.list, words: this.words, standing: this.standing, offset: this.#offset } = kept);
    this.#here = new Map(await this.#store.get("here") ?? []);
    await this.#uploads.load();
    for (const [id, at] of this.#uploads.letIn()) this.#here.set(id, at);
    this.#api.token = await this.#store.get("token") ?? null;
  }

  /** Telegram's word is fresh when the page was opened; after a reload, the session that came of it still holds. */
  async #signIn(initData) {
    try {
      await this.#api.signIn(initData);
      await this.#store.set("token", this.#api.token);
    } catch (error) {
      if (!(error instanceof Refused) || !this.#api.token) throw error;
      // Whoever has left the door meanwhile still sends what they scanned there.
      await this.#uploads.send();
      if (error.code !== "signed_out") throw error;
    }
  }

  /** Sends what waits, then takes a new list, and the house's clock with it. Raises Refused, Unreachable. */
  async refresh() {
    await this.#uploads.send();
    const asked = Date.now();
    const answer = await this.#api.get("list");
    const offset = answer.now - (asked + Date.now()) / 2;
    this.list = answer.list;
    this.words = answer.words;
    this.standing = answer.standing;
    this.#offset = offset;
    const unsent = new Set(this.#uploads.letIn().map(([id]) => id));
    for (const [id, at] of this.#here) if (at < this.list.made_at && !unsent.has(id)) this.#here.delete(id);
    await this.#store.set("list", { list: this.list, words: this.words, standing: this.standing, offset });
    await this.#keepHere();
    this.#found();
  }

  /** A code or a short code. Gives `{verdict}`, `{verdicts, …}` or `{party}`. Raises Refused. */
  async check(what) {
    const nonce = crypto.randomUUID();
    if (this.online) {
      try {
        const answer = await this.#told(await this.#api.post("scan", { ...what, nonce }, SCAN_WITHIN));
        return answer.party ? { party: { ...answer.party, code: what.code } } : answer;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.#lost();
      }
    }
    return this.#judged(what, nonce);
  }

  /** Some or all of a party. `party` is what `check` gave, `chosen` are ticket ids. Raises Refused. */
  async admit(party, chosen) {
    const nonces = Object.fromEntries(chosen.map((id) => [id, crypto.randomUUID()]));
    if (this.online && party.credential_id) {
      try {
        const asked = { credential_id: party.credential_id, nonces };
        return await this.#told(await this.#api.post("party", asked, SCAN_WITHIN));
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.#lost();
      }
    }
    return this.#judgedParty(party, nonces);
  }

  /** Takes back what `check` or `admit` gave. Raises Refused, Unreachable. */
  async undo(answer) {
    if (answer.scans) await this.#uploads.takeBack(answer.scans);
    else if (answer.verdict) await this.#see(await this.#api.post("undo", { admission_id: answer.verdict.admission_id }));
    else await this.#see(await this.#api.post("undo", { credential_id: answer.credential_id }));
    for (const verdict of answer.verdicts ?? [answer.verdict]) this.#here.delete(verdict.ticket_id);
    await this.#keepHere();
    if (answer.scans) this.#probe();
    this.#changed();
  }

  // -- the house's answer

  async #told(answer) {
    for (const verdict of answer.verdicts ?? [answer.verdict ?? {}]) {
      if (verdict.outcome === "left") this.#here.delete(verdict.ticket_id);
      else if (verdict.kind === "yes") this.#here.set(verdict.ticket_id, this.now);
      if ("admitted" in verdict) Object.assign(this.standing, { admitted: verdict.admitted, expected: verdict.expected });
    }
    await this.#keepHere();
    this.#changed();
    return answer;
  }

  // -- the list's answer

  async #judged(what, nonce) {
    const { words, list } = this;
    if (!list) return { verdict: this.#verdict("no", "unknown", { head: words.not_ticket, hint: words.no_list }) };
    if (list.mode !== "in") return { verdict: this.#verdict("look", "unknown", { hint: words.only_online }) };
    const found = await find(list, what);
    if (found?.indexes) return { party: this.#party(found.indexes, what.code) };
    const outcome = found ? judge(list, found, this.#here, this.now) : "unknown";
    const scan = this.#scan(nonce, what, outcome, found ? list.tickets[found.index][ID] : undefined);
    await this.#uploads.add([scan]);
    return { verdict: await this.#byList(outcome, found?.index), scans: [scan] };
  }

  #party(indexes, code) {
    const tickets = indexes.map((index) => this.list.tickets[index]);
    const coming = tickets.filter((ticket) => !isIn(ticket, this.#here));
    return {
      code,
      credential_id: null,
      inside: tickets.length - coming.length,
      members: coming.map((ticket) => ({
        ticket_id: ticket[ID], seat: ticket[SEAT], concession: ticket[WHO], check: ticket[CHECK],
      })),
    };
  }

  async #judgedParty(party, nonces) {
    const verdicts = [];
    const scans = [];
    for (const [id, nonce] of Object.entries(nonces)) {
      const index = this.list.tickets.findIndex((ticket) => ticket[ID] === Number(id));
      const outcome = index < 0 ? "unknown" : judge(this.list, { index }, this.#here, this.now);
      scans.push(this.#scan(nonce, { code: party.code }, outcome, Number(id)));
      verdicts.push(await this.#byList(outcome, index < 0 ? undefined : index));
    }
    await this.#uploads.add(scans);
    return { verdicts, scans };
  }

  #scan(nonce, what, said, ticketId) {
    const { performance_id, gate_id } = this.list;
    return { nonce, ...what, performance_id, gate_id, at: Math.round(this.now), said, ticket_id: ticketId, undone: false };
  }

  async #byList(outcome, index) {
    const { words, list } = this;
    const ticket = index === undefined ? null : list.tickets[index];
    const first = ticket ? this.#here.get(ticket[ID]) : undefined;
    const hints = {
      unknown: words.not_listed,
      already_in: first ? words.in_here.replace("{time}", this.time(first)) : words.in_by_list,
      wrong_gate: ticket?.[GATE] in list.gates ? this.#rightGate(list.gates[ticket[GATE]]) : "",
    };
    if (outcome === "admitted") {
      this.#here.set(ticket[ID], this.now);
      await this.#keepHere();
      this.standing.admitted += 1;
    }
    this.#changed();
    const kind = outcome === "unknown" || this.tooOld ? "look" : words.kinds[outcome];
    return this.#verdict(kind, outcome, {
      seat: ticket?.[SEAT] ?? "",
      lines: ticket?.[WHO] && outcome === "admitted" ? [ticket[WHO]] : [],
      checks: ticket?.[CHECK] && outcome === "admitted" ? [ticket[CHECK]] : [],
      hint: hints[outcome] ?? words.hints[outcome] ?? "",
      ticket_id: ticket?.[ID],
      by_list: words.by_list.replace("{time}", this.time(list.made_at)) + (this.tooOld ? ` · ${words.uncertain}` : ""),
    });
  }

  #verdict(kind, outcome, more) {
    return { kind, outcome, head: this.words.heads[outcome], seat: "", lines: [], checks: [], hint: "", ...more };
  }

  #rightGate([name, way]) {
    return [this.words.right_gate.replace("{gate}", name), way].filter(Boolean).join("\n");
  }

  /** The venue's time of day. */
  time(at) {
    const format = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: this.list.zone };
    return new Intl.DateTimeFormat("en-GB", format).format(at);
  }

  async #keepHere() { await this.#store.set("here", [...this.#here]); }

  // -- the network

  #lost() {
    this.online = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#probe(), this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, PROBE_LAST);
    this.#changed();
  }

  #found() {
    this.online = true;
    this.#pause = PROBE_FIRST;
    clearTimeout(this.#timer);
    this.#changed();
  }

  /** Is the house there again? Then it gets what waits, and we a new list. */
  async #probe() {
    try {
      await this.refresh();
    } catch (error) {
      if (error instanceof Unreachable) this.#lost();
      else if (error instanceof Refused) this.#changed(error);
      else throw error;
    }
  }

  async #keepUp() {
    try {
      if (this.age > LIST_EVERY || this.#uploads.size) await this.refresh();
      else await this.#see(await this.#api.get("look"));
    } catch (error) {
      if (error instanceof Unreachable) this.#lost();
      else if (error instanceof Refused) this.#changed(error);
      else throw error;
    }
  }

  async #see({ standing }) {
    this.standing = standing;
    this.#changed();
  }
}
