import type { Definition, Request } from '../dashboard-json'
import { BUCKETS, DAY_S, FIRST_HOUR } from '../fleet/points'
import type { Line } from '../query'
import { axis, inWords, type Unit } from './numbers'
import { paletteOf } from './palettes'
import { type Box, FAINT, LINE, line, rect, round, text, widthOf } from './svg'

/** A line with its label. */
export interface NamedLine extends Line {
  readonly name: string
}

const AXIS_WIDTH = 58
const LEGEND_HEIGHT = 20

/** A graph over time with its axes, markers and legend. */
export function timeseries(
  box: Box,
  { markers }: Definition,
  request: Request,
  lines: readonly NamedLine[],
  unit: Unit,
): string[] {
  const plot = {
    x: box.x + AXIS_WIDTH,
    y: box.y + 4,
    width: box.width - AXIS_WIDTH - 4,
    height: box.height - LEGEND_HEIGHT - 20,
  }
  const isStacked = request.display_type === 'bars' || request.display_type === 'area'
  const limits = markers.map((marker) => ({ ...marker, at: Number(marker.value.replace('y = ', '')) }))
  const { end, step } = axis(Math.max(highest(lines, isStacked), ...limits.map(({ at }) => at)), unit)
  const y = (value: number) => plot.y + plot.height * (1 - Math.min(value, end) / end)
  const x = (at: number) => plot.x + (plot.width * at) / BUCKETS
  const palette = paletteOf(request.style?.palette)
  const colourOf = (index: number) => palette[index % palette.length] ?? FAINT
  return [
    ...grid(plot, end, step, unit, y),
    ...drawLines(lines, request.display_type ?? 'line', colourOf, x, y),
    ...limits.map(({ at, display_type }) =>
      line(
        plot.x,
        y(at),
        plot.x + plot.width,
        y(at),
        `stroke="${display_type.startsWith('error') ? '#d9304c' : '#e0a100'}" stroke-dasharray="5 3"`,
      ),
    ),
    ...limits.map(({ at, label, display_type }) =>
      text(plot.x + plot.width - 2, y(at) - 3, label, {
        size: 9,
        anchor: 'end',
        fill: display_type.startsWith('error') ? '#d9304c' : '#b07d00',
      }),
    ),
    ...legend(
      { ...box, y: box.y + box.height - LEGEND_HEIGHT, height: LEGEND_HEIGHT },
      lines,
      colourOf,
      unit,
      request.display_type === 'bars',
    ),
  ]
}

function highest(lines: readonly Line[], isStacked: boolean): number {
  const at = (bucket: number) => lines.map(({ values }) => values[bucket] ?? 0)
  const tops = Array.from({ length: BUCKETS }, (_, bucket) =>
    isStacked ? at(bucket).reduce((sum, value) => sum + value, 0) : Math.max(0, ...at(bucket)),
  )
  return Math.max(0, ...tops)
}

function grid(plot: Box, end: number, step: number, unit: Unit, y: (value: number) => number): string[] {
  const marks: string[] = []
  for (let value = 0; value <= end * 1.001; value += step) {
    marks.push(
      line(plot.x, y(value), plot.x + plot.width, y(value), `stroke="${LINE}"`),
      text(plot.x - 6, y(value) + 3, inWords(value, unit), { size: 9, fill: FAINT, anchor: 'end' }),
    )
  }
  const hours = DAY_S / 3_600
  for (let passed = 2; passed < hours; passed += 6) {
    const hour = (FIRST_HOUR + passed) % 24
    const at = plot.x + (plot.width * passed) / hours
    marks.push(
      text(at, plot.y + plot.height + 13, `${String(hour).padStart(2, '0')}:00`, {
        size: 9,
        fill: FAINT,
        anchor: 'middle',
      }),
    )
  }
  return marks
}

type Scale = (value: number) => number

function drawLines(
  lines: readonly Line[],
  type: string,
  colourOf: (index: number) => string,
  x: Scale,
  y: Scale,
): string[] {
  const below = new Float64Array(BUCKETS)
  return lines.flatMap(({ values }, index) => {
    const colour = colourOf(index)
    if (type === 'bars') return bars(values, below, colour, x, y)
    if (type === 'area') return area(values, below, colour, x, y)
    return strokes(values, colour, x, y)
  })
}

function bars(values: Line['values'], below: Float64Array, colour: string, x: Scale, y: Scale): string[] {
  const width = x(1) - x(0) - 0.8
  return values.flatMap((value, at) => {
    const from = below[at] ?? 0
    if (value === null || value <= 0) return []
    below[at] = from + value
    return rect(
      { x: x(at), y: y(from + value), width, height: y(from) - y(from + value) },
      `fill="${colour}"`,
    )
  })
}

/** Stacked areas; where one has no values, the one below shows. */
function area(values: Line['values'], below: Float64Array, colour: string, x: Scale, y: Scale): string[] {
  const bottom = Array.from(below, (value, at) => `${round(x(at + 0.5))},${round(y(value))}`).reverse()
  const top = values.map((value, at) => {
    below[at] = (below[at] ?? 0) + Math.max(0, value ?? 0)
    return `${round(x(at + 0.5))},${round(y(below[at] ?? 0))}`
  })
  return [`<polygon points="${[...top, ...bottom].join(' ')}" fill="${colour}" fill-opacity="0.75"/>`]
}

/** Strokes of a line; gaps stay gaps. */
function strokes(values: Line['values'], colour: string, x: Scale, y: Scale): string[] {
  const parts: string[][] = [[]]
  values.forEach((value, at) => {
    if (value === null) parts.push([])
    else parts.at(-1)?.push(`${round(x(at + 0.5))},${round(y(value))}`)
  })
  return parts
    .filter((part) => part.length > 1)
    .map(
      (part) =>
        `<polyline points="${part.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round"/>`,
    )
}

function legend(
  box: Box,
  lines: readonly NamedLine[],
  colourOf: (index: number) => string,
  unit: Unit,
  isSummed: boolean,
): string[] {
  const drawn: string[] = []
  let x = box.x + 8
  for (const [index, { name, values }] of lines.entries()) {
    const known = values.filter((value) => value !== null)
    const figure = isSummed ? known.reduce((sum, value) => sum + value, 0) : Math.max(0, ...known)
    const words = `${name} ${inWords(figure, unit)}`
    const width = widthOf(words, 10) + 20
    const rest = lines.length - index
    if (x + width > box.x + box.width - (rest > 1 ? 44 : 0)) {
      drawn.push(text(x, box.y + 14, `+ ${rest}`, { size: 10, fill: FAINT }))
      break
    }
    drawn.push(
      rect({ x, y: box.y + 6, width: 9, height: 9 }, `rx="2" fill="${colourOf(index)}"`),
      text(x + 13, box.y + 14, words, { size: 10, fill: FAINT }),
    )
    x += width
  }
  return drawn
}
