/** `report.html`: what a run did, on one page that needs nothing else. */
import { writeFileAtomic } from "../files/atomic.ts";
import { type HistoryPoint, learningCurve } from "./chart.ts";
import { figures, numbersTable } from "./figures.ts";
import { gallery, type GalleryGalaxy } from "./gallery.ts";
import { html, type Markup } from "./html.ts";
import { filterUri, jpegUri, planesUri } from "./images.ts";
import { reportPage, settingsSection } from "./page.ts";

export interface ReportData {
  title: string;
  /** Name of the model, as `extradense`. */
  model: string;
  adapter: string;
  settings: readonly (readonly [label: string, value: string])[];
  history: readonly HistoryPoint[];
  /** RMSE of predicting the mean of the training labels for every validation galaxy. */
  baselineRmse: number;
  /** RMSE of the trained network on the same galaxies. */
  validRmse: number;
  /** On galaxies that were held back until the end, where their answers are known. */
  test?: { readonly rmse: number; readonly galaxies: number; readonly looks: number };
  gallery: readonly GalleryGalaxy[];
  augmentation: {
    /** JPEG */
    original: Uint8Array;
    /** (3, height, width), 0 … 1 */
    views: readonly { width: number; height: number; rgb: Float32Array; caption: string }[];
  };
  /** The sixteen parts in the order of the network, view by view: (3, size, size), 0 … 1. */
  parts: readonly { size: number; rgb: Float32Array; caption: string }[];
  /** The first layer's weights: (3, size, size). */
  filters: readonly { size: number; weights: Float32Array }[];
}

/** Writes the report; the file is replaced whole. */
export async function writeReport(path: string, data: ReportData) {
  await writeFileAtomic(path, new TextEncoder().encode(await reportHtml(data)));
}

/** The report as one HTML page: no script, nothing fetched, light and dark. */
export async function reportHtml(data: ReportData): Promise<string> {
  return reportPage(data.title, summary(data), [
    partsSection(data),
    await curveSection(data),
    gallerySection(data),
    augmentationSection(data),
    filtersSection(data),
    settingsSection([["Model", data.model], ["Adapter", data.adapter], ...data.settings]),
  ]);
}

function summary({ model, history, baselineRmse, validRmse, test }: ReportData): Markup {
  const images = history.at(-1)?.images ?? 0;
  const change = Math.round(100 * Math.abs(1 - validRmse / baselineRmse));
  const better = validRmse < baselineRmse;
  return html`
    <p class="lead">The network <em>${model}</em> looked at ${thousands(images)} images of galaxies
      and learned to tell what volunteers would answer about them. On galaxies that it has never
      trained on, its error is ${change} % ${better ? "smaller" : "larger"} than that of giving the
      mean answers to every galaxy${better ? "" : ", without looking"}.</p>
    ${figures([
      ["RMSE on validation galaxies", validRmse.toFixed(4)],
      test && [
        `RMSE on ${thousands(test.galaxies)} test galaxies, each seen ${test.looks} times`,
        test.rmse.toFixed(4),
      ],
      ["RMSE of always answering the mean, on validation galaxies", baselineRmse.toFixed(4)],
      [
        `${better ? "Smaller" : "Larger"} error than by the mean, on validation galaxies`,
        `${change} %`,
      ],
    ])}
  `;
}

async function curveSection({ history, baselineRmse }: ReportData): Promise<Markup> {
  const label = `Learning curve: RMSE over images seen, ${history.length} chunks`;
  const [wide, narrow] = [
    await learningCurve(history, baselineRmse, 820),
    await learningCurve(history, baselineRmse, 280),
  ];
  // Long runs list only the chunks that were validated.
  const rows = history.length > 40
    ? history.filter(({ validRmse }) => validRmse !== undefined)
    : history;
  return html`
    <section aria-labelledby="curve">
      <h2 id="curve">How it learned</h2>
      <p>The error is the root of the mean squared difference (RMSE) between predicted and true
        answers, over all 37 answers: 0 would be perfect. The <em>training</em> error is measured
        while learning, on turned and zoomed images and while the network still changes; the
        <em>validation</em> error is measured on other galaxies, as they are. The dashed line is what always answering the mean would give.${history
            .some(({ warmUp }) => warmUp)
          ? ` In the shaded warm-up the answers do not go through the decision tree yet.`
          : ""}</p>
      <figure class="curve" role="img" aria-label="${label}">
        <div class="wide">${wide}</div>
        <div class="narrow">${narrow}</div>
      </figure>
      <details>
        <summary>The figures</summary>
        ${numbersTable(
          ["Chunk", "Images seen", "Training RMSE", "Validation RMSE"],
          rows.map(({ chunk, images, trainRmse, validRmse, warmUp }) => [
            `${chunk}${warmUp ? " (warm-up)" : ""}`,
            thousands(images),
            trainRmse.toFixed(5),
            validRmse?.toFixed(5) ?? "–",
          ]),
        )}
      </details>
    </section>
  `;
}

function gallerySection(data: ReportData): Markup {
  return html`
    <section aria-labelledby="gallery">
      <h2 id="gallery">Galaxies and answers</h2>
      <p>Galaxy Zoo asked volunteers up to eleven questions about each galaxy, and which one comes
        next depends on the answer before. Here are the questions that come up when the network’s
        most likely answer is given each time. Of the volunteers who get to a question, the
        <span class="key guess"></span> bar is the share that the network expects for an answer, the
        <span class="key fact"></span> mark the true share. None of these galaxies had a part in
        training; of each kind, they are the first in the order of their numbers.</p>
      ${gallery(data.gallery)}
    </section>
  `;
}

function augmentationSection({ augmentation: { original, views } }: ReportData): Markup {
  return html`
    <section aria-labelledby="augmentation">
      <h2 id="augmentation">One galaxy, many images</h2>
      <p>A galaxy has no up and no down, and would get the same answers if it were a little nearer or
        off the centre. So whenever the network meets an image, it is turned, shifted, zoomed,
        perhaps mirrored, and its colours change a little, all at random. The network never
        sees the same pixels twice, so it cannot learn them by heart and has to learn shapes.</p>
      <div class="augmentation">
        <figure class="original"><img src="${jpegUri(original)}" alt="The galaxy as in its file">
          <figcaption>The image in its file</figcaption></figure>
        <div class="views">${views.map(({ rgb, width, height, caption }) =>
          picture(planesUri(rgb, width, height), caption)
        )}</div>
      </div>
    </section>
  `;
}

function partsSection({ parts }: ReportData): Markup {
  return html`
    <section aria-labelledby="parts">
      <h2 id="parts">The sixteen parts</h2>
      <p>The network cuts each image into sixteen parts. Two views of the galaxy, upright and turned by
        45°, are taken as they are and mirrored; from each of these four, one row below, come four
        corners that overlap in the middle, turned so that the galaxy’s centre is always at the bottom
        right. The same filters look at all sixteen, so what they learn in one direction holds
        for all; their findings meet in the dense layers.</p>
      <div class="parts">${parts.map(({ rgb, size, caption }) =>
        picture(planesUri(rgb, size, size), caption)
      )}</div>
    </section>
  `;
}

function filtersSection({ filters }: ReportData): Markup {
  return html`
    <section aria-labelledby="filters">
      <h2 id="filters">What the first layer looks for</h2>
      <p>The first layer moves each of these ${filters.length} small windows over every part and
        notes where the image resembles it. Grey is a weight of zero; brighter or more of a colour
        counts for a match, darker or less against it. Each filter is scaled by its own largest weight.
        They start as random specks, which is what a short training mostly leaves; a long one
        shapes them into edges, spots and contrasts of colour.</p>
      <div class="filters">${filters.map(({ weights, size }, index) =>
        html`
          <img src="${filterUri(weights, size)}" width="56" height="56"
            alt="Filter ${index + 1} of the first layer">
        `
      )}</div>
    </section>
  `;
}

function picture(source: string, caption: string): Markup {
  return html`<figure><img src="${source}" alt="${caption}"><figcaption>${caption}</figcaption>
    </figure>`;
}

const thousands = (count: number) => count.toLocaleString("en");
