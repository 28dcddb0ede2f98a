/** A shopper's answers as the values a document is drawn with; the same as on the server (core/customizations.py, answers.py). */

import type { Entry, Value, Values } from "@monogram/design";

import type { Answer, Answers, Component, Condition, PhotoAnswer, PictureFacts } from "./wire.ts";

const LINE_ENDS = /\r\n?|[\x0b\x0c\x85\u2028\u2029]/g;
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const ENDS = new RegExp(`^${BLANK}|${BLANK}$`, "g");

/**
 * What counts: a hidden component's answer does not, an absent one is the default, an empty one is null. That an answer is
 * allowed is not looked at: the server tells that with its findings.
 *
 * photo: what is known of an uploaded file, by its token.
 */
export function valuesOf(
  components: readonly Component[], answers: Answers, photo: (token: string) => PictureFacts,
): Values {
  const accepted = new Map<string, Answer>();
  const values: Record<string, Value> = {};
  for (const component of components) {
    const { key, kind, showWhen, components: inner } = component;
    values[key] = null;
    if (showWhen && !holds(showWhen, accepted)) continue;
    const answer = cleaned(kind, key in answers ? answers[key] : component.default);
    if (answer === null) continue;
    accepted.set(key, answer);
    values[key] = isList(answer) ? answer.map((entry) => valuesOf(inner ?? [], entry, photo) as Entry)
      : isPhoto(answer) ? placed(answer, photo(answer.file)) : answer;
  }
  return values;
}

function cleaned(kind: string, answer: Answer): Answer {
  if (kind === "checkbox") return answer === true;
  if (answer === null || answer === "" || (isList(answer) && !answer.length)) return null;
  if ((kind === "text" || kind === "long_text") && typeof answer === "string") {
    return answer.replace(LINE_ENDS, "\n").replace(ENDS, "") || null;
  }
  return answer;
}

function isList(answer: Answer): answer is readonly Answers[] {
  return Array.isArray(answer);
}

function isPhoto(answer: Answer): answer is PhotoAnswer {
  return typeof answer === "object" && answer !== null && !isList(answer);
}

function placed({ file: _, ...placement }: PhotoAnswer, { sha256 }: PictureFacts): Value {
  return { asset: sha256, ...placement };
}

function holds(condition: Condition, answers: ReadonlyMap<string, Answer>): boolean {
  switch (condition.op) {
    case "equals": return answers.get(condition.component) === condition.value;
    case "in": return condition.values.some((value) => answers.get(condition.component) === value);
    case "answered": {
      const answer = answers.get(condition.component);
      return answer !== undefined && answer !== false;
    }
    case "not": return !holds(condition.condition, answers);
    case "all": return condition.conditions.every((each) => holds(each, answers));
    case "any": return condition.conditions.some((each) => holds(each, answers));
  }
}
