import { basename, dirname } from 'node:path'
import * as v from 'valibot'
import { removeOrphans, writeFileAtomic } from '../../../common/storage/atomic-file'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { readRegularFile } from '../../../common/storage/regular-file'
import { setAside } from '../../../common/storage/set-aside'
import type { Log } from '../../logging/log'
import { NeedBook } from './need-book'
import { type NeedKind, NeedKindSchema } from './need-run'

const SCHEMA = 1
/** Larger than 1,000 kinds of 20 runs can be, in bytes. */
const MAX_BYTES = 16 * 2 ** 20
/** Between a run and the next write, in milliseconds. */
const WRITE_AFTER_MS = 5_000

const FileSchema = v.object({ schema: v.pipe(v.number(), v.integer()), kinds: v.array(v.unknown()) })

/** The content of `needs.json`; `problem` says why not all of it could be read. */
export interface NeedsView {
  readonly kinds: readonly NeedKind[]
  readonly problem: string | null
  /** True for a file that a newer version has written: it is left as it is. */
  readonly isNewer: boolean
}

/** Reads `needs.json` and changes nothing. A missing file holds nothing. Never throws. */
export function readNeeds(path: string): NeedsView {
  const nothing = { kinds: [], isNewer: false }
  try {
    const file = v.safeParse(FileSchema, JSON.parse(readRegularFile(path, MAX_BYTES).toString('utf8')))
    if (!file.success) return { ...nothing, problem: 'it has no list of kinds' }
    const { schema, kinds: all } = file.output
    if (schema > SCHEMA)
      return { kinds: [], problem: `a newer version has written it (schema ${schema})`, isNewer: true }
    if (schema !== SCHEMA) return { ...nothing, problem: `its schema is ${schema}` }
    const kinds = all.flatMap((each) => {
      const kind = v.safeParse(NeedKindSchema, each)
      return kind.success ? [kind.output] : []
    })
    const strange = all.length - kinds.length
    return { kinds, problem: strange > 0 ? `${strange} of its kinds are damaged` : null, isNewer: false }
  } catch (error) {
    const isMissing = errorCode(error) === 'ENOENT'
    const words = error instanceof SyntaxError ? 'it is not JSON' : errorMessage(error)
    return { ...nothing, problem: isMissing ? null : words }
  }
}

export interface NeedsFileOptions {
  readonly path: string
  readonly log: Pick<Log, 'warn'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The needs of jobs on disk: read when first asked for, written a while after they change. No call throws. */
export class NeedsFile {
  readonly #options: NeedsFileOptions
  #book: NeedBook | null = null
  #isWritable = true
  #timer: NodeJS.Timeout | null = null
  #hasFailed = false

  constructor(options: NeedsFileOptions) {
    this.#options = options
  }

  get book(): NeedBook {
    this.#book ??= this.#open()
    return this.#book
  }

  /** Schedules a write, one for many changes. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS).unref()
  }

  /** Writes what is pending. */
  flush(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    if (!this.#isWritable) return
    const { path, log } = this.#options
    try {
      writeFileAtomic(path, `${JSON.stringify({ schema: SCHEMA, kinds: this.book.kinds })}\n`)
      this.#hasFailed = false
    } catch (error) {
      if (!this.#hasFailed)
        log.warn(
          'needs.json cannot be written: what jobs need is kept in memory, and is lost when Studio ends',
          {
            error: errorMessage(error),
          },
        )
      this.#hasFailed = true
    }
  }

  #open(): NeedBook {
    const { path, log } = this.#options
    removeOrphans(dirname(path), (name) => name === basename(path))
    const { kinds, problem, isNewer } = readNeeds(path)
    if (isNewer) {
      this.#isWritable = false
      log.warn(`needs.json is left as it is: ${problem}; what jobs need is learnt anew, in memory`)
    } else if (problem !== null) this.#setAside(problem)
    return new NeedBook(kinds)
  }

  #setAside(problem: string): void {
    const { path, log, now } = this.#options
    try {
      const to = setAside(path, now())
      log.warn(
        `needs.json was damaged (${problem}): moved to ${to}; what jobs need is learnt anew where it is lost`,
      )
    } catch (error) {
      log.warn(`needs.json is damaged (${problem}) and cannot be moved aside`, { error: errorMessage(error) })
    }
  }
}
