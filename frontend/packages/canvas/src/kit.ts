/** CanvasKit, loaded once. */

import CanvasKitInit from "canvaskit-wasm";
import type { CanvasKit, CanvasKitInitOptions } from "canvaskit-wasm";

// the package is CommonJS: its default is the function, whatever its types say
const init = CanvasKitInit as unknown as (options?: CanvasKitInitOptions) => Promise<CanvasKit>;
let loading: Promise<CanvasKit> | undefined;

/** locateFile: where `canvaskit.wasm` lies; node finds it by itself. */
export function load(locateFile?: (file: string) => string): Promise<CanvasKit> {
  return loading ??= init(locateFile && { locateFile });
}
