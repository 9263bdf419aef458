/** imagescript's JPEG codec, see `jpeg_module.js`. */
declare const codec: WebAssembly.Module;
export default codec;
