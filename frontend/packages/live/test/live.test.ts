import assert from "node:assert/strict";
import { test } from "node:test";

import { named } from "../src/blocks.ts";
import { charactersOf } from "../src/fonts.ts";
import { Fetched, Wanted } from "../src/wanted.ts";
import { ask, Refused } from "../src/wire.ts";

test("blocks are named rising, in hexadecimal", () => {
  assert.equal(named(new Set([0x4e00, 0, 0x400])), "0.400.4e00");
});

test("characters are those of every text at any depth, in either case", () => {
  const found = charactersOf({ a: ["ß", { b: "e\u0301" }], c: 5, d: null }, "👍");
  for (const character of ["ß", "S", "é", "\u0301", "E", "👍"]) assert.ok(found.has(character.codePointAt(0)!), character);
  assert.ok(!found.has("a".codePointAt(0)!), "names of fields are no text");
});

test("what is wanted is fetched once, and kept until others are used more", async () => {
  const asked: string[] = [];
  const fetched = new Fetched(async (key) => {
    asked.push(key);
    return key.length;
  }, 2);
  const wanted = (key: string): Wanted => {
    try {
      fetched.get(key);
    } catch (error) {
      return error as Wanted;
    }
    throw new Error(`${key} was there`);
  };
  const one = wanted("one");
  await Promise.all([one.fetch(), one.fetch(), wanted("one").fetch()]);
  assert.deepEqual([fetched.get("one"), asked], [3, ["one"]]);
  await wanted("three").fetch();
  fetched.get("one");
  await wanted("fives").fetch();
  assert.equal(fetched.get("one"), 3);
  await wanted("three").fetch();
  assert.deepEqual(asked, ["one", "three", "fives", "three"]);
});

test("a fetch that failed is tried again by the next who asks", async () => {
  let tries = 0;
  const fetched = new Fetched(async () => {
    if (!tries++) throw new Error("the line is down");
    return "there";
  });
  await assert.rejects(fetched.load("x"), /the line is down/);
  await fetched.load("x");
  assert.equal(fetched.get("x"), "there");
});

test("a refusal is told as the server told it", async (context) => {
  const error = { code: "invalid", message: "Some fields need another look.", fields: { lang: "is unknown" } };
  context.mock.method(globalThis, "fetch", async () => new Response(JSON.stringify({ error }), { status: 400 }));
  await assert.rejects(ask("/api"), (told) => told instanceof Refused && told.status === 400 && told.fields["lang"] === "is unknown");
  context.mock.method(globalThis, "fetch", async () => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
  await assert.rejects(ask("/api"), { code: "unknown", message: "Bad Gateway" });
});
