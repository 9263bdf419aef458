/** The seventeen models of the ensemble, in the order of docs/models.md, and one of ours. */
import { UserError } from "../../errors.ts";
import { didYouMean } from "../../nearest.ts";
import type { Model } from "../model.ts";
import { filters8433nExtradense } from "./8433n_extradense.ts";
import { filters8433nExtradensePysex } from "./8433n_extradense_pysex.ts";
import { filters8433nMaxout2048 } from "./8433n_maxout2048.ts";
import { filters8433nMaxout2048Pysex } from "./8433n_maxout2048_pysex.ts";
import { bigger } from "./bigger.ts";
import { compact } from "./compact.ts";
import { extradense } from "./extradense.ts";
import { extradenseBig256 } from "./extradense_big256.ts";
import { extradenseDup3 } from "./extradense_dup3.ts";
import { extradensePysex } from "./extradense_pysex.ts";
import { extradensePysexgen1Dup } from "./extradense_pysexgen1_dup.ts";
import { extradensePysexgen1Dup2 } from "./extradense_pysexgen1_dup2.ts";
import { maxout2048 } from "./maxout2048.ts";
import { maxout2048Pysex } from "./maxout2048_pysex.ts";
import { normconstraint } from "./normconstraint.ts";
import { pysex } from "./pysex.ts";
import { shareddense } from "./shareddense.ts";
import { shareddense512 } from "./shareddense512.ts";

/** Those of the paper. */
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

/** The models of the paper, and `compact`, which is not part of the ensemble. */
export const KNOWN_MODELS: readonly Model[] = [...MODELS, compact];

/** The models of these names. @throws UserError for a name that is none */
export function modelsNamed(names: readonly string[]): Model[] {
  return names.map((name) => {
    const model = KNOWN_MODELS.find((candidate) => candidate.name === name);
    if (model) return model;
    const known = KNOWN_MODELS.map((candidate) => candidate.name);
    const meant = didYouMean(name, known) || `; the models are ${known.join(", ")}`;
    throw new UserError(`there is no model "${name}"${meant}`);
  });
}
