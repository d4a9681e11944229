import path from 'node:path'
import { duration, percent, relativeTime } from '../../common/output/units'
import { describeCause } from '../backend/cause'
import type { Profile } from '../profiling/profile'
import type { Ranking } from '../profiling/rank'
import { type HotFunction, hotFunctions, topAllocators } from '../profiling/top-allocators'
import type { Incident } from '../records/incidents/incident'
import { type Paint, terminalText } from './terminal-text'
import { type Cell, type Column, renderTable } from './text-table'
import type { TopSource } from './top-source'
import { amount, bar } from './top-units'

const BAR_WIDTH = 10
/** Segments shown of a path's end, so that the file's own name is never cut off. */
const SEGMENTS_SHOWN = 3

export interface TopReport {
  readonly source: TopSource
  readonly profile: Profile
  /** The index of the sample type shown. */
  readonly type: number
  readonly ranking: Ranking
  readonly limit: number
}

interface Look {
  readonly now: number
  readonly columns: number
  readonly paint: Paint
}

/**
 * Formats the profile's kind, its origin, and its top functions as a table with bars. Ends with a newline.
 */
export function topReport(report: TopReport, look: Look): string {
  const shown = report.ranking.functions.slice(0, report.limit)
  const left = report.ranking.functions.length - shown.length
  const unit = report.profile.sampleTypes[report.type]?.unit ?? ''
  const most = shown.reduce((largest, { share }) => Math.max(largest, Math.abs(share)), 0)
  const rows = shown.map((one): Cell[] => [
    [amount(one.self, unit)],
    [amount(one.cumulative, unit)],
    [percent(one.share)],
    [bar(most === 0 ? 0 : Math.abs(one.share) / most, BAR_WIDTH)],
    [terminalText(one.function)],
    [{ whole: terminalText(shortPlace(one.file, one.line)) }],
  ])
  return [
    ...header(report, look).map((line) => `${line}\n`),
    rows.length === 0
      ? '\nNo samples.\n'
      : `\n${renderTable(COLUMNS, rows, { ...look, width: look.columns })}`,
    left > 0
      ? `${shown.length} of ${rows.length + left} shown: --limit ${rows.length + left} shows all.\n`
      : '',
  ].join('')
}

const COLUMNS: readonly Column[] = [
  { head: 'SELF', align: 'right' },
  { head: 'CUMULATIVE', align: 'right', from: 70 },
  { head: 'SHARE', align: 'right' },
  { head: '', from: 60 },
  { head: 'FUNCTION', flexible: true },
  { head: 'PLACE', flexible: true },
]

function header({ source, profile, type, ranking }: TopReport, { now, paint }: Look): string[] {
  const { type: name, unit } = profile.sampleTypes[type] ?? { type: '', unit: '' }
  const others = profile.sampleTypes.filter((_, index) => index !== type).map((one) => one.type)
  const { stacks, durationMs, period } = profile
  const facts = [
    `${amount(ranking.total, unit)} ${name} in ${stacks.length} ${stacks.length === 1 ? 'sample' : 'samples'}`,
    durationMs === null ? '' : `over ${duration(durationMs)}`,
    period === null ? '' : `one each ${amount(period.value, period.unit)}`,
    others.length === 0 ? '' : `also has ${others.join(', ')}`,
  ]
  return [
    paint.bold(terminalText(path.basename(source.file))),
    terminalText(facts.filter((fact) => fact !== '').join(', ')),
    ...incidentLines(source, profile, now),
  ]
}

function incidentLines({ incident }: TopSource, profile: Profile, now: number): string[] {
  if (incident === null) return []
  const when = relativeTime(incident.at, now)
  const culprit = culpritOf(incident, profile)
  const place = culprit && `${culprit.function} (${shortPlace(culprit.file, culprit.line)})`
  return [
    terminalText(`Incident ${incident.id}, ${when}: ${describeCause(incident.cause)}`),
    ...(culprit
      ? [terminalText(`Mostly ${place}: ${percent(culprit.share)}, with what it calls in libraries`)]
      : []),
  ]
}

/** The function with most; of memory with the incident's own figure, which knew whose code is the user's. */
function culpritOf(
  { topAllocators: named }: Incident,
  profile: Profile,
): Pick<HotFunction, 'function' | 'file' | 'line' | 'share'> | null {
  const allocators = topAllocators(profile, { limit: Number.POSITIVE_INFINITY })
  const known = new Set(allocators.map(placeOf))
  return (
    named.find((one) => known.has(placeOf(one))) ??
    allocators[0] ??
    hotFunctions(profile, { limit: 1 })[0] ??
    null
  )
}

function placeOf({ function: name, file }: Pick<HotFunction, 'function' | 'file'>): string {
  return `${file}\n${name}`
}

/** The end of a path: of a dependency from its own name on, of others two folders. `--json` has all of it. */
function shortPlace(file: string, line: number): string {
  const segments = file.split(/[\\/]/)
  const dependency = segments.lastIndexOf('node_modules')
  const from = dependency === -1 ? segments.length - SEGMENTS_SHOWN : dependency + 1
  const short = from > 1 && !file.startsWith('node:') ? segments.slice(from).join('/') : file
  return line > 0 && file !== '' ? `${short}:${line}` : short
}
