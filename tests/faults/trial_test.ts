/** The trials find writers out that do not keep their promises. */
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { fileError } from "../../lib/files/explain.ts";
import { inFolder } from "../data/folder.ts";
import { tryJob } from "./campaign.ts";
import { Killed, KINDS } from "./faults.ts";
import { withFault } from "./inject.ts";
import type { Job } from "./job.ts";

const TEXT = new TextEncoder().encode("what is to be in the file");

/** A job that writes `file` in some manner, beside an older one. */
function writer(write: (path: string) => Promise<void>): Job {
  return {
    name: "writer",
    prepare: (folder) => Deno.writeTextFile(`${folder}/file`, "what was in the file"),
    start: (folder) => write(`${folder}/file`),
    owns: (path) => path.startsWith("file") || path.endsWith(".partial"),
    whole: () => true,
  };
}

/** The failures of a job, without what they are called. */
function failures(job: Job): Promise<string[]> {
  return inFolder(async (made) => {
    const figures = await tryJob(job, await Deno.realPath(made), {}, () => {});
    assert.ok(figures.points > 5);
    return figures.failures;
  });
}

async function explained(path: string, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    throw fileError(error, path, "written");
  }
}

const NIL = "00000000-0000-0000-0000-000000000000";
const temporaryOf = (path: string, id = NIL) =>
  join(dirname(path), `.${basename(path)}.${id}.partial`);

/** Writes under another name, which takes the place of the file. */
const beside = (path: string, sync: boolean, temporary = temporaryOf(path)) =>
  explained(path, async () => {
    try {
      {
        using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
        for (let done = 0; done < TEXT.length;) done += await file.write(TEXT.subarray(done));
        if (sync) await file.sync();
      }
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });

Deno.test("A writer that does all there is to do passes, whatever fails", async () => {
  assert.deepEqual(await failures(writer((path) => beside(path, true))), []);
});

Deno.test("A writer in place is found out", async () => {
  const found = await failures(writer((path) =>
    explained(path, async () => {
      using file = await Deno.open(path, { write: true, truncate: true });
      for (let done = 0; done < TEXT.length;) done += await file.write(TEXT.subarray(done));
    })
  ));
  assert.match(found.join("\n"), /torn .* file has neither its old content nor its new one/);
});

Deno.test("A writer that does not bring the file to the disk is found out", async () => {
  const job = writer(async (path) => {
    await beside(path, false);
    // The rename has reached the disk, and the bytes have not.
    await explained(path, () => Deno.mkdir(`${path}-done`, { recursive: true }));
  });
  assert.match(
    (await failures(job)).join("\n"),
    /power .*mkdir.* has neither its old content nor its new one/,
  );
});

Deno.test("A writer that takes a short write for a whole one is found out", async () => {
  const found = await failures(writer((path) =>
    explained(path, async () => {
      {
        using file = await Deno.open(`${path}.partial`, { write: true, create: true });
        await file.truncate();
        await file.write(TEXT);
        await file.sync();
      }
      await Deno.rename(`${path}.partial`, path);
    })
  ));
  assert.match(found.join("\n"), /short .* neither its old content nor its new one/);
});

Deno.test("Left-overs, errors that are no sentences and refusals of the next start are found out", async () => {
  const leaving = writer((path) => beside(path, true, temporaryOf(path, crypto.randomUUID())));
  assert.match(
    (await failures(leaving)).join("\n"),
    /kill .* the next start left \.file\..* behind/,
  );

  const raw = writer(async (path) => {
    using file = await Deno.open(path);
    await file.stat();
    throw new Deno.errors.NotFound();
  });
  await assert.rejects(failures(raw), Deno.errors.NotFound);
  const bare = writer(async (path) => {
    await Deno.mkdir(`${path}s`, { recursive: true });
    await Deno.stat(path);
    await beside(path, true);
  });
  assert.match((await failures(bare)).join("\n"), /ended with what is no sentence: .*stat /);

  const refusing = writer(async (path) => {
    const names = Array.from(Deno.readDirSync(path.replace(/\/file$/, "")), ({ name }) => name);
    if (names.some((name) => name.endsWith(".partial"))) {
      throw new UserError("there is something in the way");
    }
    await beside(path, true);
  });
  assert.match(
    (await failures(refusing)).join("\n"),
    /kill .* the next start ended with the sentence: there is something in the way/,
  );
});

Deno.test("A failure that nobody waits for is found out", async () => {
  const found = await failures(writer(async (path) => {
    void Deno.mkdir(`${path}s`, { recursive: true });
    await beside(path, true);
  }));
  assert.match(found.join("\n"), /EIO .*mkdir.*a failure that nobody waited for: .*mkdir/);
});

Deno.test("Deno has its own functions back afterwards, and locks of a killed process are free", () =>
  inFolder(async (made) => {
    const folder = await Deno.realPath(made);
    const prototype = Deno.FsFile.prototype;
    const names = ["open", "openSync", "stat", "rename", "remove", "mkdir", "writeFile"] as const;
    const before = [...names.map((name) => Deno[name]), prototype.write, prototype.close];
    let held: Deno.FsFile | undefined;
    const { struck, thrown } = await withFault(folder, { at: 2, kind: "kill" }, async () => {
      held = await Deno.open(`${folder}/lock`, { write: true, create: true });
      assert.ok(held.tryLockSync(true));
      await Deno.mkdir(`${folder}/a`).catch(() => {});
      // Nothing can be done any more after that.
      await assert.rejects(Deno.remove(`${folder}/lock`), Killed);
      await Deno.stat(folder);
    });
    assert.equal(struck?.name, "mkdir");
    assert.ok(thrown?.error instanceof Killed);
    assert.deepEqual(
      [...names.map((name) => Deno[name]), prototype.write, prototype.close],
      before,
    );
    using lock = await Deno.open(`${folder}/lock`, { write: true });
    assert.ok(lock.tryLockSync(true));
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["lock"]);
  }));

Deno.test("Errors have the form that Deno gives them, and folders elsewhere are left alone", () =>
  inFolder(async (made) => {
    const folder = await Deno.realPath(made);
    await Deno.mkdir(`${folder}/in`);
    for (const kind of KINDS.slice(0, 2)) {
      const { thrown } = await withFault(`${folder}/in`, { at: 1, kind }, async () => {
        await Deno.mkdir(`${folder}/out-${kind}`);
        await Deno.mkdir(`${folder}/in/x`);
      });
      const { message, code } = thrown?.error as Error & { code: string };
      assert.equal(code, kind);
      assert.match(message, /^[\w/ ]+ \(os error \d+\): mkdir '.*\/in\/x'$/);
      Deno.statSync(`${folder}/out-${kind}`);
    }
  }));
