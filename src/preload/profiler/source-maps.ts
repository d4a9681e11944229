import { open } from 'node:fs/promises'
import path from 'node:path'
import { scriptPath } from './script-path'
import { SourceMapTable } from './source-map-table'
import { readWithoutSources } from './source-map-text'

/** Largest map read, in bytes; maps that find no room are skipped too: the thread's memory is bounded. */
const MAX_FILE_BYTES = 64 * 2 ** 20
const MAX_INLINE_BYTES = 4 * 2 ** 20
/** Largest map without the sources themselves. */
const MAX_TEXT_BYTES = 8 * 2 ** 20
const MAX_TABLES_BYTES = 6 * 2 ** 20
const CHUNK_BYTES = 256 * 2 ** 10
/** Bytes at the end of a script that hold the comment (ECMA-426). */
const TAIL_BYTES = 1_024
/** Bytes at the end of a script with an inline map, in base64, as its last line. */
const INLINE_TAIL_BYTES = Math.ceil(MAX_INLINE_BYTES / 3) * 4 + TAIL_BYTES
/** The comment; `source-map-support` and V8 use the last one. */
const COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm

/** A place in a script; lines and columns count from 1. The form of `@datadog/pprof`. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly name?: string
  readonly missingMapFile?: boolean
}

/** The map of a script; `missing` if one is declared that cannot be read. */
type Known = { readonly table: SourceMapTable; readonly folder: string } | 'missing' | 'none'

/**
 * Maps generated code back to its sources, reading a script's map when the script first appears in a profile.
 */
export class SourceMaps {
  readonly #known = new Map<string, Known>()
  #room = MAX_TABLES_BYTES
  #reading: Promise<void> = Promise.resolve()
  #areMissed = false

  /** True if a place was left unmapped because its script's map cannot be read: a script stays in use. */
  get areMissed(): boolean {
    return this.#areMissed
  }

  /** Reads the maps of new scripts, one after the other. Never rejects. */
  prepare(scripts: Iterable<string>): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read(scripts))
    return this.#reading
  }

  async #read(scripts: Iterable<string>): Promise<void> {
    for (const script of scripts) {
      if (this.#known.has(script) || !path.isAbsolute(script)) continue
      const found = await findMap(script)
      const bytes = typeof found === 'string' ? 0 : found.table.bytes
      const fits = bytes <= this.#room
      if (fits) this.#room -= bytes
      this.#known.set(script, fits ? found : 'missing')
    }
  }

  /** The place in the source, with its original name; if unknown, the given place. */
  mappingInfo(place: Place): Place {
    const known = this.#known.get(place.file) ?? 'none'
    if (known === 'none' || place.line === undefined) return place
    if (known === 'missing') {
      this.#areMissed = true
      return { ...place, missingMapFile: true }
    }
    const column = Math.max(0, (place.column ?? 1) - 1)
    const origin = known.table.findFunction(place.line - 1, column, place.name ?? '')
    if (!origin) return place
    return {
      file: sourceFile(origin.source, known.folder),
      line: origin.line + 1,
      column: origin.column + 1,
      name: origin.name ?? place.name ?? '',
    }
  }
}

async function findMap(script: string): Promise<Known> {
  let declared = false
  try {
    const url = lastComment(await tailOf(script))
    if (url === undefined) return 'none'
    declared = true
    const folder = path.dirname(script)
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1]
    if (inline !== undefined) {
      const text = await readWithoutSources([Buffer.from(inline, 'base64')], MAX_TEXT_BYTES)
      return { table: SourceMapTable.parse(text), folder }
    }
    const file = path.resolve(folder, decodeURIComponent(url))
    return { table: SourceMapTable.parse(await textOf(file)), folder: path.dirname(file) }
  } catch {
    return declared ? 'missing' : 'none'
  }
}

/** @throws if it cannot be read, or is too large */
async function textOf(mapFile: string): Promise<string> {
  const file = await open(mapFile)
  try {
    const { size } = await file.stat()
    if (size > MAX_FILE_BYTES) throw new Error('the source map is too large')
    const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })
    return await readWithoutSources(chunks, MAX_TEXT_BYTES)
  } finally {
    await file.close()
  }
}

function lastComment(tail: string): string | undefined {
  return [...tail.matchAll(COMMENT)].at(-1)?.[1]
}

async function tailOf(script: string): Promise<string> {
  const file = await open(script)
  try {
    const { size } = await file.stat()
    const read = async (bytes: number) => {
      const start = Math.max(0, size - bytes)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
      return buffer.toString('utf8', 0, bytesRead)
    }
    const tail = await read(TAIL_BYTES)
    return /^[A-Za-z0-9+/=]+\s*$/.test(tail) ? read(INLINE_TAIL_BYTES) : tail
  } finally {
    await file.close()
  }
}

/** The source's path; `webpack://` and the like stay as they are. */
function sourceFile(source: string, folder: string): string {
  if (source.startsWith('file://')) return scriptPath(source)
  return /^[a-z][a-z+.-]+:\/\//i.test(source) ? source : path.resolve(folder, source)
}
