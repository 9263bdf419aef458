/** Answers requests: pages of runs and their changes, to this machine only, and nothing else. */
import { pagePolicy } from "../report/page.ts";
import { runTitle } from "../report/run/report.ts";
import { Board } from "./board.ts";
import { eventStream } from "./events.ts";
import { overviewParts } from "./overview.ts";
import { boardPage, type PageFrame, SCRIPT } from "./page.ts";
import script from "./page.js" with { type: "text" };
import { runPageParts } from "./run_page.ts";
import type { FollowedRun, FollowedRuns } from "./runs.ts";

/**
 * The names of this machine. A page of elsewhere whose name was made to lead here (DNS rebinding) still
 * asks under its own; the port is another one behind `ssh -L`.
 */
const HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Milliseconds between two looks at the files of pages that somebody looks at. */
const INTERVAL = 1000;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": `${pagePolicy({ script: SCRIPT })}; frame-ancestors 'none'; ` +
    "base-uri 'none'; form-action 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

export class WatchServer {
  readonly #runs: FollowedRuns;
  readonly #where: string;
  readonly #boards = new Map<FollowedRun | undefined, Board>();
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param where what is looked through for runs, as an answer to who finds none */
  constructor(runs: FollowedRuns, where: string, interval = INTERVAL) {
    this.#runs = runs;
    this.#where = where;
    this.#timer = setInterval(() => {
      for (const board of this.#boards.values()) if (board.watched) this.#update(board);
    }, interval);
  }

  close() {
    clearInterval(this.#timer);
  }

  readonly answer = async (request: Request): Promise<Response> => {
    const { status = 200, type = "text/plain", body } = await this.#answer(request);
    const headers = {
      ...HEADERS,
      "content-type": type === "text/event-stream" ? type : `${type}; charset=utf-8`,
      ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    };
    if (request.method !== "HEAD") return new Response(body(), { status, headers });
    return new Response(null, { status, headers });
  };

  async #answer(request: Request): Promise<Answer> {
    const { method, headers } = request;
    // The address of a request is made of this too: it comes first.
    if (!HOST.test(headers.get("host") ?? "")) {
      return plain(403, "only this machine is answered: open http://127.0.0.1 or localhost");
    }
    if (method !== "GET" && method !== "HEAD") return plain(405, "only GET and HEAD are answered");
    const { pathname } = new URL(request.url);
    if (pathname === SCRIPT) return { type: "text/javascript", body: () => script };
    const [, events, place] = /^(\/events(?=\/|$))?(.*)$/.exec(pathname)!;
    const top = place === "" || place === "/";
    const run = top ? undefined : await this.#runAt(place);
    if (!top && !run) return plain(404, "there is no such page");
    const board = this.#boardOf(run);
    await this.#update(board);
    if (events) return { type: "text/event-stream", body: () => eventStream(board) };
    return { type: "text/html", body: () => boardPage(board, frameOf(run)) };
  }

  /** Runs are known by their names: no part of an address is ever part of a path. */
  async #runAt(place: string): Promise<FollowedRun | undefined> {
    const name = /^\/run\/([^/]+)$/.exec(place)?.[1];
    if (name === undefined) return undefined;
    await this.#runs.all();
    try {
      return this.#runs.find(decodeURIComponent(name));
    } catch {
      return undefined; // no proper encoding
    }
  }

  #boardOf(run: FollowedRun | undefined): Board {
    let board = this.#boards.get(run);
    if (!board) {
      board = new Board(async () =>
        run
          ? await runPageParts(run.look)
          : await overviewParts(await this.#runs.all(), this.#where)
      );
      this.#boards.set(run, board);
    }
    return board;
  }

  async #update(board: Board) {
    try {
      await board.update();
    } catch (error) {
      // The page stays as it was; files are read again a second later.
      console.error(error);
    }
  }
}

interface Answer {
  readonly status?: number;
  readonly type?: string;
  /** Made only where it is sent. */
  body(): string | ReadableStream<Uint8Array<ArrayBuffer>>;
}

function plain(status: number, text: string): Answer {
  return { status, body: () => text + "\n" };
}

function frameOf(run: FollowedRun | undefined): PageFrame {
  if (!run) return { title: "Trainings", events: "/events", below: false };
  const events = `/events/run/${encodeURIComponent(run.key)}`;
  return { title: runTitle(run.look), events, below: true };
}
