/** The seventeen models of the ensemble, in the order of docs/models.md. */
import { UserError } from "../lib/errors.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { filters8433nExtradense } from "./train/8433n_extradense.ts";
import { filters8433nExtradensePysex } from "./train/8433n_extradense_pysex.ts";
import { filters8433nMaxout2048 } from "./train/8433n_maxout2048.ts";
import { filters8433nMaxout2048Pysex } from "./train/8433n_maxout2048_pysex.ts";
import { bigger } from "./train/bigger.ts";
import { extradense } from "./train/extradense.ts";
import { extradenseBig256 } from "./train/extradense_big256.ts";
import { extradenseDup3 } from "./train/extradense_dup3.ts";
import { extradensePysex } from "./train/extradense_pysex.ts";
import { extradensePysexgen1Dup } from "./train/extradense_pysexgen1_dup.ts";
import { extradensePysexgen1Dup2 } from "./train/extradense_pysexgen1_dup2.ts";
import { maxout2048 } from "./train/maxout2048.ts";
import { maxout2048Pysex } from "./train/maxout2048_pysex.ts";
import { normconstraint } from "./train/normconstraint.ts";
import { pysex } from "./train/pysex.ts";
import { shareddense } from "./train/shareddense.ts";
import { shareddense512 } from "./train/shareddense512.ts";

export const MODELS: readonly Model[] = [
  filters8433nMaxout2048,
  filters8433nExtradense,
  filters8433nExtradensePysex,
  filters8433nMaxout2048Pysex,
  bigger,
  maxout2048,
  extradense,
  extradenseBig256,
  extradenseDup3,
  extradensePysex,
  extradensePysexgen1Dup,
  extradensePysexgen1Dup2,
  maxout2048Pysex,
  normconstraint,
  pysex,
  shareddense,
  shareddense512,
];

/** The models of these names. @throws UserError for a name that is none */
export function modelsNamed(names: readonly string[]): Model[] {
  return names.map((name) => {
    const model = MODELS.find((candidate) => candidate.name === name);
    if (model) return model;
    const known = MODELS.map((candidate) => candidate.name).join(", ");
    throw new UserError(`there is no model "${name}"; the models are ${known}`);
  });
}
