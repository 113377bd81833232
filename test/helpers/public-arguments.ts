import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** What an argument may be: its `typeof`s, with `null`, arrays, and plain objects told apart from instances of a class. */
export type Kind =
  | 'undefined'
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'bigint'
  | 'symbol'
  | 'function'
  | 'array'
  | 'record'
  | 'instance';

/** An argument of a public call, or an option of one. */
export interface PublicArgument {
  /** As in `Queue.put`; a class's name alone is its constructor. */
  readonly call: string;
  /** As in `item` or `options.timeout`. */
  readonly argument: string;
  /** Its place among the call's arguments. */
  readonly position: number;
  /** What its declarations accept. */
  readonly kinds: Set<Kind>;
}

const {
  Any,
  Unknown,
  TypeParameter,
  Undefined,
  Void,
  Null,
  BooleanLike,
  NumberLike,
  StringLike,
  BigIntLike,
  ESSymbolLike,
} = ts.TypeFlags;
const PRIMITIVES: readonly (readonly [flag: ts.TypeFlags, kind: Kind])[] = [
  [Undefined | Void, 'undefined'],
  [Null, 'null'],
  [BooleanLike, 'boolean'],
  [NumberLike, 'number'],
  [StringLike, 'string'],
  [BigIntLike, 'bigint'],
  [ESSymbolLike, 'symbol'],
];

/**
 * Every argument of every function, constructor, static and method that a package exports, with each property of an
 * argument that is an object of options: what its declarations say. Error classes are left out, which a program catches
 * rather than makes, and so are arguments that may be anything.
 *
 * @param isPublic tells by its name whether an export is meant for users of the package. Default: all are.
 */
export function publicArguments(packageName: string, isPublic = (_name: string): boolean => true): PublicArgument[] {
  const entry = fileURLToPath(new URL(`../../packages/${packageName}/dist/index.d.ts`, import.meta.url));
  const { NodeNext: module } = ts.ModuleKind;
  const program = ts.createProgram([entry], { module, target: ts.ScriptTarget.ES2023, strict: true, types: ['node'] });
  return new Declarations(program.getTypeChecker(), program.getSourceFile(entry)!).read(isPublic);
}

class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #entry: ts.SourceFile;
  readonly #found = new Map<string, PublicArgument>();

  constructor(checker: ts.TypeChecker, entry: ts.SourceFile) {
    this.#checker = checker;
    this.#entry = entry;
  }

  read(isPublic: (name: string) => boolean): PublicArgument[] {
    const checker = this.#checker;
    for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(this.#entry)!)) {
      const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
      if (!isPublic(exported.name) || symbol.valueDeclaration === undefined) continue;
      const type = checker.getTypeOfSymbol(symbol);
      this.#addSignatures(exported.name, type.getCallSignatures());
      if ((symbol.flags & ts.SymbolFlags.Class) === 0) continue;
      const instance = checker.getDeclaredTypeOfSymbol(symbol);
      if (checker.getPropertyOfType(instance, 'stack') !== undefined) continue; // an error class
      this.#addSignatures(exported.name, type.getConstructSignatures());
      this.#addMembers(exported.name, type);
      this.#addMembers(exported.name, instance);
    }
    return [...this.#found.values()];
  }

  #addMembers(call: string, type: ts.Type): void {
    for (const member of this.#checker.getPropertiesOfType(type)) {
      const declaration = member.valueDeclaration;
      const isInherited = declaration === undefined || isForeign(declaration) || member.name === 'prototype';
      if (isInherited || isHidden(declaration) || member.name.startsWith('__')) continue;
      this.#addSignatures(`${call}.${member.name}`, this.#checker.getTypeOfSymbol(member).getCallSignatures());
    }
  }

  #addSignatures(call: string, signatures: readonly ts.Signature[]): void {
    for (const signature of signatures) {
      if (isHidden(signature.declaration)) continue;
      for (const [position, parameter] of signature.parameters.entries()) this.#addParameter(call, position, parameter);
    }
  }

  #addParameter(call: string, position: number, parameter: ts.Symbol): void {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    if (declaration.dotDotDotToken !== undefined) return;
    const type = this.#checker.getTypeOfSymbol(parameter);
    const isOptional = declaration.questionToken !== undefined || declaration.initializer !== undefined;
    this.#add(call, parameter.name, position, type, isOptional);
    if (!/options$/i.test(parameter.name)) return;
    for (const option of this.#checker.getPropertiesOfType(this.#checker.getNonNullableType(type))) {
      const optionType = this.#checker.getTypeOfSymbol(option);
      this.#add(
        call,
        `${parameter.name}.${option.name}`,
        position,
        optionType,
        (option.flags & ts.SymbolFlags.Optional) !== 0,
      );
    }
  }

  #add(call: string, argument: string, position: number, type: ts.Type, isOptional: boolean): void {
    const parts = type.isUnion() ? type.types : [type];
    if (parts.some(({ flags }) => (flags & (Any | Unknown | TypeParameter)) !== 0)) return;
    const key = `${call} ${argument}`;
    const entry = this.#found.get(key) ?? { call, argument, position, kinds: new Set() };
    this.#found.set(key, entry);
    if (isOptional) entry.kinds.add('undefined');
    for (const part of parts) entry.kinds.add(this.#kindOf(part));
  }

  #kindOf(type: ts.Type): Kind {
    const primitive = PRIMITIVES.find(([flag]) => (type.flags & flag) !== 0);
    if (primitive !== undefined) return primitive[1];
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return 'function';
    if (this.#checker.isArrayLikeType(type) || this.#checker.isTupleType(type)) return 'array';
    const declarations = type.getSymbol()?.getDeclarations() ?? [];
    const isRecord =
      type.getStringIndexType() !== undefined ||
      !declarations.some((one) => ts.isClassDeclaration(one) || isForeign(one));
    return isRecord ? 'record' : 'instance';
  }
}

/** Not for users: private, protected or internal. */
function isHidden(declaration: ts.Declaration | undefined): boolean {
  if (declaration === undefined) return false;
  const { Private, Protected } = ts.ModifierFlags;
  const isClosed = (ts.getCombinedModifierFlags(declaration) & (Private | Protected)) !== 0;
  return isClosed || ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal');
}

/** Declared by TypeScript or a library. */
function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes('/node_modules/');
}
