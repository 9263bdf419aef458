/** Several nodes of a cluster on one machine: one folder, mounted once for each (see `client.py`). */
import { inFolder } from "../data/folder.ts";

const CLIENT = new URL("./client.py", import.meta.url).pathname;
/** For so long the nodes remember names and attributes. NFS does for 3 to 60 by default. */
export const REMEMBERED_MS = 500;

/** Waits until no node remembers anything. */
export const forgotten = () => new Promise((resolve) => setTimeout(resolve, 1.2 * REMEMBERED_MS));

/** Runs a test with mounts of an empty folder; says so and returns where that cannot be. */
export async function withNodes(
  count: number,
  test: (nodes: readonly string[]) => Promise<void>,
) {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/server`);
    const started: { node: string; process: Deno.ChildProcess }[] = [];
    try {
      for (let number = 0; number < count; number++) {
        const node = `${folder}/node${number}`;
        await Deno.mkdir(node);
        const process = await mount(`${folder}/server`, node);
        if (!process) return;
        started.push({ node, process });
      }
      await test(started.map(({ node }) => node));
    } finally {
      for (const { node, process } of started) {
        await new Deno.Command("umount", { args: ["--lazy", node] }).output();
        try {
          process.kill("SIGKILL"); // it would wait for files that a failed test has left open
        } catch {
          // It has ended.
        }
        await process.status;
        await process.stdout.cancel();
      }
    }
  });
}

/** @returns undefined where there is no FUSE, no Python, or no right to mount, which is said */
async function mount(server: string, node: string): Promise<Deno.ChildProcess | undefined> {
  const skip = (why: string) =>
    void console.warn(`SKIPPED, no file system of a network can be mounted here: ${why}`);
  let process: Deno.ChildProcess;
  try {
    process = new Deno.Command("python3", {
      args: [CLIENT, server, node, String(REMEMBERED_MS / 1000)],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  } catch (error) {
    return skip((error as Error).message);
  }
  let said = "";
  const decoder = new TextDecoder();
  for await (const bytes of process.stdout.values({ preventCancel: true })) {
    said += decoder.decode(bytes);
    if (said.includes("mounted")) return process;
  }
  await process.status;
  return skip("see above");
}
