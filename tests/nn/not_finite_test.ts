import { NOT_FINITE_NUMBERS } from "../../lib/verify/checks/not_finite.ts";
import { testChecks } from "../gpu.ts";

testChecks(NOT_FINITE_NUMBERS);
