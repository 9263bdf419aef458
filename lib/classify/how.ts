/** How pictures are brought to a frame, as the command line says. */
import { UserError } from "../errors.ts";
import type { How } from "../pictures/frame.ts";

export interface HowFlags {
  readonly fit: boolean;
  readonly asIs: boolean;
  readonly scale?: number | undefined;
  /** `X,Y,SIZE` in pixels of the picture. */
  readonly crop?: string | undefined;
  /** Whether Source Extractor measures. */
  readonly sourceExtractor: boolean;
}

/**
 * @returns undefined where each picture's size decides
 * @throws UserError when two ways are given, or a part cannot be read
 */
export function howOf({ fit, asIs, scale, crop, sourceExtractor }: HowFlags): How | undefined {
  const ways: [flag: string, how: () => How][] = [];
  if (fit) ways.push(["--fit", () => ({ kind: "fit" })]);
  if (asIs) ways.push(["--as-is", () => ({ kind: "as it is" })]);
  if (scale !== undefined) ways.push(["--scale", () => ({ kind: "scale", factor: scale })]);
  if (crop !== undefined) ways.push(["--crop", () => partOf(crop)]);
  if (ways.length > 1) {
    throw new UserError(
      `${ways.map(([flag]) => flag).join(" and ")} say different things: give one of them`,
    );
  }
  if (sourceExtractor && (asIs || scale !== undefined || crop !== undefined)) {
    throw new UserError("--source-extractor measures for --fit, and nothing is fitted here");
  }
  // Whoever names what measures wants to have every picture measured.
  return ways[0]?.[1]() ?? (sourceExtractor ? { kind: "fit" } : undefined);
}

function partOf(text: string): How {
  const parts = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (parts.length !== 3 || !parts.every(Number.isFinite)) {
    throw new UserError(
      `--crop needs column and row of the middle, and the size, as 300,250,120, not "${text}"`,
    );
  }
  const [x, y, size] = parts;
  return { kind: "crop", x, y, size };
}
