/** Real galaxies and golden vectors beside the repository, for tests only. */
const root = new URL("../../shared/", import.meta.url);

function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}

/** The path of a file in the `shared` folder beside the repository. */
export function sharedPath(path: string): string {
  return decodeURIComponent(new URL(path, root).pathname);
}

/** A test that needs shared data; without it the test is ignored, and that is said loudly. */
export function sharedTest(name: string, path: string, test: () => void | Promise<void>) {
  const present = exists(new URL(path, root));
  if (!present) console.warn(`SKIPPED, shared/${path} is not beside the repository: ${name}`);
  Deno.test({ name, ignore: !present, fn: test });
}
