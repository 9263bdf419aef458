/**
 * imagescript's JPEG codec as a compiled module. A source-phase import needs no permission and no
 * path, in workers too, while the package's own loader wants to read its files and the environment.
 * This stands in a JavaScript file because TypeScript cannot parse `import source` yet.
 */
// With its version, since programs that import mod.ts have import maps of their own.
// deno-lint-ignore no-import-prefix
import source codec from "npm:imagescript@1.3.1/wasm/any/jpeg.wasm";

export default codec;
