import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Log } from '../log'
import { removeOrphans, writeFileAtomic } from '../storage/atomic-file'
import { dataPaths } from '../storage/data-folder'
import { errorMessage } from '../storage/errors'
import type { Incident } from './incident'

/** Incidents kept on disk; the oldest go first. */
export const INCIDENTS_KEPT = 200

const INCIDENT_FILE = /^\d{8}-\d{6}-[0-9a-f]{4}\.json$/

export interface IncidentStoreOptions {
  readonly dataFolder: string
  readonly log: Log
}

/** Writes each incident to `incidents/<id>.json`; what a full disk does not take is kept in memory and retried. */
export class IncidentStore {
  readonly #folder: string
  readonly #log: Log
  readonly #unwritten = new Map<string, Incident>()

  #failing = false

  constructor({ dataFolder, log }: IncidentStoreOptions) {
    this.#folder = dataPaths(dataFolder).incidents
    this.#log = log
    // An app that was killed may have left a half-written one.
    removeOrphans(this.#folder, (name) => INCIDENT_FILE.test(name))
  }

  write(incident: Incident): void {
    this.#unwritten.set(incident.id, incident)
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

  /** @returns why not all could be written, or `null` */
  #writeAll(): string | null {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
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

  #prune(): void {
    try {
      const files = readdirSync(this.#folder).filter((name) => INCIDENT_FILE.test(name))
      for (const name of files.sort().slice(0, -INCIDENTS_KEPT)) rmSync(path.join(this.#folder, name))
    } catch {
      // Nothing is lost by keeping too many.
    }
  }
}
