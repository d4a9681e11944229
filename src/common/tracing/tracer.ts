import path from 'node:path'
import type { Tracer } from 'dd-trace'
import { onePerProcess } from '../bundle/one-per-process'
import { scrubFields } from '../privacy/scrub-fields'
import { prepareScrubbing, scrub } from '../privacy/scrubber'
import { sendGate } from '../privacy/send-gate'
import { addTag } from './dd-tags'
import { areCodeCachesUsed } from './dd-trace/bundle'
import { type Environment, withEnvironment } from './dd-trace/environment'
import { inactiveReason } from './dd-trace/inactive'
import { hearingErrors } from './dd-trace/init-surroundings'
import { reduceRuntimeMetrics } from './dd-trace/runtime-metrics'
import { scrubSpans } from './dd-trace/scrub-spans'
import { markServiceEntries } from './dd-trace/service-entries'
import { boundTraces } from './dd-trace/trace-delivery'
import type { TraceQueue } from './dd-trace/trace-queue'
import { type TraceTap, tapTraces } from './dd-trace/trace-tap'
import { tracerTags } from './dd-trace/tracer-tags'
import { withholdDeniedSpans } from './dd-trace/withhold-denied'
import { nameFsFunctions } from './fs-names'
import { scrubbedEnvironment } from './scrubbed-environment'

/** The process that a span comes from: the tag `studio.process`. */
export type TracedProcess = 'main' | 'backend'

/** The state of dd-trace after its start. */
export interface TracerBoot {
  readonly tracer: Tracer | null
  /** The tap on requests of dd-trace on their way to the Agent; `null` when it sends it nothing. */
  readonly traces: TraceQueue | null
  /** The tap on its finished spans where there is no Agent; `null` when there is one, and when there are no spans. */
  readonly tap: TraceTap | null
  /** Files loaded before dd-trace: nothing but the bundles that start it. */
  readonly loadedBefore: readonly string[]
  /**
   * True if V8 accepted the code caches of dd-trace and its start; `null` when there is none for this
   * Electron.
   */
  readonly codeCache: boolean | null
  /** The reason why there is no tracer; `null` when there is one. */
  readonly failure: string | null
  /** Which switch left a tracer that does nothing, with its value; `null` when it traces, or there is none. */
  readonly inactive: string | null
}

/** The way of a process's spans: dd-trace sends them to an Agent itself, or they come out of a tap. */
export type SpansTo = 'agent' | 'tap'

/** So long after a start that nothing waits for it, and before dd-trace sends the first metric. */
const RUNTIME_METRICS_MS = 500

/** In the backend's environment, where its spans go; anything else than `tap` is the Agent. Not a setting: main says it. */
export const SPANS_TO_VARIABLE = 'HANZO_STUDIO_SPANS_TO'

/**
 * Loads and initialises dd-trace. Call it before anything that it should trace is loaded. A failure leaves the process
 * untraced, never dead.
 * @param environment what dd-trace is to take for its environment, `DD_*` among it
 */
export function startTracer(
  role: TracedProcess,
  spansTo: SpansTo = 'agent',
  environment: Environment = process.env,
): TracerBoot {
  // Electron enters its built-in modules here too, without a path.
  const loadedBefore = Object.keys(require.cache ?? {}).filter((file) => path.isAbsolute(file))
  try {
    nameFsFunctions()
    // Its first use reads the disk: within a span's end that would make another span, and so on.
    prepareScrubbing()
    // dd-trace's telemetry goes through it: `scripts/bundle/dd-trace-changes`.
    onePerProcess('scrub-fields', (value: unknown) => scrubFields(value, scrub))
    // Not as an option of `init`: that would override the user's own DD_TAGS.
    const safe = scrubbedEnvironment(environment, scrub)
    const tagged = { ...safe, DD_TAGS: addTag(safe.DD_TAGS, `studio.process:${role}`) }
    const { tracer, error } = withEnvironment(tagged, () => {
      const { tracer }: { tracer: Tracer } = require('dd-trace')
      // Its profiler is native code that has no build for Electron; ours takes its place.
      return { tracer, ...hearingErrors(() => tracer.init({ profiling: false })) }
    })
    // dd-trace starts its metrics of the runtime a second after itself: `scripts/bundle/dd-trace-changes`.
    setTimeout(reduceRuntimeMetrics, RUNTIME_METRICS_MS).unref()
    scrubSpans(tracer, scrub)
    withholdDeniedSpans(tracer, sendGate)
    markServiceEntries(tracer, tracerTags(tracer).service ?? '')
    return {
      tracer,
      traces: spansTo === 'agent' ? boundTraces(tracer) : null,
      tap: spansTo === 'tap' ? tapTraces(tracer) : null,
      loadedBefore,
      codeCache: areCodeCachesUsed(),
      failure: null,
      inactive: inactiveReason(tracer, environment, error),
    }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    return { tracer: null, traces: null, tap: null, loadedBefore, codeCache: null, failure, inactive: null }
  }
}

/**
 * Runs a function, and all that follows from it, outside of any trace: a restart may be requested within a
 * request.
 */
export function outsideTraces<T>(tracer: Tracer | null, run: () => T): T {
  return tracer ? tracer.scope().bind(run, null)() : run()
}
