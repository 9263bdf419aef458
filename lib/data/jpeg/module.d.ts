/** imagescript's JPEG codec, see `module.js`. */
declare const codec: WebAssembly.Module;
export default codec;
