// One person's live updates. Reconnects by itself and resumes after the last event seen.

import { streamUrl } from "./api.js";

const EVENTS = ["message", "edit", "delete", "typing", "answer", "menu", "keyboard", "pins", "reset"];
const LONGEST_PAUSE = 8000; // milliseconds

export class Stream {
  #user;
  #seq;
  #handlers;
  #source = null;
  #timer = null;
  #failures = 0;
  #closed = false;

  /**
   * @param user the person's id
   * @param seq  the last event that is already known
   * @param handlers one function per event name, plus `online(boolean)`
   */
  constructor(user, seq, handlers) {
    this.#user = user;
    this.#seq = seq;
    this.#handlers = handlers;
    document.addEventListener("visibilitychange", this.#visibility);
    this.#visibility();
  }

  close() {
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#visibility);
    this.#disconnect();
  }

  // A browser opens six connections to one server. A hidden page gives its own back; nothing is lost,
  // because the stream resumes after the last event.
  #visibility = () => {
    if (document.hidden) this.#disconnect();
    else if (!this.#source && !this.#timer) this.#connect();
  };

  #disconnect() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.#timer = null;
    const source = new EventSource(streamUrl(this.#user, this.#seq));
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#handlers.online(true);
    };
    source.onerror = () => this.#retry();
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#take(name, event));
  }

  #take(name, event) {
    if (this.#closed) return;
    if (event.lastEventId) this.#seq = event.lastEventId;
    this.#handlers[name](JSON.parse(event.data || "{}"));
  }

  #retry() {
    this.#disconnect();
    if (this.#closed || document.hidden) return;
    this.#handlers.online(false);
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), pause);
  }
}
