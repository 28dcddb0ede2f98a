/** Word boundaries (UAX 29, Unicode 15.0), by the default rules: for case, where a word begins. */

import * as tables from "./tables.ts";
import type { Points } from "./tables.ts";

const LINES = new Set(["Newline", "CR", "LF"]);
const PASSED = new Set(["Extend", "Format", "ZWJ"]); // by WB4
const LETTERS = new Set(["ALetter", "Hebrew_Letter"]);
const MIDDLE = new Set(["MidLetter", "MidNumLet", "Single_Quote"]);
const MIDDLE_OF_NUMBERS = new Set(["MidNum", "MidNumLet", "Single_Quote"]);
const JOINED = new Set([...LETTERS, "Numeric", "Katakana", "ExtendNumLet"]);

/** The start of each word and of what lies between words, and the text's length; `[]` for no text. */
export function boundaries(text: Points): number[] {
  if (!text.length) return [];
  const names = tables.WORD.namesOf(text);
  const kept = [...names.keys()].filter((i) => i === 0 || !PASSED.has(names[i]) || LINES.has(names[i - 1]));
  const rank = new Map(kept.map((i, k) => [i, k]));
  const nameOf = (k: number) => (k >= 0 && k < kept.length ? names[kept[k]] : "");
  const found = [0];
  let flags = 0; // regional indicators before the place, joined so far
  for (let i = 1; i < text.length; i++) {
    const k = rank.get(i);
    let cut = false;
    if (LINES.has(names[i]) || LINES.has(names[i - 1])) { // WB3 to WB3b
      cut = !(names[i - 1] === "CR" && names[i] === "LF");
    } else if (k === undefined // WB4
      || (names[i - 1] === "ZWJ" && tables.GRAPHEME.nameAt(text[i]) === "Pictographic") // WB3c
      || (names[i - 1] === "WSegSpace" && names[i] === "WSegSpace")) { // WB3d
      cut = false;
    } else {
      const after = nameOf(k);
      flags = nameOf(k - 1) === "Regional_Indicator" ? flags + 1 : 0;
      cut = cuts(nameOf(k - 2), nameOf(k - 1), after, nameOf(k + 1))
        && !(after === "Regional_Indicator" && flags % 2 === 1);
    }
    if (cut) found.push(i);
  }
  return [...found, text.length];
}

/** WB5 to WB13b, of the two classes on each side of a place. */
function cuts(earlier: string, before: string, after: string, later: string): boolean {
  if (LETTERS.has(before) && (LETTERS.has(after) || after === "Numeric")) return false; // WB5, WB9
  if (LETTERS.has(before) && MIDDLE.has(after) && LETTERS.has(later)) return false; // WB6
  if (LETTERS.has(earlier) && MIDDLE.has(before) && LETTERS.has(after)) return false; // WB7
  if (before === "Hebrew_Letter" && (after === "Single_Quote" || (after === "Double_Quote" && later === "Hebrew_Letter"))) {
    return false; // WB7a, WB7b
  }
  if (earlier === "Hebrew_Letter" && before === "Double_Quote" && after === "Hebrew_Letter") return false; // WB7c
  if (before === "Numeric" && (after === "Numeric" || LETTERS.has(after))) return false; // WB8, WB10
  if (earlier === "Numeric" && after === "Numeric" && MIDDLE_OF_NUMBERS.has(before)) return false; // WB11
  if (before === "Numeric" && later === "Numeric" && MIDDLE_OF_NUMBERS.has(after)) return false; // WB12
  if (before === "Katakana" && after === "Katakana") return false; // WB13
  if (JOINED.has(before) && after === "ExtendNumLet") return false; // WB13a
  return !(before === "ExtendNumLet" && JOINED.has(after)); // WB13b
}
