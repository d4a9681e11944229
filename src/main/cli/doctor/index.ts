import { type CommandContext, EXIT, type ExitCode } from '../context'
import { parseOptions, refuseWords } from '../options'
import { paint, terminalJson } from '../terminal-text'
import type { Check } from './check'
import { findingsJson, findingText, verdictText, worst } from './report'
import { runChecks } from './run-checks'

const HELP = `doctor: checks, one after the other, all that has to work for Studio to be seen in
Datadog, and says what to do where something does not.

  doctor [--json]

Each check is ok, a warning (it works, but not as it should, or could not be
checked) or a problem. It sends one span and one metric to the Agent, profiles a
process of its own for a second, and leaves nothing behind; also while the app runs.
No secret is printed, and your home folder is ~: you can pass the output on.

--json prints one object: state (the worst), and checks with check, state,
summary, details and next (what to do, or null).
Exit code: 0 no problem; 1 there are problems; 2 wrong arguments.
`

/** Time limit of one check, in milliseconds. */
const DEADLINE_MS = 30_000

export async function doctor(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = parseDoctorOptions(args)
  if (options.help) {
    context.stdout(HELP)
    return EXIT.ok
  }
  const { checksOfThisMachine } = await import('./machine')
  return examine(await checksOfThisMachine(context), options.json, context)
}

/** The findings as `--json` has them, for who prints them elsewhere. It takes Electron, and some seconds. */
export async function doctorJson(context: CommandContext): Promise<unknown> {
  const { checksOfThisMachine } = await import('./machine')
  return findingsJson(await runChecks(await checksOfThisMachine(context), DEADLINE_MS, () => {}))
}

/** Runs the checks and prints their findings. */
export async function examine(
  checks: readonly Check[],
  json: boolean,
  { stdout, color }: Pick<CommandContext, 'stdout' | 'color'>,
): Promise<ExitCode> {
  const findings = await runChecks(checks, DEADLINE_MS, (finding) => {
    if (!json) stdout(findingText(finding, paint(color)))
  })
  stdout(json ? `${terminalJson(findingsJson(findings))}\n` : verdictText(findings))
  return worst(findings) === 'problem' ? EXIT.failed : EXIT.ok
}

interface DoctorOptions {
  readonly help: boolean
  readonly json: boolean
}

/** @throws {UsageError} */
function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  const { values, words } = parseOptions(args, {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  })
  refuseWords(words)
  return { help: values.help === true, json: values.json === true }
}
