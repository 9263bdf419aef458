/** Starts a job in a folder and ends this process, by a real SIGKILL, at one of its file operations. */
import { ends, KINDS } from "./faults.ts";
import { withFault } from "./inject.ts";
import { JOBS } from "./jobs/all.ts";

if (import.meta.main) {
  const [name, folder, at, wanted] = Deno.args;
  const job = JOBS.find((job) => job.name === name)!;
  const kind = KINDS.find((kind) => kind === wanted && ends(kind))!;
  await withFault(
    folder,
    { at: Number(at), kind },
    () => job.start(folder),
    () => Deno.kill(Deno.pid, "SIGKILL"),
  );
}
