/** How pages follow their runs. */
import assert from "node:assert/strict";
import { html } from "../../lib/report/html.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { writeHistory } from "../../lib/runs/history.ts";
import { Board } from "../../lib/watch/board.ts";
import { eventStream } from "../../lib/watch/events.ts";
import { Events, serving, watching } from "./client.ts";
import { entriesOf, lineOf, makeRun } from "./run_files.ts";

Deno.test(
  "a page is told of every new chunk, and goes on after a run was killed and resumed",
  watching(async ({ folder, get }) => {
    await makeRun(`${folder}/one`, { chunks: 5 });
    const { history } = new RunFolder(`${folder}/one`);
    const events = new Events((await get("/events/run/one")).body!);
    await events.until("part-summary", "<dd>5</dd>");
    await Deno.writeTextFile(history, lineOf(entriesOf(6), 6), { append: true });
    await events.until("part-summary", "<dd>6</dd>");
    // As a resumed run begins: with the history of its last checkpoint.
    await writeHistory(history, entriesOf(4));
    await events.until("part-summary", "<dd>4</dd>");
    await writeHistory(history, entriesOf(7));
    await events.until("part-curve", "7 chunks");
    await events.close();
  }),
);

Deno.test(
  "a run that appears later comes into the page that is open",
  watching(async ({ folder, get }) => {
    const events = new Events((await get("/events")).body!);
    await events.until("part-runs", "No run");
    await makeRun(`${folder}/late`);
    await events.until("part-runs", "/run/late");
    await Deno.remove(`${folder}/late`, { recursive: true });
    await events.until("part-runs", "not there yet");
    await events.close();
  }),
);

Deno.test("what has not changed is not sent again", async () => {
  let fast = 0;
  const board = new Board(() =>
    Promise.resolve([
      { id: "slow", of: [1], make: () => html`slow` },
      { id: "fast", of: [fast], make: () => html`${fast}` },
    ])
  );
  await board.update();
  const events = new Events(eventStream(board));
  assert.deepEqual((await events.next()).map(({ id }) => id), ["slow", "fast"]);
  fast++;
  await board.update();
  assert.deepEqual((await events.next()).map(({ id, markup }) => [id, markup]), [["fast", "1"]]);
  await events.close();
});

Deno.test("a slow reader gets the newest when it reads on, and nothing is kept for it", async () => {
  let state = 0, made = 0;
  const board = new Board(() =>
    Promise.resolve([{
      id: "large",
      of: [state],
      make: () => {
        made++;
        return html`${"x".repeat(100_000)} ${state}`;
      },
    }])
  );
  await board.update();
  const readers = Array.from({ length: 50 }, () => new Events(eventStream(board)));
  for (const reader of readers) await reader.next();
  for (state = 1; state < 100; state++) await board.update();
  assert.equal(made, 100); // once for all readers
  state = 99;
  for (const reader of readers) {
    const [{ markup }] = await reader.next();
    assert.ok(markup.endsWith(" 99"));
    await reader.close();
  }
  assert.equal(board.watched, false);
});

Deno.test("behind a connection that nobody reads, pages do not pile up", async () => {
  let state = 0, sent = 0;
  const board = new Board(() =>
    Promise.resolve([{
      id: "large",
      of: [state],
      make: () => html`${"x".repeat(2_000_000)} ${state}`,
    }])
  );
  await board.update();
  const ended = new AbortController();
  const { promise: port, resolve } = Promise.withResolvers<number>();
  const { finished } = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    signal: ended.signal,
    onListen: ({ port }) => resolve(port),
  }, () => {
    const counted = new TransformStream<Uint8Array, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        sent++;
        controller.enqueue(new Uint8Array(chunk));
      },
    });
    return new Response(eventStream(board).pipeThrough(counted));
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: await port });
  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  for (state = 1; state <= 40; state++) {
    await board.update();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // What the system keeps of a connection is a few megabytes.
  assert.ok(sent >= 1 && sent <= 15, `${sent} of 41 were sent`);
  connection.close();
  ended.abort();
  await finished;
});

Deno.test("files are looked at only while somebody looks at the page", async () => {
  let looks = 0;
  const board = new Board(() => {
    looks++;
    return Promise.resolve([]);
  });
  assert.equal(board.watched, false);
  const [one, two] = [eventStream(board), eventStream(board)];
  assert.equal(board.watched, true);
  await one.cancel();
  assert.equal(board.watched, true);
  await two.cancel();
  assert.equal(board.watched, false);
  assert.equal(looks, 0);
});

Deno.test(
  "over a real connection: who never reads holds nobody up, and leaves nothing behind",
  serving(async ({ folder, address }) => {
    await makeRun(`${folder}/one`, { chunks: 5 });
    const silent = await Promise.all(Array.from({ length: 30 }, async () => {
      const connection = await Deno.connect(address);
      await connection.write(
        new TextEncoder().encode("GET /events/run/one HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      );
      return connection;
    }));
    const answer = await fetch(`http://127.0.0.1:${address.port}/events/run/one`);
    const events = new Events(answer.body!);
    const { history } = new RunFolder(`${folder}/one`);
    await events.until("part-summary", "<dd>5</dd>");
    for (let chunk = 6; chunk <= 12; chunk++) {
      await Deno.writeTextFile(history, lineOf(entriesOf(chunk), chunk), { append: true });
      await events.until("part-summary", `<dd>${chunk}</dd>`);
    }
    await events.close();
    for (const connection of silent) connection.close();
  }),
);
