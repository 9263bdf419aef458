import assert from "node:assert/strict";
import {
  requireWritable,
  requireWritableFolder,
  writeAll,
  writeFileAtomic,
} from "../../lib/files/atomic.ts";
import { writeHistory } from "../../lib/runs/history.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { hold } from "./holder.ts";

const text = (content: string) => new TextEncoder().encode(content);
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const LEFT = ".params.01234567-89ab-cdef-0123-456789abcdef.partial";

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

Deno.test("A temporary name cannot be guessed, and a link planted under an old one is left alone", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "precious");
    Deno.symlinkSync(`${folder}/victim`, `${folder}/params.partial`);
    const seen = new Set<string>();
    for (let k = 0; k < 3; k++) {
      await writeFileAtomic(`${folder}/params`, async (file) => {
        names(folder).filter((name) => name.startsWith(".params.")).forEach((name) =>
          seen.add(name)
        );
        await writeAll(file, text("new"));
      });
    }
    assert.equal(seen.size, 3, "a name of its own each time");
    for (const name of seen) assert.match(name, /^\.params\.[0-9a-f-]{36}\.partial$/);
    assert.equal(Deno.readTextFileSync(`${folder}/victim`), "precious");
    assert.deepEqual(names(folder), ["params", "params.partial", "victim"]);
  }));

Deno.test("What belongs to a folder in use does not make it anew when it was removed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run/params`;
    const write = writeFileAtomic(path, text("new"), { makeFolder: false });
    await assertUserError(write, `${path} cannot be written: `);
    await assertUserError(writeHistory(path, []), `${path} cannot be written: `);
    assert.deepEqual(names(folder), []);
  }));

Deno.test("A link in the file's place is replaced, not followed", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "precious");
    Deno.symlinkSync(`${folder}/victim`, `${folder}/params`);
    await writeFileAtomic(`${folder}/params`, text("new"));
    assert.equal(Deno.readTextFileSync(`${folder}/victim`), "precious");
    assert.ok(Deno.lstatSync(`${folder}/params`).isFile);
  }));

Deno.test("What killed runs left of a file is cleared away, and nothing else", () =>
  inFolder(async (folder) => {
    const others = [".params.partial", LEFT.replace("params", "history"), "params.partial"];
    for (const name of [LEFT, ...others]) Deno.writeTextFileSync(`${folder}/${name}`, "half");
    await writeFileAtomic(`${folder}/params`, text("new"));
    assert.deepEqual(names(folder), [...others, "params"].sort());
  }));

Deno.test("What another process is writing is left to it", () =>
  inFolder(async (folder) => {
    const path = `${folder}/${LEFT}`;
    const release = await hold(path);
    try {
      await writeFileAtomic(`${folder}/params`, text("new"));
      assert.deepEqual(names(folder), [LEFT, "params"]);
    } finally {
      await release();
    }
    await writeFileAtomic(`${folder}/params`, text("newer"));
    assert.deepEqual(names(folder), ["params"]);
  }));

Deno.test("A full disk is said so, naming the file, with the old one intact", () =>
  inFolder(async (folder) => {
    const path = `${folder}/params`;
    await writeFileAtomic(path, text("old"));
    for (const [code, reason] of [["ENOSPC", "the disk is full"], ["EDQUOT", "your quota"]]) {
      const failing = writeFileAtomic(path, async (file) => {
        await writeAll(file, text("half"));
        throw Object.assign(new Error("as the system says it"), { code });
      });
      await assertUserError(failing, `${path} cannot be written: ${reason}`, "is intact");
      assert.equal(Deno.readTextFileSync(path), "old");
      assert.deepEqual(names(folder), ["params"]);
    }
  }));

Deno.test("A place that cannot be written is found out without a trace", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    await assertUserError(requireWritable(folder), `${folder} cannot be written: it is a folder`);
    for (const below of ["file/params", "file/final/params"]) {
      const reason = /cannot be written.*: (something on the way|there is something of that name)/;
      await assertUserError(requireWritable(`${folder}/${below}`), folder, reason);
      await assertUserError(writeFileAtomic(`${folder}/${below}`, text("new")), below, reason);
    }
    await requireWritable(`${folder}/new/params`);
    await requireWritableFolder(`${folder}/other`);
    assert.deepEqual(names(folder), ["file", "new", "other"]);
    assert.deepEqual(names(`${folder}/new`), []);
  }));

Deno.test("A name that is too long, and links in a circle, are sentences", () =>
  inFolder(async (folder) => {
    await assertUserError(
      writeFileAtomic(`${folder}/${"x".repeat(300)}`, text("new")),
      "cannot be written: its name is too long",
    );
    Deno.symlinkSync(`${folder}/loop`, `${folder}/loop`);
    await assertUserError(
      writeFileAtomic(`${folder}/loop/params`, text("new")),
      /cannot be written: (its symbolic links lead in a circle|there is something of that name)/,
    );
  }));
