/** The browser's WebGPU, or a sentence about why there is none and what to do. */
import "./dom.ts";
import { messageOf } from "../lib/errors.ts";
import { type Gpu, NoAdapterError, openGpu } from "../lib/gpu/device.ts";
import { html } from "../lib/report/html.ts";
import { sayProblem } from "./dom.ts";

/** Opens the adapter; `undefined` where there is none, which has been said then. */
export async function openAdapter(): Promise<Gpu | undefined> {
  if (!globalThis.isSecureContext) {
    sayProblem("Browsers give WebGPU only to pages of a secure place.", [
      `This one comes from ${location.origin}. Open it by https, or from this computer itself, as ` +
      `http://localhost.`,
    ]);
    return undefined;
  }
  if (!navigator.gpu) {
    sayProblem("This browser has no WebGPU, on which the network runs.", [
      "Chrome and Edge have it from version 113, Firefox from 141 (Windows) and 145 (macOS), Safari from 26.",
      html`In Chrome on Linux, switch <code>chrome://flags/#enable-unsafe-webgpu</code> on.`,
      html`Without a browser, <code>./run classify PICTURE</code> says the same of a picture.`,
    ]);
    return undefined;
  }
  try {
    return await openGpu();
  } catch (error) {
    sayProblem(
      error instanceof NoAdapterError
        ? "This browser has WebGPU, and found no graphics adapter for it."
        : messageOf(error),
      [
        html`<code>chrome://gpu</code> or <code>about:support</code> tells why: often a driver that the
          browser does not trust, or graphics that are switched off in its settings.`,
        html`In Chrome on Linux, switch <code>chrome://flags/#enable-unsafe-webgpu</code> and
          <code>chrome://flags/#enable-vulkan</code> on.`,
      ],
    );
    return undefined;
  }
}
