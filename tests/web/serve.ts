/**
 * A plain server of files, as any: `deno run --allow-net=127.0.0.1 --allow-read=FOLDER serve.ts FOLDER`
 * prints its port. Pages are at /some/folder/, since they have to work in any.
 */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  css: "text/css",
};
const PREFIX = "/some/folder/";
const [folder] = Deno.args;

Deno.serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(port),
}, async (request) => {
  const { pathname } = new URL(request.url);
  if (!pathname.startsWith(PREFIX)) return new Response("not here", { status: 404 });
  const name = pathname.slice(PREFIX.length) || "index.html";
  try {
    const bytes = await Deno.readFile(`${folder}/${name}`);
    const type = TYPES[name.split(".").at(-1)!] ?? "application/octet-stream";
    return new Response(bytes, { headers: { "content-type": type } });
  } catch {
    return new Response("not here", { status: 404 });
  }
});
