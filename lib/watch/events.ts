/** The changes of a page as server-sent events. */
import type { Board, ShownPart } from "./board.ts";

/** Milliseconds between signs of life, by which both sides notice that the other one is gone. */
const SILENCE = 15_000;

/**
 * Everything first, then what changes. Nothing is kept for a reader: one that is slow gets the newest
 * when it reads on, and all between is left out.
 */
export function eventStream(board: Board): ReadableStream<Uint8Array<ArrayBuffer>> {
  const closed = new AbortController();
  let sent = 0;
  board.join();
  return new ReadableStream({
    async pull(controller) {
      if (board.since(sent).parts.length === 0) await board.change(SILENCE, closed.signal);
      if (closed.signal.aborted) return;
      const { version, parts } = board.since(sent);
      sent = version;
      controller.enqueue(new TextEncoder().encode(eventText(parts)));
    },
    cancel() {
      closed.abort();
      board.leave();
    },
  }, { highWaterMark: 0 });
}

/** One event; a comment where nothing has changed. */
function eventText(parts: readonly ShownPart[]): string {
  if (parts.length === 0) return ": still here\n\n";
  const shown = parts.map(({ id, mark, markup }) => ({ id, mark, markup }));
  // JSON has no line breaks of its own, which would end the event.
  return `data: ${JSON.stringify(shown)}\n\n`;
}
