/** The validation galaxies that a network is right and wrong about. */
import type { Snapshot, SnapshotPicture } from "../../runs/snapshot.ts";
import type { Card } from "../card.ts";
import { type Chosen, rightOnes, wrongOnes } from "../chosen.ts";
import { rightSection, wrongSection } from "../chosen_section.ts";
import { galaxyCard } from "../gallery.ts";
import type { Markup } from "../html.ts";

/** Galaxies of each. */
export const SHOWN = 6;

type Answered = Pick<Snapshot, "labels" | "predicted">;

/** Those whose pictures a snapshot has to hold, by their places among the validation galaxies. */
export function rowsShown({ labels, predicted }: Answered): number[] {
  const chosen = [rightOnes, wrongOnes].flatMap((some) => some(labels, predicted, SHOWN));
  return [...new Set(chosen.map(({ row }) => row))];
}

export function galaxiesSections({ labels, predicted, pictures }: Snapshot): Markup[] {
  const at = new Map(pictures.map((picture) => [picture.row, picture]));
  return [
    rightSection(cardsOf(rightOnes(labels, predicted, SHOWN), at)),
    wrongSection(cardsOf(wrongOnes(labels, predicted, SHOWN), at)),
  ];
}

/** Where a picture could not be read when the snapshot was made, its galaxy is left out. */
function cardsOf(
  chosen: readonly Chosen[],
  pictures: ReadonlyMap<number, SnapshotPicture>,
): Card[] {
  return chosen.flatMap(({ row, predicted, observed }) => {
    const picture = pictures.get(row);
    if (!picture) return [];
    const { id, jpeg } = picture;
    return [galaxyCard({ id, jpeg, predicted, truth: observed })];
  });
}
