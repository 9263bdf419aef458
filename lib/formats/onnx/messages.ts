/**
 * The messages of an ONNX file, of which these few are needed. Numbers of fields and codes are those
 * of the specification's `onnx.proto`; fields that are left out have their defaults.
 */
import { bytesOf } from "../../files/atomic.ts";
import { ProtoMessage } from "../protobuf.ts";

/** Operators as they were in this version of the standard. */
const OPSET = 17;
/** Version of the file format that came with these operators. */
const IR_VERSION = 8;

/** Numbers of a constant; halves are for storage, and have to be widened before they are used. */
export type OnnxData = Float32Array | Float16Array | Int32Array | BigInt64Array;

/** `TensorProto.DataType`. */
export const FLOAT = 1;
const INT32 = 6, INT64 = 7, FLOAT16 = 10;

/** `AttributeProto.AttributeType`. */
const INT = 2, INTS = 7;

export type Attribute = number | readonly number[];
/** Lengths of axes; a text stands for any length, the same wherever it is found. */
export type Shape = readonly (number | string)[];

export interface OnnxNode {
  readonly name: string;
  /** As `Conv`. */
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers, or lists of them. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: OnnxData;
}

/** Values of float32 that are not constant. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: Shape;
  /** For people. */
  readonly text?: string | undefined;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** What lies between, where its shape is known. */
  readonly values: readonly OnnxValue[];
  readonly constants: readonly OnnxConstant[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxModel {
  readonly graph: OnnxGraph;
  readonly producer: string;
  readonly version: string;
  /** For people. */
  readonly text: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `ModelProto` */
export function modelMessage(model: OnnxModel): ProtoMessage {
  const operators = new ProtoMessage().text(1, "").integer(2, OPSET); // OperatorSetIdProto
  const message = new ProtoMessage()
    .integer(1, IR_VERSION)
    .text(2, model.producer)
    .text(3, model.version)
    .text(6, model.text)
    .message(7, graphMessage(model.graph))
    .message(8, operators);
  for (const [key, value] of Object.entries(model.metadata)) {
    message.message(14, new ProtoMessage().text(1, key).text(2, value)); // StringStringEntryProto
  }
  return message;
}

/** `GraphProto` */
function graphMessage(graph: OnnxGraph): ProtoMessage {
  const message = new ProtoMessage();
  for (const node of graph.nodes) message.message(1, nodeMessage(node));
  message.text(2, graph.name);
  for (const constant of graph.constants) message.message(5, tensorMessage(constant));
  for (const value of graph.inputs) message.message(11, valueMessage(value));
  for (const value of graph.outputs) message.message(12, valueMessage(value));
  for (const value of graph.values) message.message(13, valueMessage(value));
  return message;
}

/** `NodeProto` */
function nodeMessage({ name, operator, inputs, output, attributes }: OnnxNode): ProtoMessage {
  const message = new ProtoMessage();
  for (const input of inputs) message.text(1, input);
  message.text(2, output).text(3, name).text(4, operator);
  for (const [key, value] of Object.entries(attributes)) {
    message.message(5, attributeMessage(key, value));
  }
  return message;
}

/** `AttributeProto` */
function attributeMessage(name: string, value: Attribute): ProtoMessage {
  const message = new ProtoMessage().text(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, INT);
  for (const one of value) message.integer(8, one);
  return message.integer(20, INTS);
}

/** `TensorProto` */
function tensorMessage({ name, shape, data }: OnnxConstant): ProtoMessage {
  const message = new ProtoMessage();
  for (const length of shape) message.integer(1, length);
  return message.integer(2, codeOf(data)).text(8, name).bytes(9, bytesOf(data));
}

function codeOf(data: OnnxData): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof Float16Array) return FLOAT16;
  return data instanceof Int32Array ? INT32 : INT64;
}

/** `ValueInfoProto` */
function valueMessage({ name, shape, text }: OnnxValue): ProtoMessage {
  const axes = new ProtoMessage(); // TensorShapeProto
  for (const length of shape) {
    const axis = new ProtoMessage();
    axes.message(1, typeof length === "number" ? axis.integer(1, length) : axis.text(2, length));
  }
  const tensor = new ProtoMessage().integer(1, FLOAT).message(2, axes); // TypeProto.Tensor
  const message = new ProtoMessage().text(1, name).message(
    2,
    new ProtoMessage().message(1, tensor),
  );
  return text === undefined ? message : message.text(3, text);
}
