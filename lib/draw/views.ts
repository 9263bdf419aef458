/** A galaxy on its way into the network: image, views, parts; and what augmentation makes of it. */
import { colourOffset, drawPerturbation } from "../galaxy/perturbation.ts";
import { PART_SIZE } from "../galaxy/parts.ts";
import { VIEW_SIZE } from "../galaxy/transforms.ts";
import { Random } from "../random.ts";
import { examplePixels, fourViews, middleOf, partsOf, viewsOf } from "./galaxy.ts";
import { type Colour, Picture } from "./picture.ts";

/** Pixels between pictures. */
const GAP = 10;
/** Room for a line of letters. */
const LINE = 28;
/** Pixels of the image that the upright view shows. */
const SHOWN = 3 * VIEW_SIZE;
/** Of the four corners of a view, in the order of the parts. */
const CORNERS: readonly Colour[] = [
  [255, 170, 60],
  [90, 190, 255],
  [150, 230, 110],
  [240, 120, 220],
];
const EDGE: Colour = [200, 200, 200];
/** The galaxy as a network meets it in training, beside its image. */
const DRAWS = 11;
const DRAWS_SEED = 1;

/** The image on the left, a row for each view, and the four parts of each view beside it. */
export function drawParts(): Promise<Uint8Array> {
  const pixels = examplePixels();
  const views = viewsOf(pixels);
  const parts = partsOf(views);
  const view = 2 * VIEW_SIZE, part = 2 * PART_SIZE, image = 424;
  const left = image + 2 * GAP;
  const height = LINE + 4 * (view + GAP);
  const picture = new Picture(left + view + GAP + 4 * (part + GAP), height);
  const label = (text: string, from: number, width: number) =>
    picture.writeCentred(text, from + width / 2, 6);
  label("image", GAP, image);
  const above = LINE + Math.floor((height - LINE - image) / 2), beyond = (image - SHOWN) / 2;
  picture.put(middleOf(pixels, image, 1), GAP, above, 1);
  picture.frame(GAP + Math.floor(beyond), above + Math.floor(beyond), SHOWN, EDGE, 1);
  label("4 views", left, view);
  label("16 parts", left + view + GAP, 4 * (part + GAP) - GAP);
  fourViews(views).forEach((planes, row) => {
    const top = LINE + row * (view + GAP);
    picture.put(planes, left, top, 2);
    for (let corner = 0; corner < 4; corner++) {
      const x = left + view + GAP + corner * (part + GAP), y = top + (view - part) / 2;
      picture.put(parts[4 * row + corner], x, y, 2);
      picture.frame(x, y, part, CORNERS[corner]);
    }
  });
  return picture.jpeg();
}

/** The four views side by side, with the corner that each part is taken from. */
export function drawViews(): Promise<Uint8Array> {
  const scale = 3, view = scale * VIEW_SIZE, part = scale * PART_SIZE;
  const names = ["upright", "reversed", "turned by 45", "turned, reversed"];
  const picture = new Picture(GAP + 4 * (view + GAP), LINE + view + GAP);
  fourViews(viewsOf(examplePixels())).forEach((planes, place) => {
    const left = GAP + place * (view + GAP);
    picture.writeCentred(names[place], left + view / 2, 6);
    picture.put(planes, left, LINE, scale);
    const far = view - part;
    // Top left, top right, bottom right, bottom left: a quarter turn further each.
    [[0, 0], [far, 0], [far, far], [0, far]].forEach(([x, y], corner) => {
      picture.frame(left + x, LINE + y, part, CORNERS[corner]);
    });
  });
  return picture.jpeg();
}

/** What the upright view shows of the image, framed, and the same galaxy as training meets it. */
export function drawAugmentation(): Promise<Uint8Array> {
  const pixels = examplePixels();
  const scale = 2, side = scale * VIEW_SIZE, columns = (DRAWS + 1) / 2;
  const picture = new Picture(GAP + columns * (side + GAP), GAP + 2 * (side + GAP));
  const place = (index: number) =>
    [
      GAP + index % columns * (side + GAP),
      GAP + Math.floor(index / columns) * (side + GAP),
    ] as const;
  picture.put(middleOf(pixels, SHOWN, 3), ...place(0), scale);
  picture.frame(...place(0), side, EDGE, 1);
  for (let draw = 1; draw <= DRAWS; draw++) {
    const perturbation = drawPerturbation(new Random(DRAWS_SEED, "perturbation", 0, draw));
    const [upright] = viewsOf(pixels, perturbation, colourOffset(perturbation.colour));
    picture.put(upright, ...place(draw), scale);
  }
  return picture.jpeg();
}
