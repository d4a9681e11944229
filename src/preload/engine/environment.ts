import path from 'node:path'
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
 */
export function engineEnvironment(own: Readonly<Record<string, string | undefined>>): Environment {
  const environment: Record<string, string> = { ...PYTHON_DEFAULTS }
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !(name.startsWith('DD_') && value === '')) environment[name] = value
  }
  return { ...environment, DD_TAGS: addTag(environment.DD_TAGS, 'studio.process:engine') }
}

/** Adds a folder that Python searches for modules before all others. */
export function withPythonPath(environment: Environment, folder: string): Environment {
  const others = environment.PYTHONPATH
  return { ...environment, PYTHONPATH: others ? `${folder}${path.delimiter}${others}` : folder }
}
