/** `report.html` of a run, made of its files alone. */
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { writeFileAtomic } from "../../files/atomic.ts";
import { IN_RUN_FOLDER } from "../../runs/folder.ts";
import { RunLook } from "../../runs/look.ts";
import { html, type Markup } from "../html.ts";
import { reportPage } from "../page.ts";
import { RUN_PARTS, type RunPart } from "./parts.ts";

/**
 * Makes the report of a run anew; the file is replaced whole.
 * @param more one part more, which follows the galaxies
 * @returns the path of the report
 */
export async function writeRunReport(path: string, more?: RunPart): Promise<string> {
  const look = new RunLook(path);
  await look.refreshAll();
  if (look.entries.length === 0 && look.description.value === undefined) {
    const [problem] = look.problems;
    throw new UserError(
      problem ?? `${path} holds no run: neither run.json nor history.jsonl is there. Name the ` +
          `folder of a training, as in ${commandLine("report analysis/final/extradense")}`,
    );
  }
  const { report } = look.folder;
  const page = new TextEncoder().encode(await runReportHtml(look, more));
  await writeFileAtomic(report, page, IN_RUN_FOLDER);
  return report;
}

/** The report as one HTML page: no script, nothing fetched, light and dark. */
export async function runReportHtml(look: RunLook, more?: RunPart): Promise<string> {
  const made: (Markup | undefined)[] = [];
  for (const part of RUN_PARTS) {
    made.push(await part.make(look));
    if (part.id === "part-galaxies") made.push(await more?.make(look));
  }
  const [summary, ...sections] = made.map((markup) => markup ?? html``);
  return reportPage(runTitle(look), summary, sections);
}

/** What a run is called: the name of its folder. */
export function runTitle({ name, description: { value } }: RunLook): string {
  return value && value.model.name !== name ? `${name}, a run of ${value.model.name}` : name;
}
