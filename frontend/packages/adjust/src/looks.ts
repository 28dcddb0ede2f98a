/** Photo filters: named sequences of the plain changes of colour. */

import type { Adjustment, Look, Step } from "./adjustments.ts";

export const LOOKS: Readonly<Record<Look["name"], readonly Step[]>> = {
  warm: [
    { do: "tint", color: "#ffe2b8", amount: 0.7 }, { do: "saturation", amount: 0.15 }, { do: "contrast", amount: 0.05 },
    { do: "brightness", amount: 0.03 },
  ],
  cool: [
    { do: "tint", color: "#c4dcff", amount: 0.7 }, { do: "saturation", amount: -0.1 }, { do: "contrast", amount: 0.05 },
    { do: "brightness", amount: 0.03 },
  ],
  fade: [{ do: "saturation", amount: -0.3 }, { do: "contrast", amount: -0.25 }, { do: "brightness", amount: 0.08 }],
  noir: [
    { do: "grey", amount: 1 }, { do: "contrast", amount: 0.25 }, { do: "brightness", amount: -0.04 },
    { do: "duotone", dark: "#0a0a0c", light: "#f6f6f4" },
  ],
  vivid: [{ do: "saturation", amount: 0.45 }, { do: "contrast", amount: 0.1 }],
  vintage: [
    { do: "sepia", amount: 0.45 }, { do: "contrast", amount: -0.1 }, { do: "tint", color: "#fff1d6", amount: 1 },
    { do: "saturation", amount: -0.1 },
  ],
};

/** The same with every look written out. */
export function expanded(adjustments: readonly Adjustment[]): Step[] {
  return adjustments.flatMap((one): readonly Step[] => (one.do === "look" ? LOOKS[one.name] : [one]));
}
