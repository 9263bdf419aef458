import assert from "node:assert/strict";
import {
  exists,
  infoOf,
  isFile,
  openFile,
  openFileSync,
  readFile,
  readFileSync,
  readFull,
  readText,
  readTextIfThere,
} from "../../lib/files/read.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

/** Asserts what both ways of reading say of a file. */
async function refused(path: string, reason: RegExp | string, limit?: number) {
  const options = limit === undefined ? {} : { limit };
  const start = performance.now();
  await assertUserError(readFile(path, options), path, reason);
  await assertUserError(openFile(path, options), path, reason);
  for (const read of [readFileSync, openFileSync]) {
    await assertUserError((async () => await read(path, options))(), path, reason);
  }
  assert.ok(performance.now() - start < 1000);
}

Deno.test("Ordinary files are read whole, through links too", () =>
  inFolder(async (folder) => {
    const content = Uint8Array.from({ length: 100_000 }, (_, k) => k % 251);
    for (const length of [0, 1, content.length]) {
      Deno.writeFileSync(`${folder}/a`, content.subarray(0, length));
      await Deno.remove(`${folder}/link`).catch(() => {});
      Deno.symlinkSync(`${folder}/a`, `${folder}/link`);
      assert.deepEqual(await readFile(`${folder}/link`), content.subarray(0, length));
      assert.deepEqual(readFileSync(`${folder}/a`), content.subarray(0, length));
      using file = (await openFile(`${folder}/a`)).file;
      assert.equal((await file.stat()).size, length);
    }
  }));

Deno.test("Missing files, folders and loops of links are refused with what to do", () =>
  inFolder(async (folder) => {
    await refused(`${folder}/none`, "there is no such file or folder. Is the name right?");
    await refused(folder, "cannot be read: it is a folder. Name an ordinary file");
    Deno.writeTextFileSync(`${folder}/file`, "");
    await refused(`${folder}/file/below`, "something on the way to it is a file, not a folder");
    Deno.symlinkSync(`${folder}/b`, `${folder}/a`);
    Deno.symlinkSync(`${folder}/a`, `${folder}/b`);
    await refused(`${folder}/a`, "its symbolic links lead in a circle. Mend the link");
  }));

Deno.test({
  name: "Pipes and devices are refused at once",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
      await refused(`${folder}/pipe`, "it is a pipe (FIFO)");
      // Deno may refuse it before we do; in either case nothing is read.
      await refused("/dev/zero", /it is a device|Deno opens no file under \/dev/);
    }),
});

Deno.test({
  name: "A file that may not be read is refused with whom to ask",
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  fn: () =>
    inFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/secret`, "x");
      Deno.chmodSync(`${folder}/secret`, 0o000);
      await refused(`${folder}/secret`, "permission denied. Ask its owner");
    }),
});

Deno.test("A file that is too large is refused before it is read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/large`;
    (await Deno.open(path, { write: true, createNew: true })).close();
    Deno.truncateSync(path, 2 ** 40);
    await refused(path, "it has 1,099,511,627,776 bytes, at most 1,073,741,824 are expected");
    Deno.truncateSync(path, 11);
    await refused(path, "it has 11 bytes, at most 10 are expected. Is it the right file?", 10);
    assert.equal((await readFile(path, { limit: 11 })).length, 11);
  }));

Deno.test("A file that grows while it is read is read whole, or refused at the limit", () =>
  inFolder(async (folder) => {
    const path = `${folder}/growing`;
    const stat = Deno.stat;
    const statSync = Deno.statSync;
    Deno.writeFileSync(path, new Uint8Array(10_000).fill(7));
    // As it was when it was looked at, a moment ago.
    const smaller = (info: Deno.FileInfo) => ({ ...info, size: 3 });
    Deno.stat = async (path) => smaller(await stat(path));
    Deno.statSync = (path) => smaller(statSync(path));
    try {
      assert.equal((await readFile(path)).length, 10_000);
      assert.equal(readFileSync(path).length, 10_000);
      await refusedWhileReading(path);
    } finally {
      Deno.stat = stat;
      Deno.statSync = statSync;
    }
  }));

async function refusedWhileReading(path: string) {
  const reason = "it has more bytes, at most 5,000 are expected";
  await assertUserError(readFile(path, { limit: 5000 }), reason);
  await assertUserError((async () => await readFileSync(path, { limit: 5000 }))(), reason);
}

Deno.test("Text is UTF-8, or refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.json`;
    Deno.writeTextFileSync(path, "ä\u2028😀");
    assert.equal(await readText(path), "ä\u2028😀");
    assert.equal(await readTextIfThere(path), "ä\u2028😀");
    assert.equal(await readTextIfThere(`${folder}/none`), undefined);
    Deno.writeFileSync(path, Uint8Array.of(0x61, 0xe4, 0x62));
    await assertUserError(readText(path), `${path} is not text (UTF-8)`);
  }));

Deno.test("What is there is told from what is not, and from what cannot be reached", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "1");
    assert.equal(await exists(`${folder}/file`), true);
    assert.equal(await exists(`${folder}/none`), false);
    assert.equal(await exists(`${folder}/file/below`), false);
    assert.equal((await infoOf(folder))?.isDirectory, true);
    assert.deepEqual([await exists(folder), await isFile(folder)], [true, false]);
    assert.equal(await isFile(`${folder}/file`), true);
    Deno.symlinkSync(`${folder}/loop`, `${folder}/loop`);
    await assertUserError(exists(`${folder}/loop`), "links lead in a circle");
  }));

Deno.test("An array is filled from where the file stands, or that is said", () =>
  inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/a`, Uint8Array.of(1, 2, 3, 4, 5));
    const { file } = await openFile(`${folder}/a`);
    using _ = file;
    const three = new Uint8Array(3);
    assert.equal(await readFull(file, three), true);
    assert.deepEqual(three, Uint8Array.of(1, 2, 3));
    assert.equal(await readFull(file, new Uint8Array(0)), true);
    assert.equal(await readFull(file, three), false);
  }));
