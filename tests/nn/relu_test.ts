import { POOLING } from "../checks/pooling.ts";
import { testChecks } from "../gpu.ts";

testChecks(POOLING.filter(({ name }) => name.startsWith("relu")));
