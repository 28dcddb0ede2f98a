/**
 * Where text may be cut: grapheme clusters (UAX 29) and line-break opportunities (UAX 14), Unicode 15.0.
 *
 * Line breaking is the default algorithm with strict kinsoku (CJ as NS) and the regular-expression form of numbers
 * (UAX 14, 8.2, example 7). Scripts without spaces (class SA: Thai, Lao, Khmer, Myanmar) add breaks from a dictionary,
 * which the server has, and Korean is kept in words (`opportunities`).
 */

import { RenderError } from "./errors.ts";
import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

const CONTROL = new Set(["Control", "CR", "LF"]);
const HANGUL_NEXT: Record<string, Set<string>> = {
  L: new Set(["L", "V", "LV", "LVT"]), LV: new Set(["V", "T"]), V: new Set(["V", "T"]), LVT: new Set(["T"]),
  T: new Set(["T"]),
};

/** The start of each extended grapheme cluster, and the text's length: `[0, 1, 3]`; `[0]` for no text. */
export function graphemes(text: Points): number[] {
  const names = tables.GRAPHEME.namesOf(text);
  const starts = [0];
  let pictograph = false; // the cluster so far is a pictograph and its extenders
  let indicators = 0; // regional indicators at the end of the cluster
  for (let i = 1; i < names.length; i++) {
    const before = names[i - 1];
    if (before === "Pictographic") pictograph = true;
    else if (before !== "Extend" && before !== "ZWJ") pictograph = false;
    indicators = before === "Regional_Indicator" ? indicators + 1 : 0;
    if (splits(before, names[i], pictograph, indicators)) starts.push(i);
  }
  if (text.length) starts.push(text.length);
  return starts;
}

function splits(before: string, after: string, pictograph: boolean, indicators: number): boolean {
  if (before === "CR" && after === "LF") return false;
  if (CONTROL.has(before) || CONTROL.has(after)) return true;
  if (after === "Extend" || after === "ZWJ" || after === "SpacingMark" || before === "Prepend") return false;
  if (HANGUL_NEXT[before]?.has(after)) return false;
  if (pictograph && before === "ZWJ" && after === "Pictographic") return false;
  return !(after === "Regional_Indicator" && indicators % 2 === 1);
}

const HARD = new Set(["BK", "LF", "NL"]);
const BREAKING = new Set(["BK", "CR", "LF", "NL"]);
const UNMARKED = new Set(["sot", "BK", "CR", "LF", "NL", "SP", "ZW"]);
const LETTERS = new Set(["AL", "HL"]);
const NAMES = new Set(["AL", "HL", "NU"]);
const IDEOGRAPHIC = new Set(["ID", "XP", "EB", "EM"]);
const HANGUL = new Set(["JL", "JV", "JT", "H2", "H3"]);
const OPEN = new Set(["OP", "OPW"]);
const CLOSE = new Set(["CL", "CP", "CPW"]);
const AFFIX = new Set(["PR", "PO"]);
const NOT_BEFORE = new Set([...CLOSE, "EX", "IS", "SY"]); // LB13
const JAMO: Record<string, Set<string>> = {
  JL: new Set(["JL", "JV", "H2", "H3"]), JV: new Set(["JV", "JT"]), H2: new Set(["JV", "JT"]), JT: new Set(["JT"]),
  H3: new Set(["JT"]),
};

/**
 * Places where a line may end by the rules alone, each the index of the next line's first character, and the text's
 * end. Hard breaks are among them; dictionary breaks are not.
 *
 * hangulWords: Hangul breaks at spaces only, as letters do (the tailoring for Korean of UAX 14, 8.2).
 */
export function lineBreaks(text: Points, hangulWords = false): number[] {
  let names = tables.LINE.namesOf(text);
  if (!names.length) return [];
  if (hangulWords) names = names.map((name) => (HANGUL.has(name) ? "AL" : name));
  const out: number[] = [];
  const state = new State(names[0]);
  for (let i = 1; i < names.length; i++) {
    if (OPEN.has(names[i]) && AFFIX.has(state.base)) state.amount = beforeNumber(names, i);
    if (state.breaks(names[i], names[i - 1])) out.push(i);
    state.take(names[i], names[i - 1]);
  }
  out.push(text.length);
  return out;
}

/** Whether a digit follows the character and its marks. */
function beforeNumber(names: readonly string[], i: number): boolean {
  i++;
  while (i < names.length && (names[i] === "CM" || names[i] === "ZWJ")) i++;
  return i < names.length && names[i] === "NU";
}

/** What the rules ask about the text before a place: its last classes, marks and spaces folded away. */
class State {
  base = "sot"; // last class with marks folded in (LB9, LB10)
  amount = false; // the next character is a bracket and a digit follows it
  #solid = "sot"; // as base, looking past spaces
  #number = ""; // "NU" inside NU (NU|SY|IS)*, "CL" after its closing bracket
  #indicators = 0;
  #hebrewHyphen = false; // after HL (HY|BA)

  constructor(first: string) {
    this.take(first, "sot");
  }

  #marks(name: string, raw: string): boolean {
    return (name === "CM" || name === "ZWJ") && !UNMARKED.has(raw);
  }

  /** Moves past a character of class `name` whose predecessor had class `raw`. */
  take(name: string, raw: string): void {
    if (this.#marks(name, raw)) return;
    if (name === "CM" || name === "ZWJ" || name === "SA") name = "AL";
    if (name === "SP") {
      this.base = "SP";
      this.#number = "";
      this.#hebrewHyphen = false;
      this.#indicators = 0;
      return;
    }
    this.#hebrewHyphen = this.base === "HL" && (name === "HY" || name === "BA");
    if (name === "NU" || (this.#number === "NU" && (name === "SY" || name === "IS"))) this.#number = "NU";
    else this.#number = this.#number === "NU" && CLOSE.has(name) ? "CL" : "";
    this.#indicators = name === "RI" ? this.#indicators + 1 : 0;
    this.base = this.#solid = name;
  }

  /** Whether a line may (or must) end between a character of class `raw` and one of class `after`. */
  breaks(after: string, raw: string): boolean {
    if (raw === "CR") return after !== "LF";
    if (HARD.has(raw)) return true;
    if (BREAKING.has(after) || after === "SP" || after === "ZW") return false;
    if (this.#solid === "ZW") return true;
    if (raw === "ZWJ" || this.#marks(after, raw)) return false;
    if (after === "CM" || after === "ZWJ" || after === "SA") after = "AL";
    return !this.#glued(after) && !this.#kept(after);
  }

  /** LB11 to LB17: what holds even across spaces, or beats the space. */
  #glued(after: string): boolean {
    const { base } = this;
    const solid = this.#solid;
    if (after === "WJ" || base === "WJ" || base === "GL") return true;
    if (after === "GL" && base !== "SP" && base !== "BA" && base !== "HY") return true;
    if (after === "EX" || (NOT_BEFORE.has(after) && base !== "NU")) return true;
    if (OPEN.has(solid) || (solid === "QU" && OPEN.has(after))) return true;
    return (CLOSE.has(solid) && after === "NS") || (solid === "B2" && after === "B2");
  }

  /** LB18 to LB31. */
  #kept(after: string): boolean {
    const { base } = this;
    if (base === "SP") return false;
    if (after === "QU" || base === "QU") return true;
    if (after === "CB" || base === "CB") return false;
    if (after === "BA" || after === "HY" || after === "NS" || base === "BB") return true;
    if (this.#hebrewHyphen || (base === "SY" && after === "HL")) return true;
    if (after === "IN") return true;
    return this.#words(after) || this.#numbers(after) || this.#scripts(after);
  }

  /** LB23, LB23a, LB24, LB28, LB29. */
  #words(after: string): boolean {
    const { base } = this;
    if (LETTERS.has(base)) return LETTERS.has(after) || after === "NU" || AFFIX.has(after);
    if (base === "NU") return LETTERS.has(after);
    if (AFFIX.has(base)) return LETTERS.has(after) || (base === "PR" && IDEOGRAPHIC.has(after));
    return (after === "PO" && IDEOGRAPHIC.has(base)) || (base === "IS" && LETTERS.has(after));
  }

  /** LB25 in the form of example 7. */
  #numbers(after: string): boolean {
    const { base } = this;
    if (AFFIX.has(base)) return after === "NU" || (OPEN.has(after) && this.amount);
    if (after === "NU" && (OPEN.has(base) || base === "HY")) return true;
    if (this.#number === "NU") {
      return after === "NU" || after === "SY" || after === "IS" || CLOSE.has(after) || AFFIX.has(after);
    }
    return this.#number === "CL" && AFFIX.has(after);
  }

  /** LB26, LB27, LB30, LB30a, LB30b. */
  #scripts(after: string): boolean {
    const { base } = this;
    if (JAMO[base]?.has(after)) return true;
    if ((HANGUL.has(base) && after === "PO") || (base === "PR" && HANGUL.has(after))) return true;
    if ((NAMES.has(base) && after === "OP") || (base === "CP" && NAMES.has(after))) return true;
    if (base === "RI" && after === "RI") return this.#indicators % 2 === 1;
    return after === "EM" && (base === "EB" || base === "XP");
  }
}

const DICTIONARIES = new Set(["Thai", "Laoo", "Khmr", "Mymr"]);

/** Whether breaking lines of the text asks for the server's dictionary breaks. */
export function needsDictionary(text: Points): boolean {
  return text.some((cp) => tables.LINE.nameAt(cp) === "SA" && DICTIONARIES.has(tables.SCRIPT.nameAt(cp)));
}

/**
 * All places where a line may end: Korean between words, dictionary breaks among them, no cluster split.
 *
 * dictionary: what the server's `dictionary_breaks` says of the text; throws RenderError `dictionary_breaks_missing`
 * if the text asks for it and it is not given.
 */
export function opportunities(text: Points, dictionary?: readonly number[]): number[] {
  if (!dictionary && needsDictionary(text)) {
    throw new RenderError("dictionary_breaks_missing", "The text is in a script without spaces, and where its words "
      + "end was not given. Ask the server for the text's dictionary breaks.", { part: "text" });
  }
  const whole = new Set(graphemes(text));
  const places = new Set([...lineBreaks(text, true), ...(dictionary ?? [])]);
  return [...places].filter((place) => whole.has(place)).sort((a, b) => a - b);
}
