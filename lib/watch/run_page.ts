/** The page of one run: its report, as the files are now. */
import { html } from "../report/html.ts";
import { statusOf } from "../report/run/pace.ts";
import { RUN_PARTS } from "../report/run/parts.ts";
import type { RunLook } from "../runs/look.ts";
import type { BoardPart } from "./board.ts";

/** Reads what is new of a run, and says what its page consists of. */
export async function runPageParts(look: RunLook): Promise<BoardPart[]> {
  await look.refreshAll();
  const status = statusOf(look, Date.now());
  return [
    {
      id: "part-status",
      of: [status, look.there],
      make: () => {
        if (!look.there) return html`<p class="problem">${look.folder.path} is not there yet.</p>`;
        if (status !== "silent") return undefined;
        return html`<p class="problem">No news for a while: the training was stopped, or is very
          slow.</p>`;
      },
    },
    ...RUN_PARTS.map(({ id, of, make }) => ({ id, of: of(look), make: () => make(look) })),
  ];
}
