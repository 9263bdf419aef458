/** Which regions of a picture matter: what the answers become where one of them is covered. */
import { AnswerQueue } from "../galaxy/answers.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_CENTRE, IMAGE_FLOATS, IMAGE_SIZE, NO_AUGMENTATION } from "../galaxy/transforms.ts";
import { viewsOf } from "../library/pixels.ts";
import { skyColour } from "../pictures/sky.ts";
import type { Probe } from "./probe.ts";

/** Covers stand in rows and columns of so many. */
export const COVERS = 11;
/** Pixels of the picture from one to the next: together they reach as far as the views do. */
export const COVER_STEP = 24;
/** A cover is a disk of this radius, whose edge is as wide as half of it: a sharp one would be seen. */
const RADIUS = 26;
const EDGE = 13;

/** The answers with each region covered. */
export interface Occlusion {
  /** (rows, columns, 37), `COVERS` of each. */
  readonly answers: Float32Array;
}

/** Column and row of a cover's middle in the picture. */
export function coverAt(index: number): readonly [x: number, y: number] {
  const offset = (place: number) => IMAGE_CENTRE + (place - (COVERS - 1) / 2) * COVER_STEP;
  return [offset(index % COVERS), offset(Math.floor(index / COVERS))];
}

export interface OcclusionHooks {
  /** Called with the share that is done. */
  onProgress?(done: number): void;
  stopRequested?(): boolean;
}

/**
 * Looks at a picture again and again, each time with one region covered by the sky.
 * @param pixels (424, 424, 3) bytes
 * @returns undefined when a stop was requested
 */
export async function occlude(
  { network }: Probe,
  pixels: Uint8Array,
  { onProgress, stopRequested }: OcclusionHooks = {},
): Promise<Occlusion | undefined> {
  const count = COVERS * COVERS;
  const sky = skyColour(pixels, IMAGE_SIZE, IMAGE_SIZE).map(({ median }) => median);
  const answers = new Float32Array(count * ANSWER_COUNT);
  let taken = 0;
  const queue = new AnswerQueue(network, (some) => {
    answers.set(some, taken);
    taken += some.length;
    onProgress?.(taken / answers.length);
  });
  const group = new Float32Array(queue.most * IMAGE_FLOATS);
  const covered = pixels.slice();
  for (let first = 0; first < count; first += queue.most) {
    const rows = Math.min(queue.most, count - first);
    for (let row = 0; row < rows; row++) {
      cover(covered, pixels, sky, first + row);
      group.set(viewsOf(covered, [NO_AUGMENTATION], undefined), row * IMAGE_FLOATS);
    }
    await queue.add(group.subarray(0, rows * IMAGE_FLOATS));
    if (stopRequested?.()) {
      await queue.finish();
      return undefined;
    }
  }
  await queue.finish();
  return { answers };
}

/** How much the share of an answer falls where each region is covered, (rows, columns). */
export function fallsOf({ answers }: Occlusion, whole: ArrayLike<number>, answer: number) {
  return Float32Array.from(
    { length: COVERS * COVERS },
    (_, at) => whole[answer] - answers[at * ANSWER_COUNT + answer],
  );
}

/** Writes the picture with one region covered over another copy of it. */
function cover(
  target: Uint8Array,
  pixels: Uint8Array,
  sky: readonly number[],
  index: number,
) {
  target.set(pixels);
  const [x, y] = coverAt(index);
  const reach = RADIUS + EDGE / 2;
  const from = (middle: number) => Math.max(0, Math.ceil(middle - reach));
  const to = (middle: number) => Math.min(IMAGE_SIZE - 1, Math.floor(middle + reach));
  for (let row = from(y); row <= to(y); row++) {
    for (let column = from(x); column <= to(x); column++) {
      const distance = Math.hypot(column - x, row - y);
      const share = Math.min(1, Math.max(0, (RADIUS + EDGE / 2 - distance) / EDGE));
      const at = 3 * (row * IMAGE_SIZE + column);
      for (let band = 0; band < 3; band++) {
        target[at + band] = pixels[at + band] + share * (sky[band] - pixels[at + band]);
      }
    }
  }
}
