import { type CommandContext, EXIT, type ExitCode } from '../context'
import { parseFlags } from '../options'
import { paint, terminalJson } from '../terminal-text'
import type { Check, CheckedFinding } from './check'
import { checkingText, findingsJson, findingText, toBeMended, verdictText, worst } from './report'
import { runChecks } from './run-checks'

const HELP = `doctor: checks, one after the other, all that has to work for Studio to be seen in
Datadog, and says what to do where something does not.

  doctor [--verbose] [--json]

  --verbose  also what is as it usually is: the settings that are by default
  --json     one object: state (the worst), and checks with check, state, summary,
             details and next (what to do, or null)
  --help     this text

Warnings and problems come last, the worst at the end. Each check is ok, a warning (it works, but not as it should, or could not be
checked) or a problem. It sends one span and one metric to the Agent, profiles a
process of its own for a second, and leaves nothing behind; also while the app runs.
No secret is printed, and your home folder is ~: you can pass the output on.

Exit code: 0 no problem; 1 there are problems; 2 wrong arguments.
`

/** Time limit of one check, in milliseconds. */
const DEADLINE_MS = 30_000

export async function doctor(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const flags = parseFlags(
    args,
    { json: {}, verbose: { short: 'v' } },
    { help: HELP, stdout: context.stdout },
  )
  if (flags === null) return EXIT.ok
  const { checksOfThisMachine } = await import('./machine')
  return examine(await checksOfThisMachine(context), flags, context)
}

/** The findings as `--json` has them, for who prints them elsewhere. It takes Electron, and some seconds. */
export async function doctorJson(context: CommandContext): Promise<unknown> {
  const { checksOfThisMachine } = await import('./machine')
  return findingsJson(await runChecks(await checksOfThisMachine(context), DEADLINE_MS))
}

/** Removes what is on a terminal's line, ECMA-48. */
const ERASE_LINE = '\r\u001b[2K'

/** Runs the checks and prints their findings: each check as it begins, and last what is to be mended. */
export async function examine(
  checks: readonly Check[],
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
  { stdout, color, isTerminal }: Pick<CommandContext, 'stdout' | 'color' | 'isTerminal'>,
): Promise<ExitCode> {
  const colours = paint(color)
  const text = (finding: CheckedFinding) => findingText(finding, colours, verbose)
  const findings = await runChecks(checks, DEADLINE_MS, {
    onBegin: (name) => {
      if (!json) stdout(checkingText(name, colours) + (isTerminal ? '' : '\n'))
    },
    onFinding: (finding) => {
      if (!json) stdout((isTerminal ? ERASE_LINE : '') + (finding.state === 'ok' ? text(finding) : ''))
    },
  })
  if (json) stdout(`${terminalJson(findingsJson(findings))}\n`)
  else {
    const last = toBeMended(findings).map(text).join('')
    stdout(`${last === '' ? '' : `\n${last}`}${verdictText(findings)}`)
  }
  return worst(findings) === 'problem' ? EXIT.failed : EXIT.ok
}
