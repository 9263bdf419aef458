/** The worker of `TrainingReport`: a snapshot of the run, then its page. */
import { MAX_IMAGE_BYTES } from "../data/images/check.ts";
import { messageOf, UserError } from "../errors.ts";
import { exists, readFile } from "../files/read.ts";
import { rowsShown } from "../report/run/galaxies.ts";
import { writeRunReport } from "../report/run/report.ts";
import { RunFolder } from "../runs/folder.ts";
import { type Snapshot, type SnapshotPicture, writeSnapshot } from "../runs/snapshot.ts";

export interface ReportJob {
  /** That of the run. */
  readonly folder: string;
  /** Of the validation galaxies, and the files of their images. */
  readonly ids: readonly number[];
  readonly paths: readonly string[];
  /** Without it, only the page is made. */
  readonly seen?: Omit<Snapshot, "pictures">;
}

/** What went wrong, as a sentence without its end; nothing when all is written. */
export interface ReportReply {
  readonly problem?: string;
}

const port = self as unknown as {
  onmessage: (event: MessageEvent<ReportJob>) => void;
  postMessage(reply: ReportReply): void;
};

async function write({ folder: path, ids, paths, seen }: ReportJob) {
  const folder = new RunFolder(path);
  // Writing would make a folder anew that somebody has removed.
  if (!await exists(folder.description)) throw new UserError(`${folder.description} was removed`);
  if (seen) {
    const pictures = await picturesOf(rowsShown(seen), ids, paths);
    await writeSnapshot(folder.snapshot, { ...seen, pictures });
  }
  await writeRunReport(path);
}

/** Without its picture a galaxy is not shown. */
async function picturesOf(
  rows: readonly number[],
  ids: readonly number[],
  paths: readonly string[],
): Promise<SnapshotPicture[]> {
  const pictures: SnapshotPicture[] = [];
  for (const row of rows) {
    const jpeg = await readFile(paths[row], { limit: MAX_IMAGE_BYTES }).catch(() => undefined);
    if (jpeg) pictures.push({ row, id: ids[row], jpeg });
  }
  return pictures;
}

port.onmessage = async ({ data }) => {
  try {
    await write(data);
    port.postMessage({});
  } catch (error) {
    port.postMessage({ problem: messageOf(error) });
  }
};
