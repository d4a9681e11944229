import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as v from 'valibot'
import { type Environment, withPythonPath } from './environment'

/** Time limit of the probe, in milliseconds: a Python on a cold disk takes seconds. */
const PROBE_MS = 15_000

/** A script that finds ddtrace without importing it, which takes a second. */
const PROBE = `
import importlib.util, json, os
spec = importlib.util.find_spec('ddtrace')
print(json.dumps(os.path.join(os.path.dirname(spec.origin), 'bootstrap') if spec and spec.origin else None))
`
const ProbeSchema = v.nullable(v.string())

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
  readonly platform: NodeJS.Platform
}

/**
 * Starts an engine that has ddtrace under `ddtrace-run`, which replaces itself by the engine. Windows cannot
 * do that: its parent would seem to exit at once. There ddtrace's start-up code is put on Python's path,
 * which is all that `ddtrace-run` does besides (read in ddtrace 4.x, `ddtrace/commands/ddtrace_run.py`).
 * Never rejects.
 */
export async function traceEngine(engine: Untraced): Promise<TracedCommand> {
  const { command, environment, platform } = engine
  const [program = '', ...args] = command
  const untraced = (why: string) => ({ command, environment, words: `its Python is not traced: ${why}` })
  if (command.some(isTracerCommand)) {
    return { command, environment, words: 'its Python is traced: the command runs ddtrace-run itself' }
  }
  if (environment.DD_TRACE_ENABLED === 'false') return untraced('DD_TRACE_ENABLED is false')
  if (!isPython(program)) {
    return untraced(
      `${program} is no Python that could be asked for ddtrace; put ddtrace-run into its command`,
    )
  }
  const found = await probe(engine, program)
  if (found.trouble !== null) return untraced(found.trouble)
  if (found.bootstrap === null) return untraced('it has no ddtrace; "pip install ddtrace" brings it')
  return platform === 'win32'
    ? {
        command,
        environment: withPythonPath(environment, found.bootstrap),
        words: 'its Python is traced by ddtrace',
      }
    : {
        command: [program, '-m', 'ddtrace.commands.ddtrace_run', program, ...args],
        environment,
        words: 'its Python is traced by ddtrace-run',
      }
}

/** True for `python`, `python3.12`, `pythonw.exe` and the Windows launcher, in any folder. */
export function isPython(program: string): boolean {
  return /(?:^|[\\/])(?:pythonw?(?:\d+(?:\.\d+)*)?|pypy3?|py)(?:\.exe)?$/i.test(program)
}

function isTracerCommand(part: string): boolean {
  return /(?:^|[\\/.])ddtrace[-_]run(?:\.exe)?$/i.test(part)
}

async function probe(
  { cwd, environment }: Untraced,
  program: string,
): Promise<{ bootstrap: string | null; trouble: string | null }> {
  try {
    const { stdout } = await promisify(execFile)(program, ['-c', PROBE], {
      ...(cwd !== null && { cwd }),
      env: environment,
      timeout: PROBE_MS,
      windowsHide: true,
    })
    return { bootstrap: v.parse(ProbeSchema, JSON.parse(stdout)), trouble: null }
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { bootstrap: null, trouble: `it could not be asked for ddtrace: ${line}` }
  }
}
