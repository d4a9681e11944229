import { encodePythonProfile, type PythonSample } from '../../../common/engine/python-profile'
import type { PythonFrame } from '../../../common/engine/python-stack'
import type { ProfileSetKind } from '../../../common/protocol/profile-set'
import type { ProfileFiles } from '../../profiler/profile-files'
import { HeldMemory } from './held-memory'
import type { ProbeMessageOf } from './messages'
import type { ProfiledSpans, SpanLabels } from './profiled-spans'

/** Time between two messages of the probe with stacks, in seconds: an engine that is killed loses no more of them. */
export const TOLD_EVERY_S = 10
/** Stacks of one profile; what comes later is left out. */
const MAX_STACKS = 5_000
const NANOSECONDS_PER_MS = 1e6

/** ddtrace's names of what is counted (4.16, `profile.pprof`), those of them that are known here. */
const TYPES = [
  ['wall-time', 'nanoseconds'],
  ['wall-samples', 'count'],
  ['heap-space', 'bytes'],
] as const

type Message = ProbeMessageOf<'profile'>
type Thread = Message['thread']

interface Stack {
  readonly frames: readonly PythonFrame[]
  readonly thread: Thread
  readonly span: SpanLabels
  ms: number
  times: number
}

type HeldPlace = Pick<Stack, 'frames' | 'thread'>

export interface PythonProfilerOptions {
  /** The files that a profile is written to. */
  readonly files: () => Pick<ProfileFiles, 'write'>
  readonly spans: ProfiledSpans
  /** The time that a profile covers, in milliseconds. */
  readonly periodMs: number
  /** There is a new set on disk. */
  readonly written: () => void
  /** One line for the log. */
  readonly say: (line: string) => void
  readonly now: () => number
}

/** The engine's stacks, as the probe tells of them, in profiles of a period each. */
export class PythonProfiler {
  readonly #options: PythonProfilerOptions
  readonly #stacks = new Map<string, Stack>()
  readonly #held = new HeldMemory<HeldPlace>()
  #began: number | null = null
  #due: NodeJS.Timeout | null = null
  #isDdtraces = false
  #isFailing = false

  constructor(options: PythonProfilerOptions) {
    this.#options = options
  }

  take(message: Message): void {
    const { began, thread, owners, ddtrace } = message
    this.#isDdtraces = ddtrace
    this.#begin(began)
    for (const [numbers, times, ms, growth, owner] of message.stacks) {
      const frames = numbers.flatMap((number) => frameOf(message.frames[number]))
      if (frames.length === 0) {
        // Between two jobs memory is given back; what is taken there is no node's.
        if (growth < 0) this.#held.giveBack(-growth)
        continue
      }
      const where = frames.map(({ function: name, file, line }) => `${name}\0${file}\0${line}`).join('\n')
      this.#held.add(where, { frames, thread }, growth)
      const [job, node] = owner === null ? [null, null] : (owners[owner] ?? [null, null])
      const span = this.#options.spans.labels(job, node)
      const key = `${span['span id'] ?? ''}\n${where}`
      const known = this.#stacks.get(key)
      if (known) {
        known.ms += ms
        known.times += times
      } else if (this.#stacks.size < MAX_STACKS) this.#stacks.set(key, { frames, thread, span, ms, times })
    }
  }

  /** The engine has begun anew in the same process: nothing is held any more. */
  restarted(): void {
    this.#held.clear()
  }

  /** The engine has ended: what has not been written yet is the last profile. */
  finish(): void {
    this.#write('on_shutdown')
  }

  #begin(at: number): void {
    if (this.#began !== null) return
    const { periodMs, now } = this.#options
    this.#began = at
    this.#due = setTimeout(() => this.#write('periodic'), Math.max(0, at + periodMs - now()))
    this.#due.unref()
  }

  #write(kind: ProfileSetKind): void {
    if (this.#due) clearTimeout(this.#due)
    const [began, samples] = [this.#began, this.#samples()]
    this.#began = null
    this.#stacks.clear()
    if (began === null || samples.length === 0) return
    const end = this.#options.now()
    try {
      this.#options.files().write(
        {
          // ddtrace uploads its own: the engine's time would be counted twice.
          kind: this.#isDdtraces ? 'local' : kind,
          start: new Date(began).toISOString(),
          end: new Date(end).toISOString(),
          heap: null,
          samples: [],
        },
        { wall: null, space: null, profile: encode(samples, began, end) },
      )
      this.#isFailing = false
      this.#options.written()
    } catch (error) {
      if (this.#isFailing) return
      this.#isFailing = true
      const reason = error instanceof Error ? error.message : error
      this.#options.say(
        `a profile of the engine could not be written: ${reason}; the next one is tried again`,
      )
    }
  }

  #samples(): PythonSample[] {
    const timed = [...this.#stacks.values()].map(
      ({ frames, thread, span, ms, times }): PythonSample => ({
        frames,
        values: [Math.round(ms * NANOSECONDS_PER_MS), times, 0],
        labels: { ...threadLabels(thread), ...span },
      }),
    )
    const held = this.#held.places().map(
      ({ place, bytes }): PythonSample => ({
        frames: place.frames,
        values: [0, 0, bytes],
        labels: threadLabels(place.thread),
      }),
    )
    return timed.length === 0 ? [] : [...timed, ...held]
  }
}

function encode(samples: readonly PythonSample[], began: number, end: number): Buffer {
  const holds = samples.some(({ values: [, , bytes = 0] }) => bytes > 0)
  return encodePythonProfile({
    types: TYPES,
    shown: holds ? 'heap-space' : 'wall-time',
    samples,
    at: began,
    durationMs: Math.max(0, end - began),
  })
}

function frameOf(frame: Message['frames'][number] | undefined): PythonFrame[] {
  if (frame === undefined) return []
  const [name, file, line] = frame
  return [
    { function: name ?? '', file: file ?? '', line: Number.isSafeInteger(line) ? Math.max(0, line) : 0 },
  ]
}

function threadLabels({ id, native, name }: Thread): Record<string, string | number> {
  return {
    'thread id': id,
    ...(native !== null && { 'thread native id': native }),
    ...(name !== null && { 'thread name': name }),
  }
}
