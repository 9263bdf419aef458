/** How long each layer takes, where the adapter has a clock. */
import { PROBE_BATCH } from "../../lib/inside/probe.ts";
import type { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { html } from "../../lib/report/html.ts";
import { find, show } from "../dom.ts";

/** Measures one pass of sixteen looks. */
export async function showTimes(network: GalaxyNetwork) {
  const started = performance.now();
  network.seek({ slot: 0 });
  network.run("predict", 1);
  await network.gpu.finish();
  const all = performance.now() - started;
  const rows = network.gpu.timestamps ? await layerTimes(network) : [];
  // Browsers round the adapter's clock; where it is all zeros it tells nothing.
  const most = Math.max(0, ...rows.map(([, milliseconds]) => milliseconds));
  show(
    find("times"),
    html`
      <p>${PROBE_BATCH} looks, side by side, took ${short(all)} ms on <em>${network.gpu
        .name}</em>${most > 0
        ? ":"
        : ". This adapter has no clock that would tell the layers apart."}</p>
      ${most > 0 && html`
        <table class="times">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <td></td>
              <th scope="col">ms</th>
            </tr>
          </thead>
          <tbody>${rows.map(([layer, milliseconds]) =>
            html`
              <tr>
                <th scope="row">${layer}</th>
                <td class="bar" aria-hidden="true">
                  <div><span class="guess"
                style="width:${(100 * milliseconds / most).toFixed(1)}%"></span></div>
                </td>
                <td>${short(milliseconds)}</td>
              </tr>
            `
          )}</tbody>
        </table>
      `}
    `,
  );
}

async function layerTimes(
  network: GalaxyNetwork,
): Promise<[layer: string, milliseconds: number][]> {
  network.seek({ slot: 0 });
  const times = new Map<string, number>();
  for (const { label, milliseconds } of await network.profile("predict")) {
    const layer = label.replace(/ (forward|output)$/, "").replace(/^output$/, "answers");
    times.set(layer, (times.get(layer) ?? 0) + milliseconds);
  }
  return [...times];
}

const short = (milliseconds: number) =>
  milliseconds >= 10 ? milliseconds.toFixed(0) : milliseconds.toFixed(2);
