/** Is Source Extractor installed? */
import type { Finding } from "./finding.ts";

/** @param program the name it has here */
export function extractorFinding(program: string | undefined): Finding {
  const topic = "Source Extractor";
  if (program !== undefined) return { topic, state: "good", text: program };
  return {
    topic,
    state: "note",
    text: "not installed; only measuring galaxies oneself for the pysex models needs it",
    remedy: "apt install source-extractor (Debian, Ubuntu), dnf install source-extractor " +
      "(Fedora), brew install sextractor (macOS)",
  };
}
