/** Files in a folder that several nodes share, without locks, with memories and stale handles. */
import assert from "node:assert/strict";
import { constants } from "node:os";
import { writeFileAtomic } from "../../lib/files/atomic.ts";
import { FolderLock } from "../../lib/files/lock.ts";
import { readFile, readFileSync } from "../../lib/files/read.ts";
import { assertUserError } from "../data/folder.ts";
import { forgotten, withNodes } from "./clients.ts";

/** Large enough for several reads, all of one byte. */
const version = (number: number) => new Uint8Array(400_000 + 1000 * number).fill(number);

function assertWhole(bytes: Uint8Array) {
  const [number] = bytes;
  assert.equal(bytes.length, version(number).length);
  assert.ok(bytes.every((byte) => byte === number), "one version");
}

Deno.test("What one node replaces, another one reads whole, the old or the new", () =>
  withNodes(2, async ([one, other]) => {
    await writeFileAtomic(`${one}/history`, version(1));
    let writing = true, reads = 0;
    const write = async () => {
      for (let number = 2; number <= 40; number++) {
        await writeFileAtomic(`${one}/history`, version(number));
      }
      writing = false;
    };
    const read = async () => {
      let last = 0;
      while (writing) {
        const bytes = await readFile(`${other}/history`);
        assertWhole(bytes);
        assertWhole(readFileSync(`${other}/history`));
        assert.ok(bytes[0] >= last, "never an older one than before");
        last = bytes[0];
        reads++;
      }
    };
    await Promise.all([write(), read(), read()]);
    assert.ok(reads > 5, `${reads} reads`);
    await forgotten();
    assert.equal((await readFile(`${other}/history`))[0], 40);
    assert.deepEqual(Array.from(Deno.readDirSync(one), ({ name }) => name), ["history"]);
  }));

Deno.test("Where there are no locks, a folder is taken with a note, by both", () =>
  withNodes(2, async ([one, other]) => {
    const said: string[] = [];
    const first = await FolderLock.take(`${one}/run`, "train:a", (text) => said.push(text));
    await forgotten();
    const second = await FolderLock.take(`${other}/run`, "train:b", (text) => said.push(text));
    assert.equal(said.length, 2);
    for (const text of said) assert.match(text, /run is on a file system without locks: make sure/);
    await first.check();
    await second.release();
    await forgotten();
    await assertUserError(first.check(), "was removed or replaced while it was in use");
    await first.release();
  }));

Deno.test("A folder that another node replaced is noticed, and the new one is left alone", () =>
  withNodes(2, async ([one, other]) => {
    const lock = await FolderLock.take(`${one}/run`, "train:a", () => {});
    await lock.check();
    await Deno.remove(`${other}/run`, { recursive: true });
    const next = await FolderLock.take(`${other}/run`, "train:b", () => {});
    await forgotten();
    await assertUserError(lock.check(), "was removed or replaced while it was in use");
    await lock.release();
    await next.check();
    await next.release();
  }));

Deno.test("What a disk or a server reports is a sentence, whether Deno has a name for it or not", () =>
  withNodes(1, async ([node]) => {
    const reasons = {
      EDQUOT: "your quota on that disk is used up",
      EFBIG: "it is larger than its file system allows",
      EIO: "the disk or the network behind it reports an error",
      ENXIO: "it is no ordinary file",
      EROFS: "its file system is read-only",
      ESTALE: "another machine removed or replaced it",
      ETXTBSY: "it is a program that is running",
    };
    for (const [code, reason] of Object.entries(reasons)) {
      const path = `${node}/error ${constants.errno[code as keyof typeof constants.errno]}`;
      await assertUserError(readFile(path), `${path} cannot be read: `, reason);
      await assertUserError(writeFileAtomic(`${path}/file`, new Uint8Array(1)), reason);
    }
  }));
