// What is kept on this phone, per usher: the list, the session, who came in here, and scans that are not sent yet.
// Where a browser forbids storage (a frame of another site's), it is kept as long as the page is open.

const request = (asked) => new Promise((resolve, reject) => {
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

const done = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
});

export class Store {
  #db = null;
  #kept = new Map();
  #queue = new Map();

  async open(user) {
    try {
      const opening = indexedDB.open(`foyer-scanner-${user}`, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("kept");
        opening.result.createObjectStore("queue", { keyPath: "nonce" });
      };
      this.#db = await request(opening);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  async get(key) {
    return this.#db ? request(this.#db.transaction("kept").objectStore("kept").get(key)) : this.#kept.get(key);
  }

  async set(key, value) {
    if (!this.#db) this.#kept.set(key, value);
    else await this.#write("kept", (store) => store.put(value, key));
  }

  /** Scans that are not sent yet, the oldest first. */
  async queued() {
    const found = this.#db
      ? await request(this.#db.transaction("queue").objectStore("queue").getAll())
      : [...this.#queue.values()];
    return found.sort((a, b) => a.at - b.at);
  }

  /** Resolves when it is on disk. */
  async enqueue(scans) {
    if (!this.#db) for (const scan of scans) this.#queue.set(scan.nonce, { ...scan });
    else await this.#write("queue", (store) => scans.forEach((scan) => store.put(scan)));
  }

  async dequeue(nonces) {
    if (!this.#db) nonces.forEach((nonce) => this.#queue.delete(nonce));
    else await this.#write("queue", (store) => nonces.forEach((nonce) => store.delete(nonce)));
  }

  async #write(name, change) {
    const transaction = this.#db.transaction(name, "readwrite");
    change(transaction.objectStore(name));
    await done(transaction);
  }
}
