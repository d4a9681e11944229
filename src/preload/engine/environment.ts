import path from 'node:path'
import type { Tags } from '../../common/tracing/app-tags'
import { addTag } from '../../common/tracing/dd-tags'

/** Variables that a Python program needs when pipes replace its terminal, unless the user has set them. */
const PYTHON_DEFAULTS: Readonly<Record<string, string>> = {
  // Python writes whole blocks into a pipe: its final output before a kill would be lost.
  PYTHONUNBUFFERED: '1',
  // On Windows a pipe has the system's code page, and a letter outside of it raises an exception.
  PYTHONIOENCODING: 'utf-8:backslashreplace',
  // It prints the Python stack of a segmentation fault to stderr.
  PYTHONFAULTHANDLER: '1',
}

export type Environment = Readonly<Record<string, string>>

/**
 * The engine's environment: this process's with the tag that distinguishes the two, and without empty `DD_*`
 * names: dd-trace takes those as not set, Python's tracer as a value.
 * @param tags those that the app gives to all that follows
 */
export function engineEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  tags: Tags = {},
): Environment {
  const environment: Record<string, string> = { ...PYTHON_DEFAULTS }
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !(name.startsWith('DD_') && value === '')) environment[name] = value
  }
  // Both tell one tag from the next there.
  const added = Object.entries(tags).map(([name, value]) => `${name}:${value.replaceAll(/[\s,]+/g, '_')}`)
  const all = added.reduce<string | undefined>(addTag, environment.DD_TAGS)
  return { ...environment, DD_TAGS: addTag(all, 'studio.process:engine') }
}

/** The switches of all that ddtrace (4.16) sends, for a program that brings it along and starts it itself. */
const SENDING = [
  'DD_TRACE_ENABLED',
  'DD_RUNTIME_METRICS_ENABLED',
  'DD_INSTRUMENTATION_TELEMETRY_ENABLED',
  'DD_REMOTE_CONFIGURATION_ENABLED',
  'DD_PROFILING_ENABLED',
  'DD_DYNAMIC_INSTRUMENTATION_ENABLED',
  'DD_CRASHTRACKING_ENABLED',
  'DD_APPSEC_ENABLED',
  'DD_LLMOBS_ENABLED',
] as const

/** The environment of an engine of which nothing may leave the machine. */
export function withoutSending(environment: Environment): Environment {
  return { ...environment, ...Object.fromEntries(SENDING.map((name) => [name, 'false'])) }
}

/** Adds a folder that Python searches for modules before all others. */
export function withPythonPath(environment: Environment, folder: string): Environment {
  const others = environment.PYTHONPATH
  return { ...environment, PYTHONPATH: others ? `${folder}${path.delimiter}${others}` : folder }
}
