/** Another process that holds a lock on a file, for tests. */
const CODE = `
  const file = await Deno.open(Deno.args[0], { read: true, write: true, create: true });
  file.tryLockSync(true);
  console.log("held");
  await Deno.stdin.read(new Uint8Array(1));
`;

/**
 * Starts the process.
 * @returns what ends it, and with it the lock
 */
export async function hold(path: string): Promise<() => Promise<void>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", CODE, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return async () => {
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    await child.stdin.abort().catch(() => {});
  };
}
