/** What the doctor says, for people and for reports of errors. */
import type { Finding, State } from "./finding.ts";

const MARKS: Readonly<Record<State, string>> = { good: "✓", note: "!", blocks: "✗" };
const COLOURS: Readonly<Record<State, number>> = { good: 32, note: 33, blocks: 31 };
const TOPIC_WIDTH = 18;
const COLUMNS = 100;

/** A finding in lines of at most 100 columns; what to do about it under it. */
export function findingText({ topic, state, text, remedy }: Finding, colours: boolean): string {
  const mark = colours ? `\x1b[${COLOURS[state]}m${MARKS[state]}\x1b[0m` : MARKS[state];
  const indent = " ".repeat(TOPIC_WIDTH + 2);
  const width = COLUMNS - indent.length;
  const [first, ...rest] = wrapped(text, width);
  const advice = remedy === undefined ? [] : wrapped(`→ ${remedy}`, width);
  return [
    `${mark} ${topic.padEnd(TOPIC_WIDTH)}${first}`,
    ...[...rest, ...advice].map((line) => indent + line),
  ].join("\n");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The last line: is this machine ready? */
export function verdict(findings: readonly Finding[]): string {
  const topics = (state: State) =>
    findings.filter((finding) => finding.state === state).map(({ topic }) => topic).join(", ");
  const blocks = topics("blocks");
  if (blocks) return `Not ready: ${blocks}. What to do stands above`;
  const notes = topics("note");
  return notes ? `Ready. Worth a look: ${notes}` : "Ready";
}

/** A text without the name of its reader: folders of users begin with `~`. */
export function withoutHome(text: string, home?: string): string {
  const known = home && home.length > 1 ? text.replaceAll(home, "~") : text;
  return known.replace(/(?:\/home|\/Users|[A-Za-z]:\\Users)[/\\][^/\\\s"',:;]+/g, "~");
}
