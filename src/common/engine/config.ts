import * as v from 'valibot'

/** What main tells the engine's runner: how to start Studio's Python engine, and where its API is. */
const EngineConfigSchema = v.object({
  /** The program and its arguments: never through a shell. */
  command: v.pipe(v.array(v.string()), v.minLength(1)),
  /** The folder the engine runs in; `null` for the app's own. */
  cwd: v.nullable(v.string()),
  /** Without a slash at its end. */
  url: v.string(),
  /** Whether the engine is asked to unload its models when memory is short. */
  freesMemory: v.boolean(),
  /** The folder that the probe is written to; `null` for an engine without one. */
  probeFolder: v.nullable(v.string()),
})

export type EngineConfig = Readonly<v.InferOutput<typeof EngineConfigSchema>>

/** As the one argument of the runner. */
export function engineArgument(config: EngineConfig): string {
  return JSON.stringify(config)
}

/** @throws for anything but what `engineArgument` wrote */
export function parseEngineArgument(argument: string | undefined): EngineConfig {
  return v.parse(EngineConfigSchema, JSON.parse(argument ?? ''))
}
