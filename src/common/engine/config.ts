import * as v from 'valibot'

/** The settings that main gives the engine's runner: how to start Studio's Python engine, and where its API is. */
export interface EngineConfig {
  /** The program and its arguments: never through a shell. */
  readonly command: readonly string[]
  /** The folder the engine runs in; `null` for the app's own. */
  readonly cwd: string | null
  /** Without a slash at its end. */
  readonly url: string
  /** True to ask the engine to unload its models when memory is short. */
  readonly freesMemory: boolean
  /** The folder that the probe is written to; `null` for an engine without one. */
  readonly probeFolder: string | null
  /** True to submit jobs that had not begun when an engine died to the next one. */
  readonly resubmits: boolean
  /** True to have the probe say what makes a job big, so that its need is known before it runs. */
  readonly foresees: boolean
  /** True to have the probe hold each job back until main has said what is to be done before it begins. */
  readonly holds: boolean
  /** True to have a spare wait for the engine's next start. */
  readonly standsBy: boolean
  /** The folder that its profiles are written to, and the time that each covers; `null` for none. */
  readonly profiling: { readonly folder: string; readonly periodMs: number } | null
  /** The file that says which process the engine is. */
  readonly recordFile: string
}

const EngineConfigSchema = v.object({
  command: v.pipe(v.array(v.string()), v.minLength(1)),
  cwd: v.nullable(v.string()),
  url: v.string(),
  freesMemory: v.boolean(),
  probeFolder: v.nullable(v.string()),
  resubmits: v.boolean(),
  foresees: v.boolean(),
  holds: v.boolean(),
  standsBy: v.boolean(),
  profiling: v.nullable(v.object({ folder: v.string(), periodMs: v.number() })),
  recordFile: v.string(),
})

/** Encodes the configuration as the runner's only argument. */
export function engineArgument(config: EngineConfig): string {
  return JSON.stringify(config)
}

/** @throws for anything but what `engineArgument` wrote */
export function parseEngineArgument(argument: string | undefined): EngineConfig {
  return v.parse(EngineConfigSchema, JSON.parse(argument ?? ''))
}
