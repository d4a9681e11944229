import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { writeFileAtomic } from '../../../common/storage/atomic-file'
import { dataPaths, ensureFolder } from '../../../common/storage/data-folder'
import { errorCode } from '../../../common/storage/errors'
import { setAside } from '../../../common/storage/set-aside'
import type { Log } from '../../logging/log'
import { type Attachment, type DamagedProfile, loadProfiles } from './attachments'
import { type Holding, PROFILE_LIMITS, type ProfileLimits, surplus } from './bounds'
import { DiskAttempts } from './disk-attempts'
import { type EngineProfile, engineSet } from './engine-set'
import { DamagedSidecar, type FileGroup, type Mark, markSet, readGroups, removeSet } from './profile-folder'
import { SidecarCache } from './sidecar-cache'
import { isUploaded } from './uploaded-kinds'

/**
 * Age below which files are left alone, in milliseconds: a writer needs a moment between a profile and its
 * set.
 */
const ORPHAN_AGE_MS = 60_000

export interface ProfileStoreOptions {
  readonly dataFolder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Returns the pid of the running backend, which may write at any moment; `null` if there is none. */
  readonly backendPid: () => number | null
  readonly limits?: ProfileLimits
}

/** A set on disk. Its kind is its final one: never `near-death` once it was promoted. */
export interface StoredSet extends ProfileSet {
  readonly mark: Mark | null
}

interface Entry {
  readonly group: FileGroup
  /** The set; `null` if it is missing, or cannot be read. */
  readonly set: StoredSet | null
}

/**
 * The profile sets of `profiles/`. No call throws except `load`; failures of the disk are reported once, and
 * retried.
 */
export class ProfileStore {
  readonly #folder: string
  readonly #sidecars: SidecarCache
  readonly #options: ProfileStoreOptions
  /** Marks that the disk has not accepted yet, by set id. */
  readonly #unwritten = new Map<string, { readonly set: StoredSet; readonly mark: Mark }>()
  /** The sets to send, as last read: id and time of writing, in milliseconds since the epoch. */
  #backlog = new Map<string, number>()
  readonly #reading: DiskAttempts
  readonly #changing: DiskAttempts

  constructor(options: ProfileStoreOptions) {
    const folder = dataPaths(options.dataFolder).profiles
    const attempts = (what: string) =>
      new DiskAttempts(
        options.log,
        `profiles in ${folder} cannot be ${what}: none is uploaded until they can`,
        `profiles in ${folder} can be ${what} again`,
      )
    this.#options = options
    this.#folder = folder
    this.#sidecars = new SidecarCache(folder)
    this.#reading = attempts('read')
    this.#changing = attempts('changed')
  }

  /**
   * Opens the store, once, before a backend runs: unclaimed sets belong to a run whose end was not observed.
   */
  open(): void {
    const { log, now } = this.#options
    this.#changing.attempt(() => {
      const movedTo = ensureFolder(this.#folder, now())
      if (movedTo !== null) log.warn('profiles/ was not a folder: moved aside', { movedTo })
    })
    this.discardUnclaimed()
    this.tidy()
  }

  /** The sets, oldest first. */
  sets(): readonly StoredSet[] {
    return this.#read().flatMap(({ set }) => set ?? [])
  }

  /** The sets to send, oldest first. None if it could not be recorded afterwards that they were sent. */
  waiting(): readonly StoredSet[] {
    const waiting = this.sets().filter(isWaiting)
    return waiting.length > 0 && this.#canChange() ? waiting : []
  }

  /**
   * Since when each of the sets has waited, in milliseconds since the epoch: as last known, without reading
   * the disk.
   */
  backlog(): readonly number[] {
    return [...this.#backlog.values()]
  }

  /** The newest near-death set of a run, of its main thread or of a worker; `null` if there is none. */
  nearDeath(run: string, thread: 'main' | 'worker' = 'main'): StoredSet | null {
    const isOf = (set: StoredSet) => (set.worker === undefined) === (thread === 'main')
    return this.sets().findLast((set) => set.run === run && set.kind === 'near-death' && isOf(set)) ?? null
  }

  /**
   * The newest set of an unresponsive time of this run that began no earlier than `since`, in milliseconds
   * since the epoch.
   */
  ofSilence(run: string, since: number): StoredSet | null {
    const isOf = (set: StoredSet) => set.run === run && Date.parse(set.start) >= since
    return this.sets().findLast((set) => set.kind === 'unresponsive' && isOf(set)) ?? null
  }

  /**
   * Keeps the heap profile of an engine that has died, with its incident.
   * @returns the file's name; `null` where the disk does not take it
   */
  keepOfEngine({ run, at, space }: EngineProfile): string | null {
    const set = engineSet(run, at)
    const isWritten = this.#changing.attempt(() => {
      ensureFolder(this.#folder, this.#options.now())
      writeFileAtomic(join(this.#folder, set.files.space), space)
      writeFileAtomic(join(this.#folder, `${set.id}.json`), JSON.stringify(set))
    })
    return isWritten ? set.files.space : null
  }

  /** Claims a set for an incident: its files stay, and a near-death set becomes one to send. */
  promote(set: StoredSet, kind: 'on_oom' | 'unresponsive'): StoredSet {
    this.#mark(set, kind)
    return { ...set, kind, mark: kind }
  }

  /**
   * Removes unclaimed sets: their incident did not come, or claimed a later set. Only while no backend runs.
   */
  discardUnclaimed(): void {
    for (const { group, set } of this.#read()) if (set && isUnclaimed(set)) this.#remove(group)
  }

  /**
   * Loads a set's profiles; files that are no longer profiles are set aside.
   * @throws the system's error
   */
  async load({ files }: StoredSet): Promise<readonly Attachment[]> {
    const { attachments, damaged } = await loadProfiles(this.#folder, files)
    for (const one of damaged) this.#setAside('A profile was damaged', one)
    return attachments
  }

  /**
   * Records that a set need not be sent again. A periodic set is deleted, an incident's files stay.
   * @returns true if that is on disk: until it is, nothing is sent
   */
  acknowledge(set: StoredSet, how: 'uploaded' | 'rejected'): boolean {
    return this.#mark(set, how)
  }

  /**
   * Keeps the folder within its limits and removes what a killed writer left. Call it when there may be new
   * sets.
   */
  tidy(): void {
    for (const { set, mark } of this.#unwritten.values()) this.#mark(set, mark)
    const found = this.#read()
    const silences = found.filter(({ set }) => set?.kind === 'unresponsive' && isUnclaimed(set))
    // Main may not have decided on the newest yet.
    const over = new Set(silences.slice(0, -1))
    const entries = found.filter(
      (entry) => !(over.has(entry) || this.#isOrphan(entry.group)) || !this.#remove(entry.group),
    )
    const leaving = new Set(surplus(entries.map(holdingOf), this.#options.limits ?? PROFILE_LIMITS))
    for (const { group } of entries) if (leaving.has(group.id)) this.#remove(group)
  }

  #read(): readonly Entry[] {
    let entries: readonly Entry[] = []
    this.#reading.attempt(() => {
      const groups = readGroups(this.#folder)
      this.#sidecars.keep(groups)
      entries = groups.map((group) => this.#readEntry(group))
    })
    const waiting = entries.flatMap(({ set }) => (set && isWaiting(set) ? set : []))
    this.#backlog = new Map(waiting.map(({ id, end }) => [id, Date.parse(end)]))
    return entries
  }

  #readEntry(group: FileGroup): Entry {
    const { sidecar } = group
    if (sidecar === null) return { group, set: null }
    try {
      const set = this.#sidecars.get(group, sidecar)
      const mark = this.#unwritten.get(set.id)?.mark ?? sidecar.mark
      return { group, set: { ...set, kind: kindOf(set, mark), mark } }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { group, set: null }
      if (!(error instanceof DamagedSidecar)) throw error
      const { name } = sidecar
      const isAside = this.#setAside('A profile set was damaged', { name, reason: error.message })
      const files = group.files.filter((file) => file.name !== name)
      return { group: isAside ? { ...group, files, sidecar: null, damaged: true } : group, set: null }
    }
  }

  #setAside(what: string, { name, reason }: DamagedProfile): boolean {
    const { log, now } = this.#options
    return this.#changing.attempt(() => {
      const movedTo = setAside(join(this.#folder, name), now())
      log.warn(`${what}: moved aside, not uploaded`, { reason, movedTo })
    })
  }

  #mark(set: StoredSet, mark: Mark): boolean {
    this.#unwritten.set(set.id, { set, mark })
    const isWritten = this.#changing.attempt(() => {
      if (isSettled(mark) && isTransient(set)) removeSet(this.#folder, set.id, profilesOf(set))
      else markSet(this.#folder, set.id, mark)
    })
    if (isWritten) this.#unwritten.delete(set.id)
    if (isSettled(mark)) this.#backlog.delete(set.id)
    return isWritten
  }

  #isOrphan({ damaged, files, run, sidecar }: FileGroup): boolean {
    const { backendPid, now } = this.#options
    if (sidecar !== null || damaged || run.endsWith(`-${backendPid()}`)) return false
    return files.every(({ changedAt }) => now() - changedAt > ORPHAN_AGE_MS)
  }

  #canChange(): boolean {
    for (const { mark } of this.#unwritten.values()) if (isSettled(mark)) return false
    try {
      accessSync(this.#folder, constants.W_OK)
      return true
    } catch (error) {
      return this.#changing.failed(error)
    }
  }

  /** @returns true if it is gone */
  #remove({ id, files }: FileGroup): boolean {
    const names = files.map(({ name }) => name)
    return this.#changing.attempt(() => removeSet(this.#folder, id, names))
  }
}

function isWaiting({ kind, mark }: StoredSet): boolean {
  return isUploaded(kind) && !isSettled(mark)
}

/** True if the set waits for an incident, which may not come. */
function isUnclaimed({ kind, mark }: StoredSet): boolean {
  return kind === 'near-death' || (kind === 'unresponsive' && mark === null)
}

function isSettled(mark: Mark | null): boolean {
  return mark === 'uploaded' || mark === 'rejected'
}

/** True if the set belongs to no incident: its files are not needed once Datadog has them. */
function isTransient({ kind }: ProfileSet): boolean {
  return kind === 'periodic' || kind === 'on_shutdown'
}

function kindOf({ kind }: ProfileSet, mark: Mark | null): ProfileSet['kind'] {
  return kind === 'near-death' && mark !== null ? 'on_oom' : kind
}

function profilesOf({ files }: ProfileSet): string[] {
  return [files.wall, files.space, files.profile].filter((name) => typeof name === 'string')
}

function holdingOf({ group, set }: Entry): Holding {
  const bytes = group.files.reduce((sum, file) => sum + file.bytes, 0)
  return { id: group.id, bytes, kind: set?.kind ?? (group.damaged ? 'damaged' : 'unfinished') }
}
