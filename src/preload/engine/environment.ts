import path from 'node:path'
import { addTag } from '../../common/tracing/dd-tags'

/** Set where the user has not: what a Python program needs when pipes take the place of its terminal. */
const PYTHON_DEFAULTS: Readonly<Record<string, string>> = {
  // Into a pipe Python writes whole blocks: its last words before a kill would never come.
  PYTHONUNBUFFERED: '1',
  // On Windows a pipe gets the system's code page, and a letter outside of it raises an exception.
  PYTHONIOENCODING: 'utf-8:backslashreplace',
  // The Python stack of a segmentation fault, on stderr.
  PYTHONFAULTHANDLER: '1',
}

export type Environment = Readonly<Record<string, string>>

/**
 * The engine's environment: this process's with the tag that tells the two apart, and without the `DD_*` names that
 * are empty: dd-trace takes those as not set, Python's tracer as a value.
 */
export function engineEnvironment(own: Readonly<Record<string, string | undefined>>): Environment {
  const environment: Record<string, string> = { ...PYTHON_DEFAULTS }
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !(name.startsWith('DD_') && value === '')) environment[name] = value
  }
  return { ...environment, DD_TAGS: addTag(environment.DD_TAGS, 'studio.process:engine') }
}

/** With a folder that Python looks for modules in before all others. */
export function withPythonPath(environment: Environment, folder: string): Environment {
  const others = environment.PYTHONPATH
  return { ...environment, PYTHONPATH: others ? `${folder}${path.delimiter}${others}` : folder }
}
