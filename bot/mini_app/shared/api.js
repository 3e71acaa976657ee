// The house's answers. There are two ways to get none: it said no (Refused), or nothing came in time (Unreachable).

const WITHIN = 20_000;

export class Refused extends Error {
  constructor(status, { code, reason, error }) {
    super(error);
    Object.assign(this, { status, code, reason });
  }
}

export class Unreachable extends Error {}

export class Api {
  token = null;

  get(call, within = WITHIN) { return this.#ask(`api/${call}`, undefined, within); }
  post(call, body, within = WITHIN) { return this.#ask(`api/${call}`, body, within); }

  /** Exchanges Telegram's word, or that of a page which opened this one in a tab, for a session. */
  async signIn(initData, tab) {
    const answer = await this.#ask("session", { init_data: initData, tab }, WITHIN);
    this.token = answer.token;
    return answer;
  }

  async #ask(path, body, within) {
    const headers = this.token && path !== "session" ? { Authorization: `Bearer ${this.token}` } : {};
    let response;
    let answer;
    try {
      response = await fetch(path, {
        method: body === undefined ? "GET" : "POST",
        headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(within),
        cache: "no-store",
        credentials: "omit",
      });
      answer = await response.json();
    } catch (error) {
      // No connection, no answer in time, or a proxy's page in place of an answer.
      throw new Unreachable(error.message);
    }
    if (response.ok) return answer;
    if (answer?.ok === false && response.status < 500) throw new Refused(response.status, answer);
    throw new Unreachable(String(response.status));
  }
}
