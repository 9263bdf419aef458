/** Galaxies with the network's prediction beside the volunteers' answers, on the likeliest path. */
import { type Answered, answersTable } from "./answers.ts";
import { type Card, cardGroup } from "./card.ts";
import { flow } from "./flow.ts";
import { html, type Markup } from "./html.ts";
import { jpegUri } from "./images.ts";
import { type Fractions, kindOf, KINDS, likeliest, likelyPath, sharesOf } from "./path.ts";

export interface GalleryGalaxy extends Answered {
  readonly id: number;
  readonly jpeg: Uint8Array;
  readonly predicted: Float32Array;
  readonly truth?: Float32Array | undefined;
}

/** All galaxies, grouped by what the network takes them for, the surest first. */
export function gallery(galaxies: readonly GalleryGalaxy[]): Markup[] {
  const entries = galaxies.map((galaxy) => ({ galaxy, ...kindOf(galaxy.predicted) }));
  return KINDS.flatMap((kind) => {
    const group = entries.filter((entry) => entry.kind === kind)
      .toSorted((a, b) => b.sureness - a.sureness || a.galaxy.id - b.galaxy.id);
    return group.length === 0 ? [] : cardGroup(kind, group.map(({ galaxy }) => galaxyCard(galaxy)));
  });
}

/** A galaxy whose true answers may be known: a row of bars for each answer, and trees to open. */
export function galaxyCard(galaxy: GalleryGalaxy): Card {
  const { id, jpeg, predicted, truth } = galaxy;
  const path = likelyPath(predicted);
  return {
    picture: jpegUri(jpeg),
    alt: `Galaxy ${id}, by the network: ${kindOf(predicted).kind}`,
    title: `Galaxy ${id}`,
    lines: truth ? verdict(predicted, truth) : [],
    body: [answersTable(galaxy, path), trees(galaxy)],
  };
}

/** On how many questions of the likely path both agree, and the error. */
function verdict(predicted: Fractions, truth: Float32Array): Markup[] {
  const path = likelyPath(predicted);
  const same = path.filter((question) =>
    sharesOf(truth, question) && likeliest(predicted, question) === likeliest(truth, question)
  );
  const squares = truth.reduce((sum, value, i) => sum + (value - predicted[i]) ** 2, 0);
  return [
    html`<p>Same top answer on ${same.length} of ${path.length} questions</p>`,
    html`<p>RMSE ${Math.sqrt(squares / truth.length).toFixed(3)}</p>`,
  ];
}

function trees({ id, predicted, truth }: GalleryGalaxy): Markup {
  return html`
    <details>
      <summary>As ${truth ? "two trees" : "a tree"}</summary>
      <h5>The network</h5>
      ${flow(predicted, { what: `What the network expects for galaxy ${id}` })}
      ${truth &&
        html`<h5>The volunteers</h5>${
          flow(truth, { what: `What volunteers said of galaxy ${id}` })
        }`}
    </details>
  `;
}
