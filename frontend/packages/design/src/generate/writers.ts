/** The writer of codes: zxing-cpp as WebAssembly, the very version that the server has. */

import { prepareZXingModule } from "zxing-wasm/writer";

import type { CodeWriter } from "./codes.ts";

/** Opens it. wasm: the bytes of `zxing-wasm/writer/zxing_writer.wasm`; by itself the package would ask a foreign host. */
export async function openWriter(wasm: ArrayBuffer): Promise<CodeWriter> {
  return prepareZXingModule({ overrides: { wasmBinary: wasm }, fireImmediately: true });
}
