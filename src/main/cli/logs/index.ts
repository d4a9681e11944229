import { type CommandContext, EXIT, type ExitCode } from '../context'
import { everyWhile } from '../follow'
import { paint } from '../terminal-text'
import { LogFollower } from './follow-log'
import type { LogLine } from './line'
import { LOGS_HELP, type LogsOptions, parseLogsOptions } from './options'
import { jsonOf, textOf } from './print-line'
import { inOrder, newestLines } from './read-log'

/** Between two looks at the files, in milliseconds. */
const LOOK_MS = 250

export async function logs(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const options = parseLogsOptions(args, context.now)
  if (options.help) {
    context.stdout(LOGS_HELP)
    return EXIT.ok
  }
  const { dataFolder } = context
  const complain = (problem: string) => context.stderr(`studio-monitor: ${problem}\n`)
  const print = (lines: readonly LogLine[]) => {
    const colours = paint(context.color)
    const shown = lines.filter((line) => isWanted(line, options))
    const texts = shown.map((line) => (options.json ? jsonOf(line) : textOf(line, options, colours)))
    if (texts.length > 0) context.stdout(`${texts.join('\n')}\n`)
  }
  // What is written while the old lines are read comes after them, and not twice.
  const followers = options.follow ? options.sources.map((source) => new LogFollower(dataFolder, source)) : []
  const { lines, problems, isThere } = newestLines(
    dataFolder,
    options,
    (line, near) => isWanted(line, options, near),
    new Map(followers.map(({ source, position }) => [source, position])),
  )
  for (const problem of problems) complain(problem)
  print(lines)
  if (!options.follow) {
    if (!isThere && problems.length === 0 && !options.json) context.stdout('No logs on record.\n')
    return lines.length === 0 && problems.length > 0 ? EXIT.failed : EXIT.ok
  }
  const told = new Set(problems)
  await everyWhile(context.untilEnded(), LOOK_MS, () => {
    const news = followers.flatMap((follower) => {
      const { lines: added, problem } = follower.read()
      if (problem !== null && !told.has(problem)) complain(problem)
      if (problem !== null) told.add(problem)
      return added
    })
    print(inOrder(news))
  })
  return EXIT.ok
}

function isWanted({ at, level }: LogLine, { since, levels }: LogsOptions, near = at): boolean {
  // A line without a time is one that a crash has cut: where none tells when, it is shown.
  if (since !== null && near < since) return false
  return levels === null || (level !== null && levels.includes(level))
}
