import { transform } from 'esbuild'
import { Chance } from '../support/engine/chance/chance'
import { KINDS } from './kinds'
import { SHAPES } from './shapes'
import { WRAPPINGS } from './wrappings'

/** A program that leaks, and who does it in it. */
export interface LeakProgram {
  readonly seed: number
  /** Its choices, in words. */
  readonly words: string
  /** Its files by path; `main.cjs` is the entry. */
  readonly files: Readonly<Record<string, string>>
  readonly heapMiB: number
  /** About the time in which it was made to fill its memory, in milliseconds. */
  readonly fillMs: number
  /** The limit of resident memory, if that is to end it: what it retains is no part of V8's heap. */
  readonly memoryMiB: number | null
  /** The names of the leaking function: a constructor that it calls has one too. */
  readonly culprits: readonly string[]
  /** The file that it stands in; `null` for generated code. */
  readonly file: string | null
}

export interface LeakRange {
  /** Time to fill the heap, in milliseconds: from, to. */
  readonly fillMs: readonly [number, number]
  /** V8's heap limit, in MiB: from, to. */
  readonly heapMiB: readonly [number, number]
}

/** Quick enough for a hundred programs in an hour. */
export const SHORT_RANGE: LeakRange = { fillMs: [500, 15_000], heapMiB: [64, 512] }
/** The whole of it. */
export const WHOLE_RANGE: LeakRange = { fillMs: [500, 300_000], heapMiB: [64, 4_096] }

const NAMES = [
  'hoard',
  'remember',
  'keepFrame',
  'register',
  'collect',
  'addPoints',
  'track',
  'enqueue',
] as const
/** Shares of all programs. */
const [IN_WORKER, MINIFIED] = [1 / 7, 1 / 6]
/** Memory that fills beside V8's heap until the limit, in MiB, and what the process has without it. */
const [OUTSIDE_MIB, BASE_MIB] = [256, 200]
const EVERY_MS = [1, 2, 5, 10, 20, 50] as const
const MIB = 2 ** 20

/** Writes the program of a seed: pure, the same text for the same seed. */
export async function leakProgram(seed: number, range: LeakRange = SHORT_RANGE): Promise<LeakProgram> {
  const chance = new Chance(seed)
  const kind = chance.pick(KINDS)(chance)
  const [shapeName, shape] = chance.pick(entries(SHAPES))
  const [wrappingName, wrap] = chance.pick(entries(WRAPPINGS))
  const name = `${chance.pick(NAMES)}${chance.whole(1, 99)}`
  const heapMiB = Math.round(chance.octaves(...range.heapMiB))
  const fillMs = Math.round(chance.octaves(...range.fillMs))
  const wrapping = wrap(name, kind)
  const calls = ((kind.isOutside ? OUTSIDE_MIB : heapMiB) * MIB) / kind.bytes
  const everyMs = chance.pick(EVERY_MS)
  const batch = Math.max(1, Math.round((calls * everyMs) / fillMs))
  const inWorker = chance.once(IN_WORKER) && !kind.isOutside
  const isMinified = chance.once(MINIFIED) && !wrapping.isGenerated
  // An entry that allocates and drops what a start does, and retains a little, rightly.
  const base = `const TABLE = Array.from({ length: ${chance.whole(100, 20_000)} }, (_, k) => ({ k }))\nglobalThis.table = TABLE`
  const source = [base, wrapping.declaration, shape(wrapping, { batch, everyMs })].join('\n')
  const leaking = inWorker ? 'worker.cjs' : 'main.cjs'
  const own = isMinified ? await minified(source, leaking) : { [leaking]: source }
  return {
    seed,
    words: [
      kind.name,
      wrappingName,
      shapeName,
      ...(inWorker ? ['in a worker'] : []),
      ...(isMinified ? ['minified'] : []),
      `${heapMiB} MiB in ${(fillMs / 1_000).toFixed(1)} s`,
    ].join(', '),
    files: {
      ...wrapping.files,
      ...own,
      ...(inWorker && {
        'main.cjs': `const { Worker } = require('node:worker_threads')\nnew Worker(require.resolve('./worker.cjs'))\n`,
      }),
    },
    heapMiB,
    fillMs,
    memoryMiB: kind.isOutside ? BASE_MIB + OUTSIDE_MIB : null,
    culprits: [name, ...(kind.constructs === undefined ? [] : [kind.constructs])],
    file: wrapping.isGenerated ? null : isMinified ? `src/${leaking}` : leaking,
  }
}

async function minified(source: string, file: string): Promise<Record<string, string>> {
  const { code, map } = await transform(source, {
    // Not its syntax: a function that is called from one place would lose its name.
    minifyIdentifiers: true,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    sourcemap: true,
    sourcefile: `src/${file}`,
  })
  return { [file]: `${code}//# sourceMappingURL=${file}.map\n`, [`${file}.map`]: map }
}

function entries<T>(record: Readonly<Record<string, T>>): [[string, T], ...[string, T][]] {
  const [first, ...rest] = Object.entries(record)
  if (!first) throw new Error('nothing to choose from')
  return [first, ...rest]
}
