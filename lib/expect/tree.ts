/** A kernel's source as a tree: the part of WGSL that `kernels/` is written in, unrolled. */

export type Expression =
  | { readonly is: "number"; readonly value: number; readonly type: string }
  | { readonly is: "name"; readonly name: string }
  | {
    readonly is: "binary";
    readonly operator: string;
    readonly left: Expression;
    readonly right: Expression;
  }
  | { readonly is: "unary"; readonly operator: string; readonly operand: Expression }
  | { readonly is: "index"; readonly base: Expression; readonly index: Expression }
  | { readonly is: "member"; readonly base: Expression; readonly name: string }
  | { readonly is: "call"; readonly callee: TypeName; readonly args: readonly Expression[] };

/** A type, or a function that is called, with what stands in its angle brackets. */
export interface TypeName {
  readonly name: string;
  readonly args: readonly (TypeName | Expression)[];
}

export type Statement =
  | {
    readonly is: "declare";
    readonly keyword: string;
    readonly name: string;
    readonly type: TypeName | undefined;
    readonly value: Expression | undefined;
  }
  | {
    readonly is: "assign";
    readonly target: Expression;
    /** `=`, or that of `+=` and its like. */
    readonly operator: string;
    readonly value: Expression;
  }
  | { readonly is: "call"; readonly call: Expression }
  | {
    readonly is: "if";
    readonly condition: Expression;
    readonly then: readonly Statement[];
    readonly otherwise: readonly Statement[];
  }
  | {
    readonly is: "for";
    readonly first: Statement;
    readonly condition: Expression;
    readonly step: Statement;
    readonly body: readonly Statement[];
  }
  | {
    readonly is: "switch";
    readonly value: Expression;
    /** The default's value is undefined. */
    readonly cases: readonly { value: Expression | undefined; body: readonly Statement[] }[];
  }
  | { readonly is: "return"; readonly value: Expression | undefined }
  | { readonly is: "block"; readonly body: readonly Statement[] };

export interface Variable {
  readonly name: string;
  readonly type: TypeName;
}

export interface Function {
  readonly name: string;
  readonly parameters: readonly (Variable & { readonly builtin: string | undefined })[];
  readonly result: TypeName | undefined;
  readonly body: readonly Statement[];
  /** Of the entry point: the expressions in `@workgroup_size()`. */
  readonly workgroupSize: readonly Expression[] | undefined;
}

export interface Module {
  readonly constants: readonly { name: string; value: Expression }[];
  readonly structs: ReadonlyMap<string, readonly Variable[]>;
  readonly buffers: readonly (Variable & { readonly binding: number })[];
  /** In workgroup memory. */
  readonly shared: readonly Variable[];
  readonly functions: ReadonlyMap<string, Function>;
}
