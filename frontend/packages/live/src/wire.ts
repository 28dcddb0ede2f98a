/** What monogram/api hands out; see docs/customizer-api.md. */

import type { SceneNode } from "@monogram/design";
import type { Book } from "@monogram/text";

export type Condition =
  | { op: "equals"; component: string; value: string | number | boolean }
  | { op: "in"; component: string; values: readonly (string | number | boolean)[] }
  | { op: "answered"; component: string }
  | { op: "not"; condition: Condition }
  | { op: "all" | "any"; conditions: readonly Condition[] };

/** What it takes to tell which answers count. */
export interface Component {
  key: string;
  kind: string;
  default: string | number | boolean | null;
  showWhen: Condition | null;
  /** Of a list: what each of its entries answers. */
  components?: readonly Component[];
}

/** A picture as the renderer sees it. exact: any decoder gives its pixels; otherwise they are at `picture`/pixels. */
export interface PictureFacts {
  sha256: string;
  width: number;
  height: number;
  url: string;
  exact: boolean;
  picture: string;
}

export interface Face {
  family: string;
  weight: number;
  italic: boolean;
  sha256: string;
  latin: string;
}

/** usage: 1 production, 2 preview. An asset that is no raster picture has no size. prepared: layers left to the server. */
export interface Template {
  id: string;
  templateId: string;
  title: string;
  usage: 1 | 2;
  canvas: { width: number; height: number; dpi: number };
  document: object;
  assets: Readonly<Record<string, PictureFacts | { sha256: string; url: string }>>;
  faces: readonly Face[];
  prepared: readonly string[];
}

export interface Kit {
  versionId: string;
  fontBook: string;
  components: readonly Component[];
  templates: readonly Template[];
  addresses: Readonly<Record<"book" | "fonts" | "breaks" | "gamuts" | "pictures" | "nodes" | "findings", string>>;
}

/** The font book, and of each file what it covers: gaps and lengths of ranges of code points, by turns. */
export interface CoveredBook extends Book {
  coverage: Readonly<Record<string, readonly number[]>>;
}

export interface Finding {
  code: string;
  severity: "refuse" | "warn" | "mend";
  layer: string | null;
  message: string;
  messages: { en: string; zh: string };
  components: readonly string[];
}

/** faults: answers that do not fit the form, by `answers.<key>`. */
export interface Findings {
  faults: Readonly<Record<string, string>>;
  findings: readonly Finding[];
}

export interface Nodes {
  nodes: Readonly<Record<string, readonly SceneNode[]>>;
}

/** A photo's answer names its file by the token that the upload answered. */
export interface PhotoAnswer {
  file: string;
  crop?: { x: number; y: number; width: number; height: number } | null;
  rotation?: number;
  flipX?: boolean;
  flipY?: boolean;
}

/** A list's answer has an object of answers for each entry. */
export type Answer = string | number | boolean | PhotoAnswer | readonly Answers[] | null;
export interface Answers { readonly [key: string]: Answer }

/** The server refused; `fields` by path, as it told them. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/** Asks an address. Throws Refused; and what `fetch` throws when there is no answer. */
export async function ask(address: string, { body, signal }: { body?: object; signal?: AbortSignal } = {}): Promise<Response> {
  const posted = body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const response = await fetch(address, { ...posted, signal: signal ?? null });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({})) as { error?: Partial<Refused> };
  throw new Refused(response.status, error?.code ?? "unknown", error?.message ?? response.statusText, error?.fields ?? {});
}

export async function askJson<T>(address: string, options: { body?: object; signal?: AbortSignal } = {}): Promise<T> {
  return await (await ask(address, options)).json() as T;
}

export async function askBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await ask(address)).arrayBuffer());
}
