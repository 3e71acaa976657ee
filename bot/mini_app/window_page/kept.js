// What outlives a reload of this tab; where a browser forbids storage (a frame of another site's), nothing does.

export class Kept {
  #prefix;
  #here = new Map();

  constructor(prefix) { this.#prefix = prefix; }

  get(key) {
    const text = this.#storage?.getItem(`${this.#prefix}.${key}`) ?? this.#here.get(key);
    return text === undefined || text === null ? undefined : JSON.parse(text);
  }

  set(key, value) {
    this.#here.set(key, JSON.stringify(value));
    this.#storage?.setItem(`${this.#prefix}.${key}`, JSON.stringify(value));
  }

  drop(key) {
    this.#here.delete(key);
    this.#storage?.removeItem(`${this.#prefix}.${key}`);
  }

  get #storage() {
    try {
      return window.sessionStorage;
    } catch (error) {
      if (error instanceof DOMException) return null;
      throw error;
    }
  }
}
