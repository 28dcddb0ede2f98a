/** What CanvasKit has made and only an explicit `delete` frees. */

interface Deletable {
  delete(): void;
}

export class Scope {
  readonly #kept: Deletable[] = [];

  keep<T extends Deletable>(made: T): T {
    this.#kept.push(made);
    return made;
  }

  delete(): void {
    for (const one of this.#kept.splice(0).reverse()) one.delete();
  }
}

/** Runs the work, then deletes what it kept. */
export function scoped<T>(work: (scope: Scope) => T): T {
  const scope = new Scope();
  try {
    return work(scope);
  } finally {
    scope.delete();
  }
}
