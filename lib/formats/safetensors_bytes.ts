/** safetensors files that are in memory, as in a browser. */
import {
  checkedHeader,
  headerLength,
  type Safetensors,
  type SafetensorsHeader,
  sizeOf,
  type TensorData,
  TYPES,
} from "./safetensors_header.ts";

/**
 * Reads a file of the types F32, F16, I32, U32 and U8.
 * @param name what it is called in an error
 * @param expect is called with the header before memory is taken for the values, and may throw
 * @throws UserError when it is truncated or damaged; what `expect` throws
 */
export function parseSafetensors(
  bytes: Uint8Array,
  name: string,
  expect: (header: SafetensorsHeader) => void = () => {},
): Safetensors {
  const length = headerLength(bytes, bytes.length, name);
  const first = 8 + length;
  const header = checkedHeader(bytes.subarray(8, first), bytes.length - first, name);
  expect(header);
  const tensors = header.entries.map(({ name, dtype, shape, begin, end }) => {
    // A copy, since values may begin at any byte.
    const own = bytes.slice(first + begin, first + end);
    const data: TensorData = new TYPES[dtype](own.buffer, 0, sizeOf(shape));
    return [name, { shape, data }] as const;
  });
  return { tensors: new Map(tensors), metadata: header.metadata };
}
