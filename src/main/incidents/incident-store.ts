import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Log } from '../log'
import { removeOrphans, writeFileAtomic } from '../storage/atomic-file'
import { dataPaths, ensureFolder } from '../storage/data-folder'
import { errorCode, errorMessage } from '../storage/errors'
import { isThere, setAside } from '../storage/set-aside'
import type { Incident } from './incident'
import { readIncident } from './read-incidents'

/** Incidents kept on disk; the oldest go first. */
export const INCIDENTS_KEPT = 200

const INCIDENT_FILE = /^\d{8}-\d{6}-[0-9a-f]{4}\.json$/

export interface IncidentStoreOptions {
  readonly dataFolder: string
  readonly log: Log
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Writes each incident to `incidents/<id>.json`; what a full disk does not take is kept in memory and retried. */
export class IncidentStore {
  readonly #folder: string
  readonly #log: Log
  readonly #now: () => number
  readonly #unwritten = new Map<string, Incident>()
  /** Whether an incident on disk is to be reported, by id: `false` also for one that is none. */
  #toReport = new Map<string, boolean>()

  #failing = false

  constructor({ dataFolder, log, now }: IncidentStoreOptions) {
    this.#folder = dataPaths(dataFolder).incidents
    this.#log = log
    this.#now = now
    // An app that was killed may have left a half-written one.
    removeOrphans(this.#folder, (name) => INCIDENT_FILE.test(name))
  }

  /** Whether all that is known is on disk. */
  get durable(): boolean {
    return this.#unwritten.size === 0
  }

  write(incident: Incident): void {
    this.#unwritten.set(incident.id, incident)
    this.#toReport.set(incident.id, !incident.reported)
    const oldest = this.#unwritten.keys().next()
    if (this.#unwritten.size > INCIDENTS_KEPT && !oldest.done) this.#unwritten.delete(oldest.value)
    this.retry()
  }

  /** To be called now and then: writes what could not be written before. */
  retry(): void {
    if (this.#unwritten.size === 0) return
    this.#report(this.#writeAll())
    this.#prune()
  }

  /** Ids of the incidents on disk that Datadog does not have yet, oldest first. */
  unreported(): readonly string[] {
    const ids = this.#files().map((name) => path.basename(name, '.json'))
    // Each file is read once: there are up to 200, and this is asked at every attempt.
    const known = ids.map((id) => [id, this.#toReport.get(id) ?? this.unreportedOf(id) !== null] as const)
    this.#toReport = new Map(known)
    return known.filter(([, toReport]) => toReport).map(([id]) => id)
  }

  /** The incident of that id unless Datadog has it, or it is gone or damaged. */
  unreportedOf(id: string): Incident | null {
    try {
      const incident = this.#unwritten.get(id) ?? readIncident(this.#folder, `${id}.json`)
      return incident.reported ? null : incident
    } catch {
      return null
    }
  }

  /** Datadog has it. @returns whether the disk knows */
  markReported(id: string): boolean {
    const incident = this.unreportedOf(id)
    if (incident) this.write({ ...incident, reported: true })
    return !this.#unwritten.has(id)
  }

  /** @returns why not all could be written, or `null` */
  #writeAll(): string | null {
    try {
      const movedTo = ensureFolder(this.#folder, this.#now())
      if (movedTo !== null)
        this.#log.warn('Something stood in the place of the incidents: it was set aside', { movedTo })
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

  /** Says when writing stops and when it works again, not each attempt. */
  #report(failure: string | null): void {
    const failing = failure !== null
    if (failing === this.#failing) return
    this.#failing = failing
    if (failing)
      this.#log.error(
        `incidents cannot be written to ${this.#folder} (${failure}): they are kept in memory and tried again`,
      )
    else this.#log.info(`incidents are written again to ${this.#folder}`)
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => INCIDENT_FILE.test(name))
        .sort()
    } catch {
      return []
    }
  }

  #prune(): void {
    try {
      for (const name of this.#files().slice(0, -INCIDENTS_KEPT)) this.#drop(name)
    } catch {
      // Nothing is lost by keeping too many.
    }
  }

  /** What cannot be read may still be worth something to a person. */
  #drop(name: string): void {
    const file = path.join(this.#folder, name)
    if (this.#isReadable(name)) rmSync(file, { force: true })
    else this.#log.warn('An incident was damaged: it was set aside', { movedTo: setAside(file, this.#now()) })
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
