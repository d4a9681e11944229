import { Mappings } from './mappings'

/** The origin of generated code; line and column count from 0. */
export interface Origin {
  readonly source: string
  readonly line: number
  readonly column: number
  /** The original name; `null` if the map has none. */
  readonly name: string | null
}

/** Characters between a function's name and its beginning: `f(`, `f=x=>`, `f=function(`, `f=async function*(`. */
const AFTER_NAME = [0, 1, 9, 10, 15, 16]

/** A part of a bundle with a map of its own, from this line and column on. */
interface Section {
  readonly line: number
  readonly column: number
  readonly mappings: Mappings
  readonly sources: readonly string[]
  readonly names: readonly string[]
}

/** Number of fields with source, line and column; and with a name. */
const WITH_SOURCE = 4
const WITH_NAME = 5
/** Overhead of a string beside its characters, in bytes. */
const STRING_BYTES = 20

/** One source map (ECMA-426, version 3), or an index map with its sections. */
export class SourceMapTable {
  private constructor(private readonly sections: readonly Section[]) {}

  /** @throws if it is not a source map */
  static parse(json: string): SourceMapTable {
    const map = fieldsOf(JSON.parse(json))
    if (!Array.isArray(map.sections)) return new SourceMapTable([section(map, 0, 0)])
    return new SourceMapTable(
      map.sections.map((each) => {
        const { offset, map: inner } = fieldsOf(each)
        const { line, column } = fieldsOf(offset)
        if (typeof line !== 'number' || typeof column !== 'number') throw new Error('not a source map')
        return section(fieldsOf(inner), line, column)
      }),
    )
  }

  get bytes(): number {
    const stringBytes = (sum: number, text: string) => sum + text.length + STRING_BYTES
    return this.sections.reduce(
      (sum, { mappings, sources, names }) => [...sources, ...names].reduce(stringBytes, sum + mappings.bytes),
      0,
    )
  }

  /**
   * Line and column of the generated code count from 0.
   * @returns `null` if unknown
   */
  find(line: number, column: number): Origin | null {
    return this.#at(line, column)?.origin ?? null
  }

  /**
   * Finds the origin of a function by the place that V8 gives of it, that of its parameters: a name there is a
   * parameter's.
   * @param name its name in the generated code
   */
  findFunction(line: number, column: number, name: string): Origin | null {
    const found = this.#at(line, column)
    if (!found) return null
    const isAtBeginning = found.column === column
    return {
      ...found.origin,
      name: this.#nameOf(line, column, name) ?? (isAtBeginning ? null : found.origin.name),
    }
  }

  /** The name of a piece that ends where the function's name must, and is as long. */
  #nameOf(line: number, column: number, name: string): string | null {
    const short = name.split(/[. ]/).at(-1) ?? ''
    if (short === '') return null
    const last = this.#at(line, column - 1)?.column
    for (const gap of AFTER_NAME) {
      const begin = column - gap - short.length
      const piece = begin < 0 ? null : this.#at(line, begin)
      const isNext =
        last !== undefined &&
        (last === begin || (last >= begin + short.length && last <= begin + short.length + 1))
      if (isNext && piece?.column === begin && piece.origin.name !== null) return piece.origin.name
    }
    return null
  }

  #at(line: number, column: number): { readonly column: number; readonly origin: Origin } | null {
    const begun = this.sections.findLast(
      (each) => each.line < line || (each.line === line && each.column <= column),
    )
    if (!begun) return null
    const { mappings, sources, names } = begun
    const shift = line === begun.line ? begun.column : 0
    const found = mappings.find(line - begun.line, column - shift)
    if (!found || found.fields < WITH_SOURCE) return null
    const source = sources[found.source]
    if (source === undefined) return null
    const name = found.fields < WITH_NAME ? null : names[found.name] || null
    const origin = { source, line: found.sourceLine, column: found.sourceColumn, name }
    return { column: found.column + shift, origin }
  }
}

function section(map: Readonly<Record<string, unknown>>, line: number, column: number): Section {
  const { mappings, sources, sourceRoot, names } = map
  if (typeof mappings !== 'string' || !Array.isArray(sources)) throw new Error('not a source map')
  const root = typeof sourceRoot === 'string' && sourceRoot !== '' ? sourceRoot.replace(/\/*$/, '/') : ''
  return {
    line,
    column,
    mappings: new Mappings(mappings),
    sources: sources.map((source) => `${root}${source ?? ''}`),
    names: Array.isArray(names) ? names.map(String) : [],
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('not a source map')
  return { ...value }
}
