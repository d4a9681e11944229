import { readdirSync, rmSync, statSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { removeOrphans, temporaryName } from '../../../common/storage/atomic-file'
import { ensureFolder } from '../../../common/storage/data-folder'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'

/** Some 250,000 spans: of file operations each took 41 bytes (621 as JSON), most of them its random ids. */
export const UNSENT_LIMIT_BYTES = 10 * 1024 * 1024

/** When it was written (milliseconds since the epoch), a number that tells those of a moment apart, the spans in it. */
const NAME = /^(\d{13})-(\d{6})-(\d{1,9})\.jsonl\.gz$/
/** A batch is a quarter of a MiB: what unpacks to more than this is none of ours. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024

/** The spans of a batch may have ended as long before it was written: dd-trace's flush and a second, on a slow disk. In ms. */
const BATCH_MS = 5_000

export interface UnsentFile {
  readonly name: string
  readonly bytes: number
  readonly spans: number
}

export interface UnsentFolderOptions {
  readonly folder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly limitBytes?: number
}

/**
 * Spans that wait on disk, oldest first: one gzip file for a batch, one chunk in a line. Above the limit the oldest go.
 * The files are not flushed to the disk: a power loss may cost the last seconds, which is not worth a flush a second.
 */
export class UnsentFolder {
  readonly #options: UnsentFolderOptions
  readonly #files: UnsentFile[]
  #held: UnsentFile | null = null
  #lastTime = 0
  #count = 0
  #dropped = 0
  #isFullLogged = false
  #isTroubleLogged = false

  constructor(options: UnsentFolderOptions) {
    this.#options = options
    removeOrphans(options.folder, (name) => NAME.test(name))
    this.#files = filesIn(options.folder)
    this.#dropOldest()
  }

  /** Oldest first. */
  get files(): readonly UnsentFile[] {
    return this.#files
  }

  /** How many spans were lost since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    this.#isFullLogged = false
    return dropped
  }

  /** Counts spans as lost that were never here. */
  drop(spans: number): void {
    this.#dropped += spans
  }

  /** Writes one batch. Never rejects: what the disk does not take is lost, and that is logged once. */
  async add(chunks: readonly string[], spans: number): Promise<void> {
    const { folder, log, now } = this.#options
    try {
      ensureFolder(folder, now())
      const data = await promisify(gzip)(chunks.join('\n'))
      const name = this.#nextName(spans)
      await replace(join(folder, name), data)
      this.#files.push({ name, bytes: data.length, spans })
      this.#isTroubleLogged = false
      this.#dropOldest()
    } catch (error) {
      this.#dropped += spans
      if (!this.#isTroubleLogged)
        log.warn('spans cannot be kept on disk: those are lost', { reason: errorMessage(error) })
      this.#isTroubleLogged = true
    }
  }

  /** Deletes those that were written in such a time: spans that wait are no record, and these never leave. */
  withhold(isWithheld: (from: number, to: number) => boolean): void {
    for (const file of [...this.#files]) {
      const writtenAt = timeOf(file)
      if (isWithheld(writtenAt - BATCH_MS, writtenAt)) this.remove(file)
    }
  }

  /** The batch under way, which is not dropped then; `null` for none. */
  hold(file: UnsentFile | null): void {
    this.#held = file
  }

  /** The chunks of a batch; `null` for a file that is gone or damaged. */
  async read({ name }: UnsentFile): Promise<readonly string[] | null> {
    try {
      const data = await readFile(join(this.#options.folder, name))
      const text = await promisify(gunzip)(data, { maxOutputLength: MAX_UNPACKED_BYTES })
      return text.toString().split('\n')
    } catch (error) {
      if (errorCode(error) !== 'ENOENT')
        this.#options.log.warn(`${name} in unsent/ is damaged: its spans are lost`, {
          reason: errorMessage(error),
        })
      return null
    }
  }

  /** @returns whether it is gone */
  remove(file: UnsentFile): boolean {
    try {
      rmSync(join(this.#options.folder, file.name), { force: true })
    } catch {
      return false
    }
    const place = this.#files.indexOf(file)
    if (place >= 0) this.#files.splice(place, 1)
    return true
  }

  #dropOldest(): void {
    const { limitBytes = UNSENT_LIMIT_BYTES, log } = this.#options
    let bytes = this.#files.reduce((sum, file) => sum + file.bytes, 0)
    for (const file of this.#files.filter((file) => file !== this.#held)) {
      if (bytes <= limitBytes || !this.remove(file)) return
      bytes -= file.bytes
      this.#dropped += file.spans
      if (!this.#isFullLogged)
        log.warn(`the spans that wait on disk reach ${limitBytes / 2 ** 20} MiB: the oldest are dropped`)
      this.#isFullLogged = true
    }
  }

  /** Sorts after all before it, also when the clock was set back. */
  #nextName(spans: number): string {
    this.#lastTime = Math.max(this.#options.now(), this.#lastTime, timeOf(this.#files.at(-1)))
    this.#count = (this.#count + 1) % 1_000_000
    const time = String(this.#lastTime).padStart(13, '0')
    return `${time}-${String(this.#count).padStart(6, '0')}-${spans}.jsonl.gz`
  }
}

/** Writes a file as a whole or not at all, as far as this process is concerned. */
async function replace(file: string, data: Uint8Array): Promise<void> {
  const temporary = temporaryName(file)
  try {
    await writeFile(temporary, data, { mode: 0o600, flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

const timeOf = (file: UnsentFile | undefined) => (file ? Number(NAME.exec(file.name)?.[1]) : 0)

function filesIn(folder: string): UnsentFile[] {
  try {
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .sort()
      .flatMap((name) => {
        const bytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size
        return bytes === undefined ? [] : [{ name, bytes, spans: Number(NAME.exec(name)?.[3]) }]
      })
  } catch {
    // Nothing has waited yet, or it cannot be read: then what is in it waits on.
    return []
  }
}
