/** Something that a drawing lacks and that can be fetched: thrown where it is asked for, fetched, and the drawing done anew. */

export class Wanted extends Error {
  readonly what: string;
  readonly fetch: () => Promise<void>;

  constructor(what: string, fetch: () => Promise<void>) {
    super(`${what} is not there yet`);
    this.what = what;
    this.fetch = fetch;
  }
}

/** Values by key, fetched once. A failure is told to whoever asked, and tried again by the next. */
export class Fetched<T> {
  readonly #found = new Map<string, T>();
  readonly #under = new Map<string, Promise<void>>();
  readonly #fetch: (key: string) => Promise<T>;
  /** How many are kept; those used longest ago go first. */
  most: number;

  constructor(fetch: (key: string) => Promise<T>, most = 1000) {
    this.#fetch = fetch;
    this.most = most;
  }

  /** Throws Wanted. */
  get(key: string): T {
    const found = this.#found.get(key);
    if (found === undefined) throw new Wanted(key, () => this.load(key));
    this.#found.delete(key); // the newest used stands last
    this.#found.set(key, found);
    return found;
  }

  async load(key: string): Promise<void> {
    if (this.#found.has(key)) return;
    let under = this.#under.get(key);
    if (!under) {
      under = this.#fetch(key).then((value) => {
        this.#found.set(key, value);
        for (const oldest of this.#found.keys()) {
          if (this.#found.size <= this.most) break;
          this.#found.delete(oldest);
        }
      }).finally(() => this.#under.delete(key));
      this.#under.set(key, under);
    }
    await under;
  }
}
