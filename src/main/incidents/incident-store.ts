import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import type { Log } from '../log'
import { writeFileAtomic } from '../storage/atomic-file'
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

  constructor({ dataFolder, log }: IncidentStoreOptions) {
    this.#folder = path.join(dataFolder, 'incidents')
    this.#log = log
  }

  write(incident: Incident): void {
    this.#unwritten.set(incident.id, incident)
    const oldest = this.#unwritten.keys().next()
    if (this.#unwritten.size > INCIDENTS_KEPT && !oldest.done) this.#unwritten.delete(oldest.value)
    const failure = this.#writeAll()
    if (failure && this.#unwritten.size === 1) {
      this.#log.error(
        `incident ${incident.id} could not be written to ${this.#folder} (${failure}): it is kept in memory and tried again`,
      )
    }
    this.#prune()
  }

  /** To be called now and then: writes what could not be written before. */
  retry(): void {
    const waiting = this.#unwritten.size
    if (waiting === 0 || this.#writeAll()) return
    this.#log.info(`${waiting} incident${waiting === 1 ? '' : 's'} that waited for the disk now written`)
  }

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
      return (error as NodeJS.ErrnoException).code ?? String(error)
    }
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
