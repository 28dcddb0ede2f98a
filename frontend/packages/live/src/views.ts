/** A template on a canvas while somebody edits: WebGL while things move, the print's pixels once they rest. */

import { Stage } from "@monogram/canvas";
import type { Report } from "@monogram/design";

import type { Live } from "./live.ts";
import type { Answers, Template } from "./wire.ts";

/** Milliseconds without a movement after which the picture settles. */
const REST = 250;

export class View {
  readonly #live: Live;
  readonly #template: Template;
  readonly #stage: Stage;
  #newest = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(live: Live, template: Template, canvas: HTMLCanvasElement) {
    this.#live = live;
    this.#template = template;
    this.#stage = new Stage(live.canvasKit, canvas, live.resources);
  }

  /**
   * Shows the answers: at once while something is `moving`, and settled when it rests. Gives the report of what is shown;
   * null when newer answers came first. Throws as `Live.draw`; what was shown before then stays.
   */
  async show(answers: Answers, { moving = false } = {}): Promise<Report | null> {
    const mine = ++this.#newest;
    clearTimeout(this.#resting);
    const { scene, report } = await this.#live.draw(this.#template, answers);
    if (mine !== this.#newest) return null;
    const way = this.#stage.draw(scene, { live: moving });
    if (way === "live") this.#resting = setTimeout(() => this.#stage.settle(), REST);
    return report;
  }

  /** The pixels of what was shown last, as it is printed: RGBA, not premultiplied. */
  settle(): Uint8ClampedArray {
    clearTimeout(this.#resting);
    return this.#stage.settle();
  }

  delete(): void {
    this.#newest++;
    clearTimeout(this.#resting);
    this.#stage.delete();
  }
}
