import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { type Environment, withoutSending, withPythonPath } from './environment'
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
    'isOld': sys.version_info < (3, 9),
}))
`
const OFF = 'DD_TRACE_ENABLED is false'
const NO_DDTRACE = 'it has no ddtrace; "pip install ddtrace" brings it'
/** Tells the launcher where ddtrace's start-up code is, see `probe/README.md`. */
const LAUNCHER_DDTRACE = 'STUDIO_PROBE_DDTRACE'
const ANSWER = /^studio:(.*)$/m
const AnswerSchema = v.object({
  /** The folder with ddtrace's start-up code. */
  bootstrap: v.nullable(v.string()),
  /** True for a Python that takes no notice of `PYTHONPATH`. */
  ignores: v.boolean(),
  /** True for one that is too old for the probe, and for its launcher. */
  isOld: v.optional(v.boolean(), false),
})

/** The command that starts the engine traced, or why it is not. */
export interface TracedCommand {
  readonly command: readonly string[]
  readonly environment: Environment
  /** True unless it is known that no ddtrace is in it that sends. */
  readonly maySend: boolean
  /** The result in one line, for the log. */
  readonly words: string
}

interface Untraced {
  readonly command: readonly string[]
  readonly cwd: string | null
  readonly environment: Environment
  /** The probe's launcher, for a Python that ignores `PYTHONPATH`; `null` without the probe. */
  readonly launcher: string | null
  /** Why it is not to be traced; `null` where it is. */
  readonly offBecause: string | null
}

/**
 * Puts ddtrace's start-up code on Python's path, where the engine's Python has ddtrace: all that `ddtrace-run` does,
 * without its second start of Python (read in ddtrace 4.16, `ddtrace/commands/ddtrace_run.py`). Not
 * `python -m ddtrace.commands.ddtrace_run`: that has the working folder on its path, and ddtrace imports the engine's
 * `main` from there while it guesses a service's name. A Python that ignores `PYTHONPATH` is started with the probe's
 * launcher, which brings both. Never rejects.
 */
export async function traceEngine(engine: Untraced): Promise<TracedCommand> {
  const { command, offBecause } = engine
  const environment = offBecause === null ? engine.environment : withoutSending(engine.environment)
  const off = offBecause ?? OFF
  const untraced = (why: string, maySend = false) => ({
    command,
    environment,
    maySend: maySend && offBecause === null,
    words: `its Python is not traced: ${why}`,
  })
  if (command.some(isTracerCommand)) {
    if (offBecause !== null) return untraced(offBecause)
    const words = 'its Python is traced: the command runs ddtrace-run itself'
    return { command, environment, maySend: true, words }
  }
  const isOff = environment.DD_TRACE_ENABLED === 'false'
  const python = parsePythonCommand(command)
  if (isOff && (python === null || engine.launcher === null)) return untraced(off)
  if (python === null) {
    return untraced(
      `${command[0]} is no Python that could be asked for ddtrace; put ddtrace-run into its command`,
      true,
    )
  }
  const found = await probe(engine, python)
  if (typeof found === 'string')
    return untraced(isOff ? off : `it could not be asked for ddtrace: ${found}`, !isOff)
  const launched = found.ignores && !found.isOld ? launchedCommand(python, engine.launcher) : null
  const why = isOff ? off : whyUntraced(found, launched !== null)
  if (launched !== null) {
    return {
      command: launched,
      environment:
        why === null && found.bootstrap !== null
          ? { ...environment, [LAUNCHER_DDTRACE]: found.bootstrap }
          : environment,
      maySend: !isOff && found.bootstrap !== null,
      words: why === null ? 'its Python is traced by ddtrace' : untraced(why).words,
    }
  }
  if (why !== null || found.bootstrap === null)
    return untraced(why ?? NO_DDTRACE, !isOff && found.bootstrap !== null)
  return {
    command,
    environment: withPythonPath(environment, found.bootstrap),
    maySend: true,
    words: 'its Python is traced by ddtrace',
  }
}

/** Why not, in words; `null` where it is traced. */
function whyUntraced(
  { bootstrap, ignores }: v.InferOutput<typeof AnswerSchema>,
  isLaunched: boolean,
): string | null {
  if (bootstrap === null) return NO_DDTRACE
  return ignores && !isLaunched
    ? 'it ignores PYTHONPATH, which leads to ddtrace (options -E and -I do that)'
    : null
}

/** The command with the launcher in front of the script; `null` where it runs no script, as with `-m` and `-c`. */
function launchedCommand(
  { wrapper, python, options, rest }: PythonCommand,
  launcher: string | null,
): readonly string[] | null {
  const [script] = rest
  if (launcher === null || script === undefined || script.startsWith('-')) return null
  return [...wrapper, python, ...options, launcher, ...rest]
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
