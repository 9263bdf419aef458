/** The pages of runs: what is answered, to whom, and what is not. */
import assert from "node:assert/strict";
import { RunFolder } from "../../lib/runs/folder.ts";
import { entriesOf, lineOf, makeRun, makeSeen } from "./run_files.ts";
import { exchange, serving, watching } from "./client.ts";

Deno.test(
  "the first page has all runs, and each has a page of its own",
  watching(async ({ folder, text }) => {
    await makeRun(`${folder}/one`);
    await makeRun(`${folder}/two`, { better: 0.01, finished: true });
    await Deno.mkdir(`${folder}/no run`);
    const page = await text("/");
    assert.match(page, /<a href="\/run\/one">one<\/a>/);
    assert.match(page, /<a href="\/run\/two">two<\/a>/);
    assert.doesNotMatch(page, /no run/);
    assert.match(page, /small, finished/);
    assert.match(page, /Learning curves of 2 runs/);
    await makeSeen(`${folder}/one`);
    const one = await text("/run/one");
    for (const id of ["curve", "questions", "right", "wrong", "inputs", "filters", "weights"]) {
      assert.match(one, new RegExp(`<h2 id="${id}">`), id);
    }
    assert.match(one, /Adapter &#60;1&#62;/);
    assert.match(one, /href="\/">All runs</);
  }),
);

Deno.test(
  "a run that begins later is found, and before there is a word that there is none",
  watching(async ({ folder, text, get }) => {
    await Deno.remove(folder);
    assert.match(await text("/"), /No run is in the folder yet/);
    assert.equal((await get("/run/late")).status, 404);
    await makeRun(`${folder}/late`);
    assert.match(await text("/"), /href="\/run\/late"/);
    assert.equal((await get("/run/late")).status, 200);
  }),
);

Deno.test(
  "only requests to this machine's own names are answered, so that no rebound name reads anything",
  watching(async ({ folder, get }) => {
    await makeRun(`${folder}/one`);
    for (const host of ["127.0.0.1:8000", "localhost:9", "LOCALHOST", "[::1]:80", "127.0.0.1"]) {
      assert.equal((await get("/", { host })).status, 200, host);
    }
    const others = [
      "evil.example:8000",
      "127.0.0.1.evil.example",
      "localhost.evil",
      "10.0.0.1",
      "",
    ];
    for (const host of [...others, "x@127.0.0.1", "127.0.0.1:8000:1", "127.0.0.2"]) {
      for (const path of ["/", "/run/one", "/events", "/watch.js"]) {
        const answer = await get(path, { host });
        assert.equal(answer.status, 403, `${host}${path}`);
        assert.doesNotMatch(await answer.text(), /one/);
      }
    }
  }),
);

Deno.test(
  "only GET and HEAD are answered, HEAD without a body",
  watching(async ({ folder, get }) => {
    await makeRun(`${folder}/one`);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const answer = await get("/", { method });
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get("allow"), "GET, HEAD");
    }
    for (const path of ["/", "/events", "/run/one", "/events/run/one", "/watch.js"]) {
      const [whole, head] = [await get(path), await get(path, { method: "HEAD" })];
      assert.equal(head.status, 200, path);
      assert.equal(head.body, null, path);
      assert.equal(head.headers.get("content-type"), whole.headers.get("content-type"));
      await whole.body?.cancel();
    }
  }),
);

Deno.test(
  "an address is never a path: nothing but the known pages is there",
  watching(async ({ folder, get }) => {
    await makeRun(`${folder}/one`);
    await Deno.writeTextFile(`${folder}/secret.txt`, "secret");
    const tries = [
      ...["/secret.txt", "/run/../secret.txt", "/run/one/../../secret.txt", "/run/."],
      ...["/run/%2e%2e/secret.txt", "/run/..%2fsecret.txt", "/run/one%2f..%2f..%2fsecret.txt"],
      ...["/run/..%5csecret.txt", "/run/%", "/run/%00", "/run/one%00", "/run//one", "//run/one"],
      ...["/run/one/history.jsonl", "/run/one/", "/run/", "/run", "/RUN/one", "/run/two"],
      ...["/events/secret.txt", "/events/../secret.txt", "/events/run/..%2fone", "/eventsx"],
      ...[`/run/${encodeURIComponent(folder)}`, `/run/${encodeURIComponent(`${folder}/one`)}`],
      ...["/favicon.ico", "/watch.js/", "/lib/watch/page.js", "/.git/config", "/run/constructor"],
    ];
    for (const path of tries) {
      const answer = await get(path);
      // `/run/one/../..` is the first page by the rules of addresses.
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(await answer.text(), /secret/);
    }
  }),
);

Deno.test(
  "a run may have any name",
  watching(async ({ folder, text }) => {
    const names = ["a <b>&\"'", "50%", "ü #1?", "events", "..."];
    for (const name of names) await makeRun(`${folder}/${name}`);
    const page = await text("/");
    assert.doesNotMatch(page, /<b>/);
    for (const name of names) {
      assert.match(await text(`/run/${encodeURIComponent(name)}`), /part-summary/, name);
    }
  }),
);

Deno.test(
  "links are not followed, neither to a run nor out of one",
  watching(async ({ folder, text, get }) => {
    await makeRun(`${folder}/real`);
    await Deno.symlink(`${folder}/real`, `${folder}/linked`);
    await makeRun(`${folder}/trap`);
    const { history, snapshot } = new RunFolder(`${folder}/trap`);
    await Deno.writeTextFile(`${folder}/secret.txt`, "secret");
    await Deno.remove(history);
    await Deno.symlink(`${folder}/secret.txt`, history);
    await Deno.symlink(`${folder}/real/run.json`, snapshot);
    assert.doesNotMatch(await text("/"), /linked/);
    assert.equal((await get("/run/linked")).status, 404);
    const page = await text("/run/trap");
    assert.match(page, /history\.jsonl is a link, which is not followed/);
    assert.match(page, /snapshot\.safetensors is a link/);
    assert.doesNotMatch(page, /secret[^.]/);
  }),
);

Deno.test(
  "damaged files are named, and what is in order is shown",
  watching(async ({ folder, text }) => {
    await makeRun(`${folder}/one`);
    await makeSeen(`${folder}/one`);
    const { snapshot, description } = new RunFolder(`${folder}/one`);
    const bytes = await Deno.readFile(snapshot);
    bytes[bytes.length - 5] ^= 1;
    await Deno.writeFile(snapshot, bytes);
    await Deno.writeTextFile(description, "{}");
    const page = await text("/run/one");
    assert.match(page, /snapshot\.safetensors is damaged/);
    assert.match(page, /run\.json is damaged/);
    assert.match(page, /<h2 id="curve">/);
    assert.match(page, /<h2 id="weights">/);
    assert.doesNotMatch(page, /<h2 id="right">/);
  }),
);

Deno.test(
  "a history whose last line is cut is shown as far as it is whole",
  watching(async ({ folder, text }) => {
    await makeRun(`${folder}/one`);
    const { history } = new RunFolder(`${folder}/one`);
    const line = lineOf(entriesOf(9), 9);
    await Deno.writeTextFile(history, line.slice(0, 40), { append: true });
    const cut = await text("/run/one");
    assert.match(cut, /<dt>Chunks, of 20<\/dt>\s*<dd>8<\/dd>/);
    assert.doesNotMatch(cut, /class="problem"/);
    await Deno.writeTextFile(history, line.slice(40), { append: true });
    assert.match(await text("/run/one"), /<dt>Chunks, of 20<\/dt>\s*<dd>9<\/dd>/);
  }),
);

Deno.test(
  "pages fetch nothing from elsewhere, and cannot be put into others",
  watching(async ({ folder, get }) => {
    await makeRun(`${folder}/one`);
    await makeSeen(`${folder}/one`);
    for (const path of ["/", "/run/one"]) {
      const answer = await get(path);
      const policy = answer.headers.get("content-security-policy")!;
      assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'/);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
      const page = await answer.text();
      const sources = [...page.matchAll(/ (?:src|href)="([^"]{0,12})/g)].map(([, source]) =>
        source
      );
      for (const source of sources) assert.match(source, /^(\/watch\.js|\/|\/run\/.*|data:.*)$/);
      assert.equal(page.match(/<script/g)?.length, 1);
    }
  }),
);

Deno.test(
  "over a real connection: addresses as no browser sends them",
  serving(async ({ folder, address }) => {
    await makeRun(`${folder}/one`);
    await Deno.writeTextFile(`${folder}/secret.txt`, "secret");
    const ask = async (line: string, host = "Host: 127.0.0.1\r\n") => {
      const answer = await exchange(
        address,
        `${line} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
      );
      assert.doesNotMatch(answer, /secret/, line);
      return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
    };
    assert.equal(await ask("GET /run/one"), 200);
    for (const path of ["/run/../secret.txt", "/../secret.txt", "/run/one/../../../secret.txt"]) {
      assert.equal(await ask(`GET ${path}`), 404, path);
    }
    for (const path of ["//secret.txt", "/run/%2e%2e%2fsecret.txt", "/run/..\\secret.txt"]) {
      assert.equal(await ask(`GET ${path}`), 404, path);
    }
    assert.equal(await ask("GET /run/one", ""), 403, "without a host");
    for (const host of ["evil.example", "a b", "127.0.0.1, evil.example", "%", "["]) {
      assert.ok([400, 403].includes(await ask("GET /", `Host: ${host}\r\n`)), host);
    }
    assert.ok([400, 403].includes(await ask("GET http://evil.example/", "Host: evil.example\r\n")));
    assert.equal(await ask("POST /run/one"), 405);
  }),
);
