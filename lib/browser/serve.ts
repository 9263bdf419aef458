/** A plain server of files, as any: for pages that a browser loads from nowhere else. */
import { join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html; charset=utf-8",
  jpg: "image/jpeg",
  js: "text/javascript",
};
/** Pages have to work in any folder of a server. */
const PREFIX = "/some/folder/";

export interface Served {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the files of a folder, none below it, to this machine. */
export async function serveFolder(folder: string): Promise<Served> {
  const { promise: port, resolve } = Promise.withResolvers<number>();
  const server = Deno.serve({
    port: 0,
    hostname: "127.0.0.1",
    onListen: ({ port }) => resolve(port),
  }, (request) => answer(folder, new URL(request.url).pathname));
  return {
    url: `http://127.0.0.1:${await port}${PREFIX}`,
    close: () => server.shutdown(),
  };
}

async function answer(folder: string, path: string): Promise<Response> {
  const name = path.slice(PREFIX.length) || "index.html";
  if (path.startsWith(PREFIX) && /^\w[\w.-]*$/.test(name)) {
    try {
      const bytes = await Deno.readFile(join(folder, name));
      const type = TYPES[name.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(bytes, { headers: { "content-type": type } });
    } catch {
      // as any other that is not there
    }
  }
  return new Response("not here", { status: 404 });
}
