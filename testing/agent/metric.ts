const TYPES = {
  c: 'count',
  g: 'gauge',
  d: 'distribution',
  h: 'histogram',
  ms: 'timing',
  s: 'set',
} as const

export interface Metric {
  readonly name: string
  readonly value: number
  readonly type: (typeof TYPES)[keyof typeof TYPES]
  /** The tags as sent: `key:value`. */
  readonly tags: readonly string[]
  /** The time that it was sent with, in seconds since the epoch; `null` without one. */
  readonly at: number | null
}

/**
 * Parses dogstatsd lines, `name:value|type|#tag,tag`; with `|Ttimestamp` of protocol 1.3; other sections (`|@rate`, `|c:container`) are skipped.
 * Format: https://docs.datadoghq.com/extend/dogstatsd/datagram_shell/. Throws for a line that is not a metric.
 */
export function parseMetrics(body: string): Metric[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine)
}

function parseLine(line: string): Metric {
  const [head = '', code = '', ...sections] = line.split('|')
  const colon = head.indexOf(':')
  const value = Number(head.slice(colon + 1) || Number.NaN)
  if (colon < 1 || Number.isNaN(value) || !isCode(code)) {
    throw new Error(`Not a dogstatsd metric line: ${JSON.stringify(line)}`)
  }
  const tags = sections.find((section) => section.startsWith('#'))?.slice(1)
  const time = sections.find((section) => section.startsWith('T'))?.slice(1)
  const at = time === undefined ? null : Number(time)
  // Only counts and gauges may have one, and a fraction of a second is none.
  if (at !== null && !(Number.isSafeInteger(at) && 'cg'.includes(code))) {
    throw new Error(`Not a time of a dogstatsd metric: ${JSON.stringify(line)}`)
  }
  return { name: head.slice(0, colon), value, type: TYPES[code], tags: tags ? tags.split(',') : [], at }
}

function isCode(code: string): code is keyof typeof TYPES {
  return Object.hasOwn(TYPES, code)
}
