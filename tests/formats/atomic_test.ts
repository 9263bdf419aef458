import assert from "node:assert/strict";
import { writeAll, writeFileAtomic } from "../../lib/formats/atomic.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

const text = (content: string) => new TextEncoder().encode(content);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test("A file appears whole, in folders made for it, and replaces the one before", () =>
  inFolder(async (folder) => {
    const path = `${folder}/analysis/final/history.jsonl`;
    await writeFileAtomic(path, text("one"));
    await writeFileAtomic(path, async (file) => {
      await writeAll(file, text("two, "));
      assert.equal(Deno.readTextFileSync(path), "one");
      await writeAll(file, text("three"));
    });
    assert.equal(Deno.readTextFileSync(path), "two, three");
    assert.deepEqual(names(`${folder}/analysis/final`), ["history.jsonl"]);
  }));

Deno.test("A failure leaves the old file and nothing beside it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/params`;
    await writeFileAtomic(path, text("old"));
    const failing = writeFileAtomic(path, async (file) => {
      await writeAll(file, text("half"));
      throw new TypeError("the device was lost");
    });
    await assert.rejects(failing, new TypeError("the device was lost"));
    assert.equal(Deno.readTextFileSync(path), "old");
    assert.deepEqual(names(folder), ["params"]);
  }));

Deno.test("What a killed run left is written over", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/params.partial`, "a longer text than the next");
    await writeFileAtomic(`${folder}/params`, text("new"));
    assert.equal(Deno.readTextFileSync(`${folder}/params`), "new");
    assert.deepEqual(names(folder), ["params"]);
  }));

Deno.test("A full disk is said so, naming the file, with the old one intact", () =>
  inFolder(async (folder) => {
    const path = `${folder}/params`;
    await writeFileAtomic(path, text("old"));
    const failing = writeFileAtomic(path, async (file) => {
      await writeAll(file, text("half"));
      // What Deno throws when the system returns ENOSPC.
      throw new Error("No space left on device (os error 28)");
    });
    await assertUserError(failing, `${path} was not written: the disk is full`, "is intact");
    assert.equal(Deno.readTextFileSync(path), "old");
    assert.deepEqual(names(folder), ["params"]);
  }));
