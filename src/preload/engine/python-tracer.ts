import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { type Environment, withPythonPath } from './environment'
import { type PythonCommand, parsePythonCommand } from './python-command'

/** A Python on a cold disk takes seconds, and `uv run` may install what is missing first. In milliseconds. */
const PROBE_MS = 15_000

/** Finds ddtrace without importing it, which takes a second. The line is marked: a wrapper may print as well. */
const PROBE = `
import importlib.util, json, os, sys
spec = importlib.util.find_spec('ddtrace')
print('studio:' + json.dumps({
    'bootstrap': os.path.join(os.path.dirname(spec.origin), 'bootstrap') if spec and spec.origin else None,
    'ignores': bool(sys.flags.ignore_environment),
}))
`
const ANSWER = /^studio:(.*)$/m
const AnswerSchema = v.object({
  /** The folder with ddtrace's start-up code. */
  bootstrap: v.nullable(v.string()),
  /** True for a Python that takes no notice of `PYTHONPATH`. */
  ignores: v.boolean(),
})

/** The command that starts the engine traced, or why it is not. */
export interface TracedCommand {
  readonly command: readonly string[]
  readonly environment: Environment
  /** The result in one line, for the log. */
  readonly words: string
}

interface Untraced {
  readonly command: readonly string[]
  readonly cwd: string | null
  readonly environment: Environment
}

/**
 * Puts ddtrace's start-up code on Python's path, where the engine's Python has ddtrace: all that `ddtrace-run` does,
 * without its second start of Python (read in ddtrace 4.16, `ddtrace/commands/ddtrace_run.py`). Not
 * `python -m ddtrace.commands.ddtrace_run`: that has the working folder on its path, and ddtrace imports the engine's
 * `main` from there while it guesses a service's name. Never rejects.
 */
export async function traceEngine(engine: Untraced): Promise<TracedCommand> {
  const { command, environment } = engine
  const untraced = (why: string) => ({ command, environment, words: `its Python is not traced: ${why}` })
  if (command.some(isTracerCommand)) {
    return { command, environment, words: 'its Python is traced: the command runs ddtrace-run itself' }
  }
  if (environment.DD_TRACE_ENABLED === 'false') return untraced('DD_TRACE_ENABLED is false')
  const python = parsePythonCommand(command)
  if (python === null) {
    return untraced(
      `${command[0]} is no Python that could be asked for ddtrace; put ddtrace-run into its command`,
    )
  }
  const found = await probe(engine, python)
  if (typeof found === 'string') return untraced(`it could not be asked for ddtrace: ${found}`)
  if (found.bootstrap === null) return untraced('it has no ddtrace; "pip install ddtrace" brings it')
  if (found.ignores)
    return untraced('it ignores PYTHONPATH, which leads to ddtrace (options -E and -I do that)')
  return {
    command,
    environment: withPythonPath(environment, found.bootstrap),
    words: 'its Python is traced by ddtrace',
  }
}

function isTracerCommand(part: string): boolean {
  return /(?:^|[\\/.])ddtrace[-_]run(?:\.exe)?$/i.test(part)
}

/** @returns why it could not be asked, in words, where it could not */
async function probe(
  { cwd, environment }: Untraced,
  { wrapper, python, options }: PythonCommand,
): Promise<v.InferOutput<typeof AnswerSchema> | string> {
  const [program = python, ...args] = [...wrapper, python, ...options, '-c', PROBE]
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      ...(cwd !== null && { cwd }),
      env: environment,
      timeout: PROBE_MS,
      windowsHide: true,
    })
    return v.parse(AnswerSchema, JSON.parse(ANSWER.exec(stdout)?.[1] ?? 'null'))
  } catch (error) {
    return reason(error, program)
  }
}

/** The program's own last line; else what the system says. */
function reason(error: unknown, program: string): string {
  if (!(error instanceof Error)) return String(error)
  if ('killed' in error && error.killed) return `${program} did not answer within ${PROBE_MS / 1_000} s`
  const stderr = 'stderr' in error ? String(error.stderr).trim() : ''
  return stderr.split('\n').at(-1) || (error.message.split('\n')[0] ?? '')
}
