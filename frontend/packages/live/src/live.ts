/** A store's templates drawn with answers: kit, engines and everything a drawing asks for on the way. */

import { load, Samples } from "@monogram/canvas";
import type { Resources } from "@monogram/canvas";
import { check, filled, layersOf, ofError, open, openWriter, told } from "@monogram/design";
import type { Asset, CodeWriter, Document, Drawing, Given, SceneNode, Seeing, Told, Values } from "@monogram/design";
import { FontNotLoaded, needsDictionary, pointsOf, RenderError } from "@monogram/text";
import type { CanvasKit } from "canvaskit-wasm";

import { charactersOf, Fonts } from "./fonts.ts";
import { Pictures } from "./pictures.ts";
import { valuesOf } from "./values.ts";
import { View } from "./views.ts";
import { Fetched, Wanted } from "./wanted.ts";
import { ask, askBytes, askJson, Refused } from "./wire.ts";
import type { Answers, Findings, Kit, Nodes, Template } from "./wire.ts";

/** How often one drawing may stop to fetch: every text of a thousand layers. */
const MOST_FETCHES = 2000;

/** api: where monogram/api is mounted. locate: where a WebAssembly file lies: canvaskit.wasm, zxing_writer.wasm. */
export interface Options {
  api: string;
  store: string;
  sku: string;
  locate?: (file: string) => string;
}

interface Prepared {
  template: string;
  layer: string;
  answers: Answers;
}

export class Live {
  readonly kit: Kit;
  readonly canvasKit: CanvasKit;
  readonly resources: Resources;
  readonly #options: Options;
  readonly #fonts: Fonts;
  readonly #pictures: Pictures;
  readonly #documents = new Map<string, Document>();
  readonly #breaks: Fetched<readonly number[]>;
  readonly #gamuts: Fetched<Uint16Array>;
  readonly #nodes: Fetched<readonly SceneNode[]>;
  readonly #prepared = new Map<string, Prepared>();
  readonly #editing = crypto.randomUUID();
  #asking: AbortController | undefined;
  #codes: CodeWriter | undefined;

  private constructor(options: Options, kit: Kit, canvasKit: CanvasKit, fonts: Fonts) {
    this.#options = options;
    this.kit = kit;
    this.canvasKit = canvasKit;
    this.#fonts = fonts;
    this.#pictures = new Pictures(canvasKit, kit.addresses.pictures);
    for (const template of kit.templates) {
      this.#documents.set(template.id, filled(template.document));
      for (const asset of Object.values(template.assets)) if ("exact" in asset) this.#pictures.know(asset);
    }
    this.#breaks = new Fetched(async (text) => {
      return (await askJson<{ breaks: number[][] }>(kit.addresses.breaks, { body: { texts: [text] } })).breaks[0];
    });
    this.#gamuts = new Fetched(async (profile) => new Uint16Array((await askBytes(`${kit.addresses.gamuts}/${profile}`)).buffer));
    this.#nodes = new Fetched((key) => this.#askNodes(this.#prepared.get(key)!), 50);
    this.resources = { pixels: (source) => this.#pictures.pixels(source), font: (sha256) => fonts.bytes(sha256) };
  }

  /** Throws Refused where the SKU has no published form. */
  static async open(options: Options): Promise<Live> {
    const address = `${options.api}/stores/${options.store}/skus/${encodeURIComponent(options.sku)}/live`;
    const [kit, canvasKit] = await Promise.all([askJson<Kit>(address), load(options.locate)]);
    const fonts = await Fonts.fetched(kit.addresses.book, kit.addresses.fonts);
    return new Live(options, kit, canvasKit, fonts);
  }

  /** By its id; without one the first of that usage. */
  template(by: { id?: string; usage?: 1 | 2 }): Template {
    const found = this.kit.templates.find((each) => (by.id ? each.id === by.id : each.usage === by.usage));
    if (!found) throw new Error("There is no such template.");
    return found;
  }

  /** A template on a canvas. */
  view(template: Template, canvas: HTMLCanvasElement): View {
    return new View(this, template, canvas);
  }

  /**
   * The scene and report of a template with answers, once all that it needs is there, its pictures decoded.
   *
   * Throws RenderError for what cannot be drawn, Refused and what `fetch` throws for what cannot be had.
   */
  async draw(template: Template, answers: Answers): Promise<Drawing> {
    const document = this.#documents.get(template.id)!;
    if (!this.#codes && [...layersOf(document.layers)].some((layer) => layer.type === "code")) await this.#openWriter();
    await this.#fonts.want(charactersOf(template.document, answers));
    const side = template.usage === 1 ? "print" : "preview";
    return this.#complete(async () => {
      const values = valuesOf(this.kit.components, answers, (token) => this.#pictures.photo(token));
      const drawing = open(document, values, this.#given(template, document, values, answers), { side });
      await this.#pictures.load(drawing.scene);
      return drawing;
    });
  }

  /** What `work` gives once nothing that it asks for is lacking any more. */
  async #complete<T>(work: () => T | Promise<T>): Promise<T> {
    for (let fetches = 0; ; fetches++) {
      try {
        return await work();
      } catch (error) {
        if (fetches >= MOST_FETCHES) throw error;
        if (error instanceof Wanted) await error.fetch();
        else if (error instanceof FontNotLoaded) await this.#fonts.supply(error);
        else throw error;
      }
    }
  }

  /** What preflight finds in the prints these answers make, found here: at once, and what the server finds. Each once. */
  async examine(answers: Answers): Promise<Told[]> {
    const found = new Map<string, Told>();
    for (const template of this.kit.templates) {
      if (template.usage !== 1) continue;
      for (const finding of await this.#examined(template, answers)) found.set(JSON.stringify(finding), finding);
    }
    return [...found.values()];
  }

  async #examined(template: Template, answers: Answers): Promise<Told[]> {
    const samples = new Samples(this.canvasKit, this.resources);
    const seeing: Seeing = {
      sample: (scene, nodes, box, size, background) => samples.sample(scene, nodes, box, size, background),
      gamut: (profile) => this.#gamuts.get(profile),
    };
    try {
      const drawing = await this.draw(template, answers);
      const document = this.#documents.get(template.id)!;
      return (await this.#complete(() => check(document, drawing, seeing))).map(told);
    } catch (error) {
      if (error instanceof RenderError) return [told(ofError(error))];
      throw error;
    } finally {
      samples.delete();
    }
  }

  /** What the server's preflight says of the prints these answers make; null when a newer question was asked meanwhile. */
  async findings(answers: Answers, lang: string): Promise<Findings | null> {
    this.#asking?.abort();
    const { signal } = this.#asking = new AbortController();
    const body = { sku: this.#options.sku, lang, answers, editing: this.#editing };
    try {
      return await askJson<Findings>(this.kit.addresses.findings, { body, signal });
    } catch (error) {
      if (signal.aborted || (error instanceof Refused && error.code === "conflict")) return null;
      throw error;
    }
  }

  #given(template: Template, document: Document, values: Values, answers: Answers): Given {
    return {
      kit: this.canvasKit, book: this.#fonts.book, codes: this.#codes,
      font: (sha256) => this.#fonts.bytes(sha256),
      asset: (name) => this.#asset(template.assets[name]?.sha256 ?? name),
      dictionaryBreaks: (text) => (needsDictionary(pointsOf(text)) ? this.#breaks.get(text) : undefined),
      prepared: (layer) => {
        // of a repeat's layers, which are numbered, any list may change something
        const bound = layer.includes("#") ? values
          : document.bindings.filter((binding) => binding.layer === layer).map((binding) => values[binding.component]);
        const key = JSON.stringify([template.id, layer, bound]);
        this.#prepared.set(key, { template: template.id, layer, answers });
        return this.#nodes.get(key);
      },
    };
  }

  #asset(sha256: string): Asset | undefined {
    const facts = this.#pictures.facts(sha256);
    if (!facts) return undefined;
    const pictures = this.#pictures;
    return {
      sha256, size: [facts.width, facts.height],
      get salience() {
        return pictures.counts(sha256); // only a layer that looks for it asks
      },
    };
  }

  async #askNodes({ template, layer, answers }: Prepared): Promise<readonly SceneNode[]> {
    const body = { sku: this.#options.sku, lang: "en", answers, templateId: template, layers: [layer] };
    return (await askJson<Nodes>(this.kit.addresses.nodes, { body })).nodes[layer];
  }

  async #openWriter(): Promise<void> {
    const { locate = (file: string) => file } = this.#options;
    this.#codes = await openWriter(await (await ask(locate("zxing_writer.wasm"))).arrayBuffer());
  }
}
