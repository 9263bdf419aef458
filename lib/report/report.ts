/** `report.html`: what a run did, on one page that needs nothing else. */
import { writeFileAtomic } from "../files/atomic.ts";
import type { HistoryPoint } from "./curve_data.ts";
import { curveSection } from "./curve_section.ts";
import { figures } from "./figures.ts";
import { type Filter, filtersSection } from "./filters_section.ts";
import { gallery, type GalleryGalaxy } from "./gallery.ts";
import { html, type Markup } from "./html.ts";
import { jpegUri, planesUri } from "./images.ts";
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
  /** What the network sees in one of the galaxies, as sections. */
  inside: readonly Markup[];
  /** The first layer's weights: (3, size, size). */
  filters: readonly Filter[];
}

/** Writes the report; the file is replaced whole. */
export async function writeReport(path: string, data: ReportData) {
  await writeFileAtomic(path, new TextEncoder().encode(await reportHtml(data)));
}

/** The report as one HTML page: no script, nothing fetched, light and dark. */
export async function reportHtml(data: ReportData): Promise<string> {
  return reportPage(data.title, summary(data), [
    ...data.inside,
    await curveSection(data.history, { mean: data.baselineRmse }),
    gallerySection(data),
    augmentationSection(data),
    filtersSection(data.filters),
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

function picture(source: string, caption: string): Markup {
  return html`<figure><img src="${source}" alt="${caption}"><figcaption>${caption}</figcaption>
    </figure>`;
}

const thousands = (count: number) => count.toLocaleString("en");
