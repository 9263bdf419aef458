/** What lib/data/jpeg/module.js is to Deno: in a page, the codec travels within the program. */
// deno-lint-ignore no-import-prefix
import bytes from "npm:imagescript@1.3.1/wasm/any/jpeg.wasm" with { type: "bytes" };

export default await WebAssembly.compile(bytes);
