/** What may be done to an image's pixels: the design document's `adjust`. What is left out has its default. */

/** RGBA of 8 bits, sRGB, not premultiplied, rows from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Grey { readonly do: "grey"; readonly amount?: number }
export interface Sepia { readonly do: "sepia"; readonly amount?: number }
export interface Brightness { readonly do: "brightness"; readonly amount: number }
export interface Contrast { readonly do: "contrast"; readonly amount: number }
export interface Saturation { readonly do: "saturation"; readonly amount: number }
export interface Tint { readonly do: "tint"; readonly color: string; readonly amount?: number }
export interface Duotone { readonly do: "duotone"; readonly dark: string; readonly light: string }
export interface Invert { readonly do: "invert" }

/** A change of colours, pixel by pixel. */
export type Tone = Grey | Sepia | Brightness | Contrast | Saturation | Tint | Duotone | Invert;

export interface Look {
  readonly do: "look";
  readonly name: "warm" | "cool" | "fade" | "noir" | "vivid" | "vintage";
}

export interface Threshold {
  readonly do: "threshold";
  readonly level?: number;
  readonly dither?: "none" | "ordered" | "floyd";
  readonly dark?: string;
  readonly light?: string;
}

export interface Mosaic {
  readonly do: "mosaic";
  readonly across: number;
  readonly colors?: number;
  readonly texture?: string | null;
}

export interface LineArt {
  readonly do: "line-art";
  readonly detail?: number;
  readonly width?: number;
  readonly color?: string;
}

export interface RemoveBackground {
  readonly do: "remove-background";
  readonly method?: string;
  readonly tolerance?: number;
  readonly feather?: number;
}

/** Looks are written out before anything is done. */
export type Step = Tone | Threshold | Mosaic | LineArt | RemoveBackground;
export type Adjustment = Step | Look;
