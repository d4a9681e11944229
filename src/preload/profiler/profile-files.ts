import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ProfileSet } from '../../common/protocol/profile-set'
import { makeFolder } from '../../common/storage/make-folder'

const FILES = ['wall', 'space', 'profile'] as const
type File = (typeof FILES)[number]

/** The pprof files of one set; `null` for none. `profile` is a Python engine's alone. */
export type SetFiles = Readonly<
  Record<Exclude<File, 'profile'>, Buffer | null> & Partial<Record<'profile', Buffer>>
>
export type SetFacts = Omit<ProfileSet, 'schema' | 'id' | 'run' | 'seq' | 'files' | 'event'>

/**
 * Writes the sets of one run into `profiles/`: each as a whole or not at all, its own file last. The newest
 * near-death set replaces the one before it, once it is there.
 */
export class ProfileFiles {
  #seq = 0
  /** The files of each thread's near-death set; `null` is the main thread. */
  readonly #nearDeath = new Map<number | null, readonly string[]>()

  constructor(
    private readonly folder: string,
    private readonly run: string,
    private readonly event: ProfileSet['event'],
  ) {}

  /**
   * @param missesSourceMaps true if frames are unmapped because a map is missing: Datadog shows that
   * @throws the system's error; nothing half-written is left under a final name
   */
  write(facts: SetFacts, files: SetFiles, missesSourceMaps = false): ProfileSet {
    const seq = this.#seq++
    const id = `${this.run}-${String(seq).padStart(6, '0')}`
    const names = {
      wall: files.wall && `${id}-wall.pprof`,
      space: files.space && `${id}-space.pprof`,
      ...(files.profile && { profile: `${id}-profile.pprof` }),
    }
    const event = missesSourceMaps ? withMissingSourceMaps(this.event) : this.event
    const set: ProfileSet = { schema: 1, id, run: this.run, seq, ...facts, files: names, event }
    const written: string[] = []
    const put = (name: string, data: Buffer | string) => {
      this.#put(name, data)
      written.push(name)
    }
    try {
      makeFolder(this.folder, 0o700)
      for (const file of FILES) {
        const [name, data] = [names[file], files[file]]
        if (name && data) put(name, data)
      }
      put(`${id}.json`, JSON.stringify(set))
    } catch (error) {
      this.#remove(written)
      throw error
    }
    if (set.kind === 'near-death') this.#replaceNearDeath(set.worker ?? null, written)
    return set
  }

  #put(name: string, data: Buffer | string): void {
    const file = path.join(this.folder, name)
    const temporary = `${file}.tmp`
    try {
      writeFileSync(temporary, data, { mode: 0o600 })
      renameSync(temporary, file)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  }

  /**
   * Removes the near-death set of a thread.
   * @throws the system's error
   */
  forgetNearDeath(worker: number | null = null): void {
    this.#replaceNearDeath(worker, [])
  }

  #replaceNearDeath(worker: number | null, written: readonly string[]): void {
    const last = this.#nearDeath.get(worker) ?? []
    if (written.length > 0) this.#nearDeath.set(worker, written)
    else this.#nearDeath.delete(worker)
    this.#remove(last)
  }

  /** Removes a set: its own file, the last, goes first, as without it the others belong to no set. */
  #remove(written: readonly string[]): void {
    for (const name of written.toReversed()) rmSync(path.join(this.folder, name), { force: true })
  }
}

/** The name that dd-trace has for it in `event.json`, beside what it writes into the profile itself. */
function withMissingSourceMaps(event: ProfileSet['event']): ProfileSet['event'] {
  const info = event.info as { readonly profiler?: object } | undefined
  if (!info?.profiler) return event
  return { ...event, info: { ...info, profiler: { ...info.profiler, hasMissingSourceMaps: true } } }
}
