// One tab stop for a long list: the arrow keys choose a message, Tab goes into what it offers.

const CONTROLS = "a[href], button, [role=button]";

export class Roving {
  #list;
  #current = null;
  #pendingFocus = null;

  constructor(list) {
    this.#list = list;
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => {
      const article = event.target.closest("article");
      if (article) this.#choose(article);
    });
    list.addEventListener("focus", () => this.#current?.focus({ preventScroll: false }));
  }

  get current() {
    return this.#current;
  }

  /** After the list was drawn: the newest message is the tab stop unless the reader is inside the list. */
  refresh() {
    const articles = this.#articles();
    for (const article of articles) if (article !== this.#current) this.#enable(article, false);
    if (this.#pendingFocus) {
      const target = this.#pendingFocus;
      this.#pendingFocus = null;
      this.#choose(target.closest("article"));
      target.focus({ preventScroll: true });
    } else if (!this.#list.contains(document.activeElement) || !articles.includes(this.#current)) {
      this.#choose(articles.at(-1) ?? null);
    }
    // An empty list is a tab stop itself; otherwise its current message is.
    this.#list.tabIndex = articles.length ? -1 : 0;
  }

  /** The focused control is about to be replaced by `target`. */
  focusAfterDraw(target) {
    this.#pendingFocus = target;
  }

  #articles() {
    return [...this.#list.querySelectorAll("article")];
  }

  #choose(article) {
    if (this.#current && this.#current !== article) this.#enable(this.#current, false);
    this.#current = article;
    if (article) this.#enable(article, true);
  }

  #enable(article, on) {
    const tabIndex = on ? 0 : -1;
    article.tabIndex = tabIndex;
    for (const control of article.querySelectorAll(CONTROLS)) control.tabIndex = tabIndex;
  }

  #key(event) {
    const articles = this.#articles();
    const index = articles.indexOf(event.target.closest("article"));
    const target = {
      ArrowUp: articles[Math.max(0, index - 1)],
      ArrowDown: articles[Math.min(articles.length - 1, index + 1)],
      Home: articles[0],
      End: articles.at(-1),
    }[event.key];
    if (!target || index < 0) return;
    event.preventDefault();
    target.focus();
  }
}
