import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { PackImportSchema } from '../engine/pack-import'
import { readStat } from '../process/proc'
import { writeFileAtomic } from './atomic-file'

const known = v.optional(v.nullable(v.string()), null)

/** The engine's last start: which process it is, and what its probe has said of it. */
const EngineRecordSchema = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(2)),
  /** In the system's ticks since boot, as pids are used again; `null` everywhere but on Linux. */
  startTime: v.nullable(v.pipe(v.number(), v.finite())),
  /** Python's version and its program; `null` where no probe has said so. */
  python: known,
  executable: known,
  /** The version of ddtrace, as far as it is loaded. */
  ddtrace: known,
  /** Functions that the probe looked for in vain; `null` where it has not looked. */
  missingHooks: v.optional(v.nullable(v.array(v.string())), null),
  /** The cost of importing each pack of `custom_nodes`; `null` where the engine was never ready. */
  packs: v.optional(v.nullable(v.array(PackImportSchema)), null),
})
export type EngineRecord = v.InferOutput<typeof EngineRecordSchema>

/** Writes down the engine's start, for a Studio that finds it still running, and for the doctor. Never throws. */
export class EngineRecorder {
  readonly #file: string
  #record: EngineRecord

  constructor(file: string, pid: number) {
    this.#file = file
    const startTime = readStat(pid)?.startTime ?? null
    this.#record = {
      pid,
      startTime,
      python: null,
      executable: null,
      ddtrace: null,
      missingHooks: null,
      packs: null,
    }
    this.add({})
  }

  add(facts: Partial<Omit<EngineRecord, 'pid' | 'startTime'>>): void {
    this.#record = { ...this.#record, ...facts }
    try {
      writeFileAtomic(this.#file, JSON.stringify(this.#record))
    } catch {
      // The disk is full, or read-only: an engine that is left is then not found.
    }
  }
}

/** `null` where no engine has been written down, or nothing that could be read. */
export function readEngineRecord(file: string): EngineRecord | null {
  try {
    const parsed = v.safeParse(EngineRecordSchema, JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
