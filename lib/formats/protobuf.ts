/**
 * Messages of Protocol Buffers, written field by field without a schema: a tag (number of the field
 * and kind of its value), then the value. Only what `lib/formats/onnx` needs.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/**
 * A message that grows. Large values are kept as they are and written one after another, so that a
 * file of many megabytes is not copied from message to message.
 */
export class ProtoMessage {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  /** The message's bytes, in order. */
  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  /** A number that is an int32, an int64 or an enumeration's. */
  integer(field: number, value: number): this {
    return this.#add(new BinaryWriter().tag(field, WireType.Varint).int64(value).finish());
  }

  text(field: number, value: string): this {
    return this.#add(
      new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish(),
    );
  }

  /** Bytes, which must not change before the message is written. */
  bytes(field: number, value: Uint8Array): this {
    return this.#delimited(field, [value], value.length);
  }

  message(field: number, value: ProtoMessage): this {
    return this.#delimited(field, value.#pieces, value.#length);
  }

  #delimited(field: number, pieces: readonly Uint8Array[], length: number): this {
    this.#add(new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish());
    for (const piece of pieces) this.#add(piece);
    return this;
  }

  #add(piece: Uint8Array): this {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this;
  }
}
