// Pressed buttons that wait for the bot's answerCallbackQuery.

const LONGEST = 15000; // milliseconds until a button stops waiting, as Telegram's apps do

export class PressProgress {
  #pending = new Map(); // key → {timer, query}
  #early = new Set(); // answers that came before the press call returned
  #changed;

  /** `changed(key)` is called whenever a button begins or ends to wait. */
  constructor(changed) {
    this.#changed = changed;
  }

  has(key) {
    return this.#pending.has(key);
  }

  /** `press` resolves to the callback query's id, or to nothing when no answer will come. */
  async during(key, press) {
    this.#pending.set(key, { timer: setTimeout(() => this.#end(key), LONGEST), query: null });
    this.#changed(key);
    let query = null;
    try {
      query = await press();
    } finally {
      if (!query || this.#early.delete(query)) this.#end(key);
      else if (this.#pending.has(key)) this.#pending.get(key).query = query;
    }
  }

  answered(query) {
    for (const [key, entry] of this.#pending) {
      if (entry.query === query) {
        this.#end(key);
        return;
      }
    }
    this.#early.add(query);
  }

  #end(key) {
    clearTimeout(this.#pending.get(key)?.timer);
    this.#pending.delete(key);
    this.#changed(key);
  }
}
