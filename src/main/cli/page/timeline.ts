import { duration, size } from '../../../common/output/units'
import type { MemorySample } from '../../memory/memory-sample'
import type { Incident } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import { jobTitle } from '../job-words'
import { ceiling } from '../sparkline'
import { html, type Markup } from './html'

/** The drawing's own units; the browser fits it to the page. */
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP] = [1000, 260, 70, 12, 14]
const JOB_HEIGHT = 22
/** Most jobs drawn: those that ran longest. */
const MAX_JOBS = 8

const LINES = [
  { name: 'tree', title: 'all processes', of: (sample: MemorySample) => sample.treeRssBytes },
  { name: 'heap', title: 'JavaScript heap', of: (sample: MemorySample) => sample.heapUsedBytes },
  { name: 'gpu', title: 'fullest GPU', of: (sample: MemorySample) => sample.gpuUsedBytes },
] as const

interface Scale {
  readonly x: (time: number) => number
  readonly y: (bytes: number) => number
}

/**
 * The memory of the last minutes as a drawing: each line with its limit, the jobs below, the incident at the right edge.
 * @returns `null` where fewer than two samples were taken
 */
export function timeline(incident: Incident, jobs: readonly FailedJob[]): Markup | null {
  const { samples, limitBytes, heapLimitBytes } = incident.memory
  const end = Date.parse(incident.at)
  const timed = samples.filter(({ at }) => Date.parse(at) <= end)
  const begin = Date.parse(timed[0]?.at ?? incident.at)
  if (timed.length < 2 || !(end > begin)) return null
  const limits = [limitBytes, heapLimitBytes].flatMap((limit) => (limit !== null && limit > 0 ? [limit] : []))
  const values = timed.flatMap((sample) =>
    LINES.map(({ of }) => of(sample)).filter((value) => value !== null),
  )
  const top = limits.reduce((most, limit) => Math.max(most, ceiling(values, limit)), ceiling(values, null))
  if (top === 0) return null
  const scale: Scale = {
    x: (time) => round(LEFT + ((time - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT)),
    y: (bytes) => round(TOP + (1 - bytes / (top * 1.05)) * (HEIGHT - TOP)),
  }
  const shown = jobs
    .filter(({ startedAt }) => Date.parse(startedAt) < end)
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, MAX_JOBS)
  const total = HEIGHT + 24 + shown.length * (JOB_HEIGHT + 4)
  const drawn = LINES.filter(({ of }) => timed.filter((sample) => of(sample) !== null).length > 1)
  const within = limits.filter((limit) => limit <= top)
  return html`<svg viewBox="0 0 ${WIDTH} ${total}" role="img" aria-label="Memory over the last ${duration(end - begin)}">
${gridOf(top, begin, end, scale)}
${within.map((limit) => limitLine(limit, scale))}
${drawn.map((line) => html`<polyline class="${line.name}" points="${points(timed, line.of, scale)}"/>`)}
<line class="death" x1="${scale.x(end)}" x2="${scale.x(end)}" y1="${TOP}" y2="${total - 4}"/>
${shown.map((job, row) => jobBar(job, row, incident, { begin, end, scale }))}
${timed.map((sample, at) => readout(sample, timed[at + 1]?.at ?? incident.at, end, scale))}
</svg>
<p class="key">${drawn.map(({ name, title }) => html`<span><i class="${name}"></i>${title}</span>`)}${
    within.length > 0 ? html`<span><i class="limit"></i>limit</span>` : null
  }${limits
    .filter((limit) => limit > top)
    .map((limit) => html`<span>a limit of ${size(limit)} is far above what is drawn</span>`)}</p>`
}

function gridOf(top: number, begin: number, end: number, { x, y }: Scale): Markup[] {
  const rows = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(top * part)
    return html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${size(top * part)}</text>`
  })
  const columns = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const time = begin + (end - begin) * part
    const words = part === 1 ? 'incident' : `-${duration(end - time)}`
    const anchor = part === 1 ? 'end' : part === 0 ? 'start' : 'middle'
    return html`<text x="${x(time)}" y="${HEIGHT + 16}" text-anchor="${anchor}">${words}</text>`
  })
  return [...rows, ...columns]
}

function limitLine(limit: number, { y }: Scale): Markup {
  return html`<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(limit)}" y2="${y(limit)}"></line><text x="${LEFT + 6}" y="${y(limit) - 5}">limit ${size(limit)}</text>`
}

function points(
  samples: readonly MemorySample[],
  of: (sample: MemorySample) => number | null,
  { x, y }: Scale,
): string {
  return samples
    .flatMap((sample) => {
      const bytes = of(sample)
      return bytes === null ? [] : [`${x(Date.parse(sample.at))},${y(bytes)}`]
    })
    .join(' ')
}

function jobBar(
  job: FailedJob,
  row: number,
  { node }: Incident,
  { begin, end, scale }: { begin: number; end: number; scale: Scale },
): Markup {
  const from = scale.x(Math.max(begin, Date.parse(job.startedAt)))
  const to = scale.x(Math.min(end, Math.max(begin, Date.parse(job.failedAt))))
  const y = HEIGHT + 24 + row * (JOB_HEIGHT + 4)
  const at = job.node ?? (job.state === 'running' ? node : null)
  const words = `${jobTitle(job)}${at?.type ? `: ${at.type}` : ''}${job.state === 'queued' ? ' (waited)' : ''}`
  const isNarrow = to - from < 300
  const [x, anchor] = isNarrow ? [from - 6, 'end'] : [from + 6, 'start']
  return html`<rect class="job" x="${from}" y="${y}" width="${Math.max(2, round(to - from))}" height="${JOB_HEIGHT}" rx="3"><title>${words}</title></rect><text class="job-name" x="${x}" y="${y + 15}" text-anchor="${anchor}">${words}</text>`
}

/** The values of one moment, for the mouse. */
function readout(sample: MemorySample, next: string, end: number, { x }: Scale): Markup {
  const from = x(Date.parse(sample.at))
  const words = LINES.flatMap(({ title, of }) => {
    const bytes = of(sample)
    return bytes === null ? [] : [`${title} ${size(bytes)}`]
  })
  const before = duration(end - Date.parse(sample.at))
  return html`<rect class="over" x="${from}" y="${TOP}" width="${Math.max(1, round(x(Date.parse(next)) - from))}" height="${HEIGHT - TOP}"><title>${before} before: ${words.join(', ')}</title></rect>`
}

function round(value: number): number {
  return Number(value.toFixed(1))
}
