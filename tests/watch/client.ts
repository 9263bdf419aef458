/** A server of pages for a test, and what it is asked. */
import { FollowedRuns } from "../../lib/watch/runs.ts";
import { WatchServer } from "../../lib/watch/serve.ts";
import { inFolder } from "../data/folder.ts";

/** Milliseconds between two looks at the files. */
const INTERVAL = 20;

export interface Ask {
  readonly method?: string;
  readonly host?: string;
}

export interface Watched {
  /** The folder that is looked through for runs. */
  readonly folder: string;
  readonly server: WatchServer;
  get(path: string, ask?: Ask): Promise<Response>;
  text(path: string): Promise<string>;
}

/** A test with a server of all runs below a folder. */
export function watching(test: (watched: Watched) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (folder) => {
      const server = new WatchServer(FollowedRuns.below(folder), "the folder", INTERVAL);
      const get = (path: string, { method = "GET", host = "127.0.0.1:8000" }: Ask = {}) =>
        server.answer(new Request(`http://host${path}`, { method, headers: { host } }));
      try {
        const text = async (path: string) => await (await get(path)).text();
        await test({ folder, server, get, text });
      } finally {
        server.close();
      }
    });
}

/** A test with such a server behind a port. */
export function serving(
  test: (served: { folder: string; address: Deno.ConnectOptions }) => Promise<void>,
): () => Promise<void> {
  return watching(async ({ folder, server }) => {
    const ended = new AbortController();
    const { promise: address, resolve } = Promise.withResolvers<Deno.ConnectOptions>();
    const { finished } = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      signal: ended.signal,
      onListen: ({ hostname, port }) => resolve({ hostname, port }),
    }, server.answer);
    try {
      await test({ folder, address: await address });
    } finally {
      ended.abort();
      await finished;
    }
  });
}

/** Sends a request as it is, and reads the beginning of what comes. */
export async function exchange(address: Deno.ConnectOptions, request: string): Promise<string> {
  using connection = await Deno.connect(address);
  await connection.write(new TextEncoder().encode(request));
  const bytes = new Uint8Array(2 ** 16);
  const count = await connection.read(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, count));
}

export interface Part {
  readonly id: string;
  readonly markup: string;
}

/** The events of a page, one after another, comments left out. */
export class Events {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async next(): Promise<Part[]> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (event.startsWith("data: ")) return JSON.parse(event.slice(6));
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("the events have ended");
      this.#text += new TextDecoder().decode(value);
    }
  }

  /** The markup of a part once it has been made so that it holds a text. */
  async until(id: string, text: string): Promise<string> {
    for (;;) {
      const part = (await this.next()).find((part) => part.id === id);
      if (part?.markup.includes(text)) return part.markup;
    }
  }

  async close() {
    await this.#reader.cancel();
  }
}
