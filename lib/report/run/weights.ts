/** How large the parameters of a network are, layer by layer. */
import type { ParameterFigures, TensorFigures } from "../../runs/parameter_figures.ts";
import { html, type Markup } from "../html.ts";

const HEIGHT = 24;

export function weightsSection({ tensors, chunk }: ParameterFigures): Markup {
  return html`
    <section aria-labelledby="weights">
      <h2 id="weights">Its parameters</h2>
      <p>${chunk !== undefined &&
        `After chunk ${chunk}. `}How the numbers of each tensor are spread,
        from the smallest to the largest, with 0 in the middle: the norm is the root of the sum of
        their squares, the RMS the root of the mean of these. Where a few are more than four times as
        large as the RMS, they are counted at the edges.</p>
      <div class="scroll" tabindex="0" role="group" aria-label="Parameters">
        <table class="numbers weights">
          <thead>
            <tr>
              <th scope="col">Tensor</th>
              <th scope="col">Shape</th>
              <th scope="col">Numbers</th>
              <th scope="col">Norm</th>
              <th scope="col">RMS</th>
              <th scope="col">Largest</th>
              <th scope="col">Spread</th>
            </tr>
          </thead>
          <tbody>${tensors.map(row)}</tbody>
        </table>
      </div>
    </section>
  `;
}

function row(tensor: TensorFigures): Markup {
  const { name, shape, norm, rms, largest } = tensor;
  const numbers = shape.reduce((product, size) => product * size, 1);
  return html`
    <tr>
      <th scope="row">${name}</th>
      <td>${shape.join("×")}</td>
      <td>${numbers.toLocaleString("en")}</td>
      <td>${short(norm)}</td>
      <td>${short(rms)}</td>
      <td>${short(largest)}</td>
      <td class="spread">${spread(tensor)}</td>
    </tr>
  `;
}

function spread({ name, bins, reach }: TensorFigures): Markup {
  const most = Math.max(1, ...bins);
  const bars = bins.map((value, bin) =>
    value > 0 &&
    `M${bin + 0.05} ${HEIGHT}v${-Math.max(0.8, HEIGHT * value / most).toFixed(1)}h0.9V${HEIGHT}Z`
  ).filter(Boolean).join("");
  const label = `Histogram of ${name}, from ${short(-reach)} to ${short(reach)}`;
  return html`
    <svg class="strip" viewBox="0 0 ${bins.length} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${label}">
      <title>${label}</title>
      <path d="${bars}" />
    </svg>
    <div class="scale"
      aria-hidden="true"><span>${short(-reach)}</span><span>0</span><span>${short(
        reach,
      )}</span></div>
  `;
}

/** Three digits that count. */
function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Number(value.toPrecision(3));
  const small = Math.abs(digits) < 0.001 && digits !== 0;
  return (small ? digits.toExponential(1) : String(digits)).replaceAll("-", "−");
}
