/**
 * imagescript's JPEG codec as a compiled module. A source-phase import needs no permission and no
 * path, in workers too, while the package's own loader wants to read its files and the environment.
 * This stands in a JavaScript file because TypeScript cannot parse `import source` yet.
 */
import source codec from "imagescript/jpeg.wasm";

export default codec;
