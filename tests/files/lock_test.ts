import assert from "node:assert/strict";
import { FolderLock } from "../../lib/files/lock.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { hold } from "./holder.ts";

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name);

Deno.test("A folder is made, taken by one, and given back without a trace", () =>
  inFolder(async (folder) => {
    const path = `${folder}/analysis/final/extradense`;
    const lock = await FolderLock.take(path, "train:extradense");
    await lock.check();
    assert.deepEqual(names(path), ["run.lock"]);
    await lock.release();
    assert.deepEqual(names(path), []);
    const next = await FolderLock.take(path, "train:extradense");
    await next.release();
  }));

Deno.test("The second is told who the first is", () =>
  inFolder(async (folder) => {
    const lock = await FolderLock.take(folder, "train:extradense");
    await assertUserError(
      FolderLock.take(folder, "reproduce"),
      `${folder} is in use by train:extradense (process ${Deno.pid}, since 20`,
      "Wait until it has ended, or choose another folder",
    );
    // The refusal has not cost the first its lock.
    await lock.check();
    await assertUserError(FolderLock.take(folder, "reproduce"), "in use by train:extradense");
    await lock.release();
  }));

Deno.test("Another process keeps the folder for as long as it lives, and no longer", () =>
  inFolder(async (folder) => {
    const release = await hold(`${folder}/run.lock`);
    await assertUserError(FolderLock.take(folder, "reproduce"), "is in use by another process");
    await release(); // It was killed, and has left its file.
    assert.deepEqual(names(folder), ["run.lock"]);
    const lock = await FolderLock.take(folder, "reproduce");
    await lock.release();
    assert.deepEqual(names(folder), []);
  }));

Deno.test("One that has only just taken the folder is waited for, until it says who it is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run.lock`;
    const release = await hold(path);
    const refused = assertUserError(
      FolderLock.take(folder, "reproduce"),
      "in use by train:relu (pro",
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const holder = { task: "train:relu", process: 7, since: "2014-04-04T12:00:00.000Z" };
    await Deno.writeTextFile(path, JSON.stringify(holder));
    await refused;
    await release();
  }));

Deno.test("What stands in the file of a killed run is replaced", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/run.lock`, "x".repeat(5000));
    const lock = await FolderLock.take(folder, "train:relu");
    const { task, process } = JSON.parse(Deno.readTextFileSync(`${folder}/run.lock`));
    assert.deepEqual([task, process], ["train:relu", Deno.pid]);
    await lock.release();
  }));

Deno.test("A folder that was removed or replaced meanwhile is an error, and the new one stays", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run`;
    const lock = await FolderLock.take(path, "train:extradense");
    Deno.removeSync(path, { recursive: true });
    await assertUserError(lock.check(), `${path} was removed or replaced while it was in use`);
    const other = await FolderLock.take(path, "train:relu");
    await assertUserError(lock.check(), "was removed or replaced");
    await lock.release();
    await other.check();
    assert.deepEqual(names(path), ["run.lock"], "the lock of the other is not removed");
    await other.release();
  }));

Deno.test("Of many that start at once, one gets the folder", () =>
  inFolder(async (folder) => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, k) => FolderLock.take(folder, `train:${k}`)),
    );
    const taken = attempts.filter((attempt) => attempt.status === "fulfilled");
    assert.equal(taken.length, 1);
    await taken[0].value.release();
  }));

Deno.test("A folder in which nothing can be made is a sentence", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    await assertUserError(
      FolderLock.take(`${folder}/file/run`, "train:extradense"),
      `${folder}/file/run cannot be written to: something on the way to it is a file`,
    );
  }));
