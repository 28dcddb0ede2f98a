/**
 * The design document with every field filled in, as `filled` makes it of JSON; see docs/design-document.md.
 *
 * @generated from schema/design-document.json by schema/make_design_types.py.
 */

export interface ArcLine {
  kind: "arc";
  bend: number;
}

export interface Asset {
  file: string | null;
  sha256: string | null;
}

export interface Binding {
  component: string;
  layer: string;
  property: "brightness" | "contrast" | "detail" | "fill" | "image" | "items" | "latitude" | "level" | "longitude" | "look" | "month" | "palette" | "saturation" | "text" | "tiles" | "time" | "tint" | "visible";
  map: Readonly<Record<string, string>> | null;
  equals: readonly (string)[] | null;
}

export interface Brightness {
  do: "brightness";
  amount: number;
}

export interface CalendarLayer {
  type: "calendar";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  month: string;
  marked: readonly (number)[];
  firstDay: "monday" | "saturday" | "sunday" | null;
  title: boolean;
  font: Font;
  lang: string;
  fill: string;
  mark: string;
}

export interface Canvas {
  width: number;
  height: number;
  dpi: number;
  physicalSize: PhysicalSize | null;
  bleed: Insets;
  safe: Insets;
  background: string | null;
}

export interface CircleLine {
  kind: "circle";
  start: number;
  inside: boolean;
}

export interface CodeLayer {
  type: "code";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  symbology: "code128" | "code39" | "datamatrix" | "ean13" | "ean8" | "qr" | "upca";
  text: string;
  level: "H" | "L" | "M" | "Q";
  dark: string;
  light: string | null;
  quiet: number | null;
  digits: boolean;
}

export interface Contrast {
  do: "contrast";
  amount: number;
}

export interface Crop {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface CylinderSurface {
  kind: "cylinder";
  from: number;
  to: number;
  curve: number;
  curveBottom: number | null;
}

export interface Document {
  version: 1;
  title: string;
  canvas: Canvas;
  assets: Readonly<Record<string, Asset>>;
  layers: readonly (ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer)[];
  pageId: string;
  pages: readonly (Page)[];
  bindings: readonly (Binding)[];
  preflight: Preflight;
}

export interface Duotone {
  do: "duotone";
  dark: string;
  light: string;
}

export interface EllipseShape {
  kind: "ellipse";
}

export interface Font {
  family: string;
  weight: number;
  italic: boolean;
  features: Readonly<Record<string, number>>;
  axes: Readonly<Record<string, number>>;
}

export interface Grey {
  do: "grey";
  amount: number;
}

export interface GroupLayer {
  type: "group";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  layers: readonly (ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer)[];
  clip: boolean;
}

export interface ImageFill {
  kind: "image";
  asset: string | null;
  alignX: number;
  alignY: number;
}

export interface ImageLayer {
  type: "image";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  asset: string | null;
  fit: "fill" | "fit" | "stretch" | "tile";
  alignX: number;
  alignY: number;
  focus: "auto" | Point | null;
  tileScale: number;
  slice: NineSlice | null;
  crop: Crop;
  flipX: boolean;
  flipY: boolean;
  adjust: readonly (Grey | Sepia | Brightness | Contrast | Saturation | Tint | Duotone | Invert | Look | Threshold | Mosaic | LineArt | RemoveBackground)[];
}

export interface ImageMask {
  by: "image";
  asset: string;
  channel: "alpha" | "luminance";
}

export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface Invert {
  do: "invert";
}

export interface Least {
  refuse: number | null;
  warn: number | null;
}

export interface LineArt {
  do: "line-art";
  detail: number;
  width: number;
  color: string;
}

export interface LineShape {
  kind: "line";
}

export interface LinearGradient {
  kind: "linear";
  start: Point;
  end: Point;
  stops: readonly (Stop)[];
}

export interface Look {
  do: "look";
  name: "cool" | "fade" | "noir" | "vintage" | "vivid" | "warm";
}

export interface MeshSurface {
  kind: "mesh";
  columns: number;
  rows: number;
  points: readonly (Point)[];
}

export interface MonogramLayer {
  type: "monogram";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  text: string;
  style: "circle" | "interlocked" | "stacked";
  font: Font;
  lang: string;
  fill: string | LinearGradient | RadialGradient | PatternFill | ImageFill | null;
  stroke: readonly (Stroke)[] | Stroke | null;
  shadow: readonly (Shadow)[] | Shadow | null;
}

export interface Mosaic {
  do: "mosaic";
  across: number;
  colors: number;
  texture: string | null;
}

export interface Most {
  refuse: number | null;
  warn: number | null;
}

export interface NineSlice {
  top: number;
  right: number;
  bottom: number;
  left: number;
  scale: number;
}

export interface Page {
  id: string;
  title: string;
  canvas: Canvas;
  layers: readonly (ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer)[];
}

export interface PathLine {
  kind: "path";
  d: string;
  viewBox: readonly [number, number, number, number];
}

export interface PathShape {
  kind: "path";
  d: string;
  viewBox: readonly [number, number, number, number];
  rule: "evenodd" | "nonzero";
}

export interface PatternFill {
  kind: "pattern";
  asset: string;
  scale: number;
  rotation: number;
}

export interface PhysicalSize {
  width: number;
  height: number;
  unit: "in" | "mm";
}

export interface Point {
  x: number;
  y: number;
}

export interface Preflight {
  process: "engraving" | "print";
  gamutProfile: "cmyk" | "none";
  rules: Rules;
}

export interface QuadSurface {
  kind: "quad";
  corners: readonly [Point, Point, Point, Point];
}

export interface RadialGradient {
  kind: "radial";
  center: Point;
  radius: number;
  stops: readonly (Stop)[];
}

export interface RectangleShape {
  kind: "rectangle";
  radius: number;
}

export interface RemoveBackground {
  do: "remove-background";
  method: string;
  tolerance: number;
  feather: number;
}

export interface RepeatLayer {
  type: "repeat";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  component: string;
  layers: readonly (ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer)[];
  columns: number | null;
  gapX: number;
  gapY: number;
  most: number;
  clip: boolean;
}

export interface Rules {
  imageDpi: Least;
  textPoints: Least;
  textContrast: Least;
  lineMm: Least | null;
  textCut: "off" | "refuse" | "warn";
  textShrunk: "mend" | "off";
  safeArea: "off" | "refuse" | "warn";
  printArea: "off" | "refuse" | "warn";
  gamut: Most;
}

export interface Run {
  text: string;
  font: Font | null;
  size: number | null;
  fill: string | null;
}

export interface Saturation {
  do: "saturation";
  amount: number;
}

export interface Sepia {
  do: "sepia";
  amount: number;
}

export interface Shadow {
  color: string;
  dx: number;
  dy: number;
  blur: number;
  inner: boolean;
}

export interface ShapeLayer {
  type: "shape";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  shape: RectangleShape | EllipseShape | LineShape | PathShape;
  fill: string | LinearGradient | RadialGradient | PatternFill | ImageFill | null;
  stroke: readonly (Stroke)[] | Stroke | null;
  shadow: readonly (Shadow)[] | Shadow | null;
}

export interface ShapeMask {
  by: "shape";
  shape: RectangleShape | EllipseShape | LineShape | PathShape;
}

export interface StarMapLayer {
  type: "star-map";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  time: string;
  latitude: number;
  longitude: number;
  magnitude: number;
  lines: boolean;
  grid: boolean;
  sky: string | null;
  stars: string;
}

export interface Stop {
  at: number;
  color: string;
}

export interface Stroke {
  color: string;
  width: number;
  join: "bevel" | "miter" | "round";
  cap: "butt" | "round" | "square";
  dash: readonly (number)[];
  behind: boolean;
}

export interface SurfaceLayer {
  type: "surface";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  layers: readonly (ImageLayer | TextLayer | ShapeLayer | GroupLayer | RepeatLayer | SurfaceLayer | CodeLayer | MonogramLayer | TableLayer | CalendarLayer | StarMapLayer | SvgLayer)[];
  artWidth: number;
  artHeight: number;
  surface: QuadSurface | MeshSurface | CylinderSurface;
  displacement: string | null;
  strength: number;
}

export interface SvgLayer {
  type: "svg";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  asset: string;
  fill: string | null;
}

export interface TableLayer {
  type: "table";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  items: readonly (string)[];
  columns: number;
  gap: number;
  font: Font;
  size: number;
  minSize: number;
  lineHeight: number;
  align: "center" | "end" | "left" | "right" | "start";
  direction: "auto" | "ltr" | "rtl";
  lang: string;
  fill: string;
}

export interface TextLayer {
  type: "text";
  id: string;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  rotation: number;
  opacity: number;
  blend: "color" | "color-burn" | "color-dodge" | "darken" | "difference" | "exclusion" | "hard-light" | "hue" | "lighten" | "luminosity" | "multiply" | "normal" | "overlay" | "saturation" | "screen" | "soft-light";
  visible: boolean;
  locked: boolean;
  output: "all" | "preview" | "print";
  mask: ShapeMask | ImageMask | null;
  text: string;
  runs: readonly (Run)[];
  font: Font;
  size: number;
  fit: "both" | "grow" | "none" | "shrink";
  minSize: number;
  maxSize: number;
  maxLines: number | null;
  maxCharacters: number | null;
  wrap: boolean;
  overflow: "clip" | "extend" | "refuse" | "show";
  case: "lower" | "none" | "title" | "upper";
  align: "center" | "end" | "justify" | "left" | "right" | "start";
  verticalAlign: "bottom" | "middle" | "top";
  lineHeight: number;
  letterSpacing: number;
  direction: "auto" | "ltr" | "rtl";
  writing: "horizontal" | "vertical";
  line: ArcLine | CircleLine | PathLine | null;
  lang: string;
  fill: string | LinearGradient | RadialGradient | PatternFill | ImageFill | null;
  stroke: readonly (Stroke)[] | Stroke | null;
  shadow: readonly (Shadow)[] | Shadow | null;
}

export interface Threshold {
  do: "threshold";
  level: number;
  dither: "floyd" | "none" | "ordered";
  dark: string;
  light: string;
}

export interface Tint {
  do: "tint";
  color: string;
  amount: number;
}

/** For each type: its tag, what absent fields mean, and which types its fields may hold. */
export const PARTS: Readonly<Record<string, {
  tag?: readonly [string, string]; defaults: object; parts: Readonly<Record<string, readonly string[]>>;
}>> = {
  ArcLine: { tag: ["kind", "arc"],
    defaults: {},
    parts: {},
  },
  Asset: {
    defaults: {"file": null, "sha256": null},
    parts: {},
  },
  Binding: {
    defaults: {"map": null, "equals": null},
    parts: {},
  },
  Brightness: { tag: ["do", "brightness"],
    defaults: {},
    parts: {},
  },
  CalendarLayer: { tag: ["type", "calendar"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "marked": [], "firstDay": null, "title": true, "lang": "en-US", "fill": "#000000", "mark": "#c8102e"},
    parts: {"mask": ["ImageMask", "ShapeMask"], "font": ["Font"]},
  },
  Canvas: {
    defaults: {"dpi": 300, "physicalSize": null, "bleed": {}, "safe": {}, "background": null},
    parts: {"physicalSize": ["PhysicalSize"], "bleed": ["Insets"], "safe": ["Insets"]},
  },
  CircleLine: { tag: ["kind", "circle"],
    defaults: {"start": 0, "inside": false},
    parts: {},
  },
  CodeLayer: { tag: ["type", "code"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "symbology": "qr", "text": "", "level": "M", "dark": "#000000", "light": "#ffffff", "quiet": null, "digits": false},
    parts: {"mask": ["ImageMask", "ShapeMask"]},
  },
  Contrast: { tag: ["do", "contrast"],
    defaults: {},
    parts: {},
  },
  Crop: {
    defaults: {"x": 0, "y": 0, "width": 1, "height": 1},
    parts: {},
  },
  CylinderSurface: { tag: ["kind", "cylinder"],
    defaults: {"from": 0.25, "to": 0.75, "curve": 0.05, "curveBottom": null},
    parts: {},
  },
  Document: {
    defaults: {"version": 1, "title": "", "assets": {}, "pageId": "front", "pages": [], "bindings": [], "preflight": {}},
    parts: {"canvas": ["Canvas"], "layers": ["CalendarLayer", "CodeLayer", "GroupLayer", "ImageLayer", "MonogramLayer", "RepeatLayer", "ShapeLayer", "StarMapLayer", "SurfaceLayer", "SvgLayer", "TableLayer", "TextLayer"], "pages": ["Page"], "bindings": ["Binding"], "preflight": ["Preflight"]},
  },
  Duotone: { tag: ["do", "duotone"],
    defaults: {},
    parts: {},
  },
  EllipseShape: { tag: ["kind", "ellipse"],
    defaults: {},
    parts: {},
  },
  Font: {
    defaults: {"weight": 400, "italic": false, "features": {}, "axes": {}},
    parts: {},
  },
  Grey: { tag: ["do", "grey"],
    defaults: {"amount": 1},
    parts: {},
  },
  GroupLayer: { tag: ["type", "group"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "clip": false},
    parts: {"mask": ["ImageMask", "ShapeMask"], "layers": ["CalendarLayer", "CodeLayer", "GroupLayer", "ImageLayer", "MonogramLayer", "RepeatLayer", "ShapeLayer", "StarMapLayer", "SurfaceLayer", "SvgLayer", "TableLayer", "TextLayer"]},
  },
  ImageFill: { tag: ["kind", "image"],
    defaults: {"asset": null, "alignX": 0.5, "alignY": 0.5},
    parts: {},
  },
  ImageLayer: { tag: ["type", "image"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "asset": null, "fit": "fill", "alignX": 0.5, "alignY": 0.5, "focus": null, "tileScale": 1, "slice": null, "crop": {}, "flipX": false, "flipY": false, "adjust": []},
    parts: {"mask": ["ImageMask", "ShapeMask"], "focus": ["Point"], "slice": ["NineSlice"], "crop": ["Crop"], "adjust": ["Brightness", "Contrast", "Duotone", "Grey", "Invert", "LineArt", "Look", "Mosaic", "RemoveBackground", "Saturation", "Sepia", "Threshold", "Tint"]},
  },
  ImageMask: { tag: ["by", "image"],
    defaults: {"channel": "alpha"},
    parts: {},
  },
  Insets: {
    defaults: {"top": 0, "right": 0, "bottom": 0, "left": 0},
    parts: {},
  },
  Invert: { tag: ["do", "invert"],
    defaults: {},
    parts: {},
  },
  Least: {
    defaults: {"refuse": null, "warn": null},
    parts: {},
  },
  LineArt: { tag: ["do", "line-art"],
    defaults: {"detail": 0.5, "width": 2, "color": "#000000"},
    parts: {},
  },
  LineShape: { tag: ["kind", "line"],
    defaults: {},
    parts: {},
  },
  LinearGradient: { tag: ["kind", "linear"],
    defaults: {"start": {"x": 0, "y": 0}, "end": {"x": 0, "y": 1}},
    parts: {"start": ["Point"], "end": ["Point"], "stops": ["Stop"]},
  },
  Look: { tag: ["do", "look"],
    defaults: {},
    parts: {},
  },
  MeshSurface: { tag: ["kind", "mesh"],
    defaults: {},
    parts: {"points": ["Point"]},
  },
  MonogramLayer: { tag: ["type", "monogram"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "text": "", "style": "interlocked", "lang": "", "fill": "#000000", "stroke": null, "shadow": null},
    parts: {"mask": ["ImageMask", "ShapeMask"], "font": ["Font"], "fill": ["ImageFill", "LinearGradient", "PatternFill", "RadialGradient"], "stroke": ["Stroke"], "shadow": ["Shadow"]},
  },
  Mosaic: { tag: ["do", "mosaic"],
    defaults: {"colors": 16, "texture": null},
    parts: {},
  },
  Most: {
    defaults: {"refuse": null, "warn": null},
    parts: {},
  },
  NineSlice: {
    defaults: {"scale": 1},
    parts: {},
  },
  Page: {
    defaults: {"title": ""},
    parts: {"canvas": ["Canvas"], "layers": ["CalendarLayer", "CodeLayer", "GroupLayer", "ImageLayer", "MonogramLayer", "RepeatLayer", "ShapeLayer", "StarMapLayer", "SurfaceLayer", "SvgLayer", "TableLayer", "TextLayer"]},
  },
  PathLine: { tag: ["kind", "path"],
    defaults: {},
    parts: {},
  },
  PathShape: { tag: ["kind", "path"],
    defaults: {"rule": "nonzero"},
    parts: {},
  },
  PatternFill: { tag: ["kind", "pattern"],
    defaults: {"scale": 1, "rotation": 0},
    parts: {},
  },
  PhysicalSize: {
    defaults: {"unit": "mm"},
    parts: {},
  },
  Point: {
    defaults: {},
    parts: {},
  },
  Preflight: {
    defaults: {"process": "print", "gamutProfile": "none", "rules": {}},
    parts: {"rules": ["Rules"]},
  },
  QuadSurface: { tag: ["kind", "quad"],
    defaults: {},
    parts: {"corners": ["Point"]},
  },
  RadialGradient: { tag: ["kind", "radial"],
    defaults: {"center": {"x": 0.5, "y": 0.5}, "radius": 0.5},
    parts: {"center": ["Point"], "stops": ["Stop"]},
  },
  RectangleShape: { tag: ["kind", "rectangle"],
    defaults: {"radius": 0},
    parts: {},
  },
  RemoveBackground: { tag: ["do", "remove-background"],
    defaults: {"method": "border", "tolerance": 0.25, "feather": 1.5},
    parts: {},
  },
  RepeatLayer: { tag: ["type", "repeat"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "columns": null, "gapX": 0, "gapY": 0, "most": 100, "clip": false},
    parts: {"mask": ["ImageMask", "ShapeMask"], "layers": ["CalendarLayer", "CodeLayer", "GroupLayer", "ImageLayer", "MonogramLayer", "RepeatLayer", "ShapeLayer", "StarMapLayer", "SurfaceLayer", "SvgLayer", "TableLayer", "TextLayer"]},
  },
  Rules: {
    defaults: {"imageDpi": {"warn": 150}, "textPoints": {"warn": 5}, "textContrast": {"warn": 1.5}, "lineMm": null, "textCut": "warn", "textShrunk": "mend", "safeArea": "warn", "printArea": "warn", "gamut": {"warn": 10}},
    parts: {"imageDpi": ["Least"], "textPoints": ["Least"], "textContrast": ["Least"], "lineMm": ["Least"], "gamut": ["Most"]},
  },
  Run: {
    defaults: {"font": null, "size": null, "fill": null},
    parts: {"font": ["Font"]},
  },
  Saturation: { tag: ["do", "saturation"],
    defaults: {},
    parts: {},
  },
  Sepia: { tag: ["do", "sepia"],
    defaults: {"amount": 1},
    parts: {},
  },
  Shadow: {
    defaults: {"dx": 0, "dy": 0, "blur": 0, "inner": false},
    parts: {},
  },
  ShapeLayer: { tag: ["type", "shape"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "fill": null, "stroke": null, "shadow": null},
    parts: {"mask": ["ImageMask", "ShapeMask"], "shape": ["EllipseShape", "LineShape", "PathShape", "RectangleShape"], "fill": ["ImageFill", "LinearGradient", "PatternFill", "RadialGradient"], "stroke": ["Stroke"], "shadow": ["Shadow"]},
  },
  ShapeMask: { tag: ["by", "shape"],
    defaults: {},
    parts: {"shape": ["EllipseShape", "LineShape", "PathShape", "RectangleShape"]},
  },
  StarMapLayer: { tag: ["type", "star-map"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "magnitude": 5.5, "lines": true, "grid": false, "sky": "#0b1a33", "stars": "#ffffff"},
    parts: {"mask": ["ImageMask", "ShapeMask"]},
  },
  Stop: {
    defaults: {},
    parts: {},
  },
  Stroke: {
    defaults: {"join": "round", "cap": "butt", "dash": [], "behind": true},
    parts: {},
  },
  SurfaceLayer: { tag: ["type", "surface"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "displacement": null, "strength": 0},
    parts: {"mask": ["ImageMask", "ShapeMask"], "layers": ["CalendarLayer", "CodeLayer", "GroupLayer", "ImageLayer", "MonogramLayer", "RepeatLayer", "ShapeLayer", "StarMapLayer", "SurfaceLayer", "SvgLayer", "TableLayer", "TextLayer"], "surface": ["CylinderSurface", "MeshSurface", "QuadSurface"]},
  },
  SvgLayer: { tag: ["type", "svg"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "fill": null},
    parts: {"mask": ["ImageMask", "ShapeMask"]},
  },
  TableLayer: { tag: ["type", "table"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "items": [], "columns": 1, "gap": 0, "minSize": 1, "lineHeight": 1.2, "align": "start", "direction": "auto", "lang": "", "fill": "#000000"},
    parts: {"mask": ["ImageMask", "ShapeMask"], "font": ["Font"]},
  },
  TextLayer: { tag: ["type", "text"],
    defaults: {"name": "", "x": 0, "y": 0, "rotation": 0, "opacity": 1, "blend": "normal", "visible": true, "locked": false, "output": "all", "mask": null, "text": "", "runs": [], "fit": "none", "minSize": 1, "maxSize": 20000, "maxLines": null, "maxCharacters": null, "wrap": true, "overflow": "refuse", "case": "none", "align": "start", "verticalAlign": "top", "lineHeight": 1.2, "letterSpacing": 0, "direction": "auto", "writing": "horizontal", "line": null, "lang": "", "fill": "#000000", "stroke": null, "shadow": null},
    parts: {"mask": ["ImageMask", "ShapeMask"], "runs": ["Run"], "font": ["Font"], "line": ["ArcLine", "CircleLine", "PathLine"], "fill": ["ImageFill", "LinearGradient", "PatternFill", "RadialGradient"], "stroke": ["Stroke"], "shadow": ["Shadow"]},
  },
  Threshold: { tag: ["do", "threshold"],
    defaults: {"level": 0.5, "dither": "none", "dark": "#000000", "light": "#ffffff00"},
    parts: {},
  },
  Tint: { tag: ["do", "tint"],
    defaults: {"amount": 1},
    parts: {},
  },
};
