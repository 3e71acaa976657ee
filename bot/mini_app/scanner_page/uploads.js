// Scans that were judged without a network go to the house as soon as there is one, however often it takes.

import { Refused } from "./api.js";

const MOST = 100; // scans in one upload (domain/admission/offline.py)

export class Uploads {
  #store;
  #api;
  #scans = [];
  #sending = null;
  /** What the house said when it would not take them; "" when it does. */
  refused = "";

  constructor(store, api) {
    this.#store = store;
    this.#api = api;
  }

  async load() { this.#scans = await this.#store.queued(); }

  get size() { return this.#scans.length; }

  /** Who came in by them: ticket id → when. */
  letIn() {
    return this.#scans.filter((scan) => scan.said === "admitted" && !scan.undone).map((scan) => [scan.ticket_id, scan.at]);
  }

  async add(scans) {
    await this.#store.enqueue(scans);
    this.#scans.push(...scans);
  }

  /** Takes scans back. Sent already or not, the house hears of it under the same nonce. */
  async takeBack(scans) {
    const undone = scans.map((scan) => ({ ...scan, undone: true }));
    await this.#store.enqueue(undone);
    const nonces = new Set(undone.map((scan) => scan.nonce));
    this.#scans = [...this.#scans.filter((scan) => !nonces.has(scan.nonce)), ...undone];
  }

  /** Sends what there is. Raises Unreachable; what is refused is kept. One at a time: whoever asks meanwhile waits. */
  send() {
    this.#sending ??= this.#sendAll().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #sendAll() {
    while (this.#scans.length) {
      const sent = this.#scans.slice(0, MOST);
      try {
        await this.#api.post("upload", { scans: sent });
        this.refused = "";
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.refused = error.message;
        return;
      }
      // One that was taken back meanwhile is another object by now, and goes once more.
      const kept = this.#scans.filter((scan) => !sent.includes(scan));
      const again = new Set(kept.map((scan) => scan.nonce));
      await this.#store.dequeue(sent.map((scan) => scan.nonce).filter((nonce) => !again.has(nonce)));
      this.#scans = this.#scans.filter((scan) => !sent.includes(scan));
    }
  }
}
