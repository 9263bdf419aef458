/** Pictures as the network looks at them. */
import { describePicture } from "../lib/pictures/describe.ts";
import { framePicture } from "../lib/pictures/frame.ts";
import type { Picture } from "../lib/pictures/picture.ts";
import { unusual } from "../lib/pictures/unusual.ts";

/** A picture as the network sees it. */
export interface Seen {
  readonly name: string;
  /** (424, 424, 3) bytes */
  readonly pixels: Uint8Array;
  /** What was done to it, for people. */
  readonly told: string;
  /** Why it is unlike those that the network was trained on; empty where it is not. */
  readonly unusual: readonly string[];
}

/** A picture that is at hand. */
export function framed(picture: Picture, name: string): Seen {
  const { pixels, told } = framePicture(picture);
  const all = [...picture.notes, told].join("; ");
  return { name, pixels, told: all, unusual: unusual(describePicture({ pixels })) };
}
