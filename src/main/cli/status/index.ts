import { type CommandContext, EXIT, type ExitCode } from '../context'
import { everyWhile } from '../follow'
import { parseFlags } from '../options'
import { printProblems } from '../print-list'
import { paint, terminalJson, terminalJsonLine } from '../terminal-text'
import { isWell, readCurrentStatus, statusJson } from './current-status'
import { statusReport } from './report'

const HELP = `status: whether Studio is up, since when, its backend's memory, jobs, restarts, the
last incident, and what waits for Datadog

  status [--json] [--watch]

  --json     one object: up, ok, state, since, pid, memory, running, waiting, jobs,
             today, forecasts, deaths, restarts, lastIncident, agent, unsent, problems,
             and at: when the app wrote that, every ten seconds and soon after each
             change. Of an app that has gone there is only last
  --watch    shows it anew each second until Ctrl-C; with --json a line each
  --help     this text

Exit code: 0 the backend runs and responds; 1 it does not, Studio is not up, or has told
nothing for a minute; 2 wrong arguments, or no data folder. With --watch that of the
last look.
`

/** Between two looks, in milliseconds. */
const WATCH_MS = 1_000
/** Clears a terminal and its scrolled lines, ECMA-48 and xterm. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

export async function status(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const flags = parseFlags(args, { json: {}, watch: { short: 'w' } }, { help: HELP, stdout: context.stdout })
  if (flags === null) return EXIT.ok
  const { json: isJson, watch } = flags
  if (!watch) {
    const current = readCurrentStatus(context, context.now)
    printProblems(context, current.problems)
    context.stdout(
      isJson
        ? `${terminalJson(statusJson(current))}\n`
        : statusReport(current, { ...context, paint: paint(context.color) }),
    )
    return isWell(current) ? EXIT.ok : EXIT.failed
  }
  let code: ExitCode = EXIT.failed
  await everyWhile(context.untilEnded(), WATCH_MS, () => {
    const now = Date.now()
    const current = readCurrentStatus(context, now)
    code = isWell(current) ? EXIT.ok : EXIT.failed
    if (isJson) context.stdout(`${terminalJsonLine(statusJson(current))}\n`)
    else {
      const report = statusReport(current, { ...context, now, paint: paint(context.color) })
      context.stdout(context.isTerminal ? CLEAR + report : `${report}\n`)
    }
  })
  return code
}
