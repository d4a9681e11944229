import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { removeOrphans, writeFileAtomic } from '../../../common/storage/atomic-file'
import { dataPaths, ensureFolder } from '../../../common/storage/data-folder'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { isThere, setAside } from '../../../common/storage/set-aside'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'
import { evictionOrder } from './eviction'
import { type Incident, isAlive } from './incident'
import { readIncident } from './read-incidents'

/** Most incidents kept on disk. */
export const INCIDENTS_KEPT = 200

const INCIDENT_FILE = /^\d{8}-\d{6}-[0-9a-f]{4}\.json$/

export interface IncidentStoreOptions {
  readonly dataFolder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** The facts about an incident on disk that are kept in memory. */
interface Known {
  /** True if it is to be reported; `false` also for a file that is not an incident. */
  readonly toReport: boolean
  /** True if the backend was unresponsive and lived on. */
  readonly isUnresponsive: boolean
  readonly fingerprint: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/**
 * Writes each incident to `incidents/<id>.json`; what a full disk does not accept is kept in memory and
 * retried.
 */
export class IncidentStore {
  readonly #folder: string
  readonly #log: Log
  readonly #now: () => number
  readonly #unwritten = new Map<string, Incident>()
  /**
   * Incidents by id. Each file is read once: there are up to 200, and they are needed at every attempt to
   * report.
   */
  #known = new Map<string, Known>()
  /** Ids of this run, oldest first. Names do not tell which are new, as the clock may be set back. */
  readonly #own = new Set<string>()
  readonly #lines: TroubleLines

  constructor({ dataFolder, log, now }: IncidentStoreOptions) {
    this.#folder = dataPaths(dataFolder).incidents
    this.#log = log
    this.#now = now
    this.#lines = new TroubleLines((reason) => {
      if (reason === null) log.info(`incidents can be written again to ${this.#folder}`)
      else
        log.error(
          `incidents cannot be written to ${this.#folder} (${reason}): kept in memory, will be tried again`,
        )
    })
    // An app that was killed may have left a half-written one.
    removeOrphans(this.#folder, (name) => INCIDENT_FILE.test(name))
  }

  /** True if everything known is on disk. */
  get durable(): boolean {
    return this.#unwritten.size === 0
  }

  write(incident: Incident): void {
    this.#own.add(incident.id)
    this.#put(incident)
  }

  /** Writes what could not be written before; call it now and then. */
  retry(): void {
    if (this.#unwritten.size === 0) return
    this.#lines.is(this.#writeAll())
    this.#prune()
  }

  /** Ids of the incidents on disk that Datadog does not have yet, oldest first. */
  unreported(): readonly string[] {
    const ids = this.#ids()
    this.#known = new Map(ids.map((id) => [id, this.#knownOf(id)]))
    return ids.filter((id) => this.#knownOf(id).toReport)
  }

  /** The incidents on record of this kind, for one that is about to be written. */
  before(fingerprint: string): Incident['before'] {
    const ids = new Set([...this.#ids(), ...this.#unwritten.keys()])
    const times = [...ids]
      .map((id) => this.#knownOf(id))
      .filter((known) => known.fingerprint === fingerprint)
      .map(({ at }) => at)
      .sort()
    return { times: times.length, lastAt: times.at(-1) ?? null }
  }

  /** The incident of that id; `null` if Datadog has it, or it is gone or damaged. */
  unreportedOf(id: string): Incident | null {
    const incident = this.#read(id)
    return incident?.reported === false ? incident : null
  }

  /**
   * Marks the incident as received by Datadog.
   * @returns true if the mark is on disk
   */
  markReported(id: string): boolean {
    const incident = this.unreportedOf(id)
    if (incident) this.#put({ ...incident, reported: true })
    return !this.#unwritten.has(id)
  }

  #put(incident: Incident): void {
    this.#unwritten.set(incident.id, incident)
    this.#known.set(incident.id, knowledgeOf(incident))
    if (this.#unwritten.size > INCIDENTS_KEPT)
      for (const id of this.#evicted([...this.#unwritten.keys()])) {
        this.#unwritten.delete(id)
        this.#own.delete(id)
      }
    this.retry()
  }

  #read(id: string): Incident | null {
    try {
      return this.#unwritten.get(id) ?? readIncident(this.#folder, `${id}.json`)
    } catch {
      return null
    }
  }

  #knownOf(id: string): Known {
    const known = this.#known.get(id) ?? knowledgeOf(this.#read(id))
    this.#known.set(id, known)
    return known
  }

  /** @returns the reason why not all could be written, or `null` */
  #writeAll(): string | null {
    try {
      const movedTo = ensureFolder(this.#folder, this.#now())
      if (movedTo !== null) this.#log.warn('incidents/ was not a folder: moved aside', { movedTo })
      for (const incident of this.#unwritten.values()) {
        writeFileAtomic(
          path.join(this.#folder, `${incident.id}.json`),
          `${JSON.stringify(incident, null, 2)}\n`,
        )
        this.#unwritten.delete(incident.id)
      }
      return null
    } catch (error) {
      return errorMessage(error)
    }
  }

  /** By name, which is by time. */
  #ids(): string[] {
    try {
      const names = readdirSync(this.#folder).filter((name) => INCIDENT_FILE.test(name))
      return names.map((name) => path.basename(name, '.json')).sort()
    } catch {
      return []
    }
  }

  #prune(): void {
    try {
      const ids = this.#ids()
      if (ids.length <= INCIDENTS_KEPT) return
      const own = [...this.#own].filter((id) => ids.includes(id))
      const earlier = ids.filter((id) => !this.#own.has(id))
      for (const id of this.#evicted([...earlier, ...own])) this.#drop(id)
    } catch {
      // Keeping too many loses nothing.
    }
  }

  /** @param ids oldest first */
  #evicted(ids: readonly string[]): readonly string[] {
    const order = evictionOrder(ids, (id) => this.#knownOf(id).isUnresponsive)
    return order.slice(0, ids.length - INCIDENTS_KEPT)
  }

  /** Deletes an incident; one that cannot be read is set aside, as it may still be of use to a person. */
  #drop(id: string): void {
    const name = `${id}.json`
    const file = path.join(this.#folder, name)
    if (this.#isReadable(name)) rmSync(file, { force: true })
    else this.#log.warn('an incident file was damaged: moved aside', { movedTo: setAside(file, this.#now()) })
    this.#own.delete(id)
  }

  #isReadable(name: string): boolean {
    try {
      readIncident(this.#folder, name)
      return true
    } catch (error) {
      return errorCode(error) === 'ENOENT' && !isThere(path.join(this.#folder, name))
    }
  }
}

function knowledgeOf(incident: Incident | null): Known {
  return {
    toReport: incident?.reported === false,
    isUnresponsive: incident !== null && isAlive(incident),
    fingerprint: incident?.fingerprint ?? '',
    at: incident?.at ?? '',
  }
}
