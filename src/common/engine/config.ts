import * as v from 'valibot'

/**
 * The configuration main gives the engine's runner: how to start Studio's Python engine, and where its API
 * is.
 */
const EngineConfigSchema = v.object({
  /** The program and its arguments, never run through a shell. */
  command: v.pipe(v.array(v.string()), v.minLength(1)),
  /** The engine's working directory; `null` for the app's own. */
  cwd: v.nullable(v.string()),
  /** The API's address, without a trailing slash. */
  url: v.string(),
  /** True if the engine is asked to unload its models when memory is short. */
  freesMemory: v.boolean(),
})

export type EngineConfig = Readonly<v.InferOutput<typeof EngineConfigSchema>>

/** Encodes the configuration as the runner's only argument. */
export function engineArgument(config: EngineConfig): string {
  return JSON.stringify(config)
}

/** @throws for anything but what `engineArgument` wrote */
export function parseEngineArgument(argument: string | undefined): EngineConfig {
  return v.parse(EngineConfigSchema, JSON.parse(argument ?? ''))
}
