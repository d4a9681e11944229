/**
 * The profiles of one period, as the profiler thread leaves them in `profiles/`: two gzipped pprof files and,
 * written last, this as `<id>.json`. Main uploads them: the thread that profiles a dying backend has no time
 * to.
 */
export interface ProfileSet {
  readonly schema: 1
  /**
   * Identifies the set and sorts by time within a run: `<run>-<seq, 6 digits>`; the run begins with its UTC
   * time.
   */
  readonly id: string
  /** The start of the backend that the set belongs to: `20261123T201155Z-<pid>`. */
  readonly run: string
  /** The number of the set within its run, from 0: the tag `profile_seq`. */
  readonly seq: number
  readonly kind: ProfileSetKind
  /** ISO 8601, UTC. */
  readonly start: string
  readonly end: string
  /**
   * File names beside this one; `null` when that profile could not be taken. `wall` is CPU, `space` the heap; `profile`
   * has both in one, as ddtrace's of a Python engine.
   */
  readonly files: {
    readonly wall: string | null
    readonly space: string | null
    readonly profile?: string | null | undefined
  }
  /** The backend's V8 heap when the heap profile was taken, in bytes. */
  readonly heap: { readonly usedBytes: number; readonly limitBytes: number } | null
  /** Node's id of the worker thread that is profiled; absent for the backend's main thread. */
  readonly worker?: number | undefined
  /**
   * The last seconds of the heap before a `near-death` or `unresponsive` set, oldest first; otherwise empty.
   */
  readonly samples: readonly HeapSample[]
  /**
   * dd-trace's `event.json` of this process, without what changes from upload to upload (`attachments`, `start`,
   * `end`, and the tags `snapshot` and `profile_seq` at the end of `tags_profiler`).
   */
  readonly event: Readonly<Record<string, unknown>> & { readonly tags_profiler: string }
}

/**
 * The kinds of sets. `periodic` and `on_shutdown` are uploaded as they are. `near-death` waits for the
 * process's fate: it is deleted, or becomes `on_oom` with the incident it belongs to. `unresponsive` is kept
 * with its incident, or deleted if there is none; it is not uploaded, as `periodic` covers that time too.
 * `engine` is written with the incident of an engine, and not uploaded: it has no thread, and no rate. `local` stays
 * here: ddtrace uploads one of its own.
 */
export const PROFILE_SET_KINDS = [
  'periodic',
  'on_shutdown',
  'near-death',
  'on_oom',
  'unresponsive',
  'engine',
  'local',
] as const

export type ProfileSetKind = (typeof PROFILE_SET_KINDS)[number]

/** One reading of the backend's V8 heap, from outside its main thread. */
export interface HeapSample {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly usedBytes: number
  readonly limitBytes: number
}

/** The file, in our profiles, of functions that were made by `new Function`, `eval` and the like, under no name. */
export const GENERATED_CODE = '(generated code)'

/** The file of the code that the profiler thread has the main thread run. */
export const OWN_SCRIPT = 'studio-monitor:profiler'
