// The messages of one chat in memory: current state only, ascending, cut into days and albums.

import { dayKey } from "./format.js";

const PAGE = 120; // messages drawn at first; more on demand

export class History {
  #messages = new Map();
  #shown = PAGE;

  replace(messages) {
    this.#messages = new Map(messages.map((message) => [message.message_id, message]));
    this.#shown = PAGE;
  }

  get(id) {
    return this.#messages.get(id);
  }

  get size() {
    return this.#messages.size;
  }

  put(message) {
    const known = this.#messages.has(message.message_id);
    this.#messages.set(message.message_id, message);
    if (!known) this.#shown += 1;
  }

  remove(ids) {
    for (const id of ids) this.#messages.delete(id);
  }

  showEarlier() {
    this.#shown += PAGE;
  }

  /** As far back as this message. */
  showFrom(id) {
    this.#shown = Math.max(this.#shown, this.all().filter((message) => message.message_id >= id).length);
  }

  /** All messages, ascending by id. */
  all() {
    return [...this.#messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  get hasEarlier() {
    return this.#messages.size > this.#shown;
  }

  /** What is drawn: `[{key, day, messages}]`, an album being one entry. */
  entries() {
    const entries = [];
    for (const message of this.all().slice(-this.#shown)) {
      const last = entries.at(-1);
      const album = message.media_group_id;
      if (album && last?.messages[0].media_group_id === album) last.messages.push(message);
      else entries.push({ key: message.message_id, day: dayKey(message.date), messages: [message] });
    }
    return entries;
  }
}
