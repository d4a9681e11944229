import type { Definition, Request } from '../dashboard-json'
import { DAY_S, FIRST_HOUR, type Points, type ShownSpan } from '../fleet/points'
import { compute } from '../formula'
import { ask, type Line, reduce } from '../query'
import { inWords, unitOf } from './numbers'
import { ALARM_COLOURS, paletteOf } from './palettes'
import { type Box, FAINT, INK, LINE, LINK, line, type Run, rect, runs, text, widthOf } from './svg'
import { type NamedLine, timeseries } from './timeseries'

const ROW_HEIGHT = 17

/** Draws the inside of a widget, below its title. */
export function drawWidget(box: Box, definition: Definition, points: Points): string[] {
  const [request] = definition.requests
  if (definition.type === 'note' || !request) return note(box, definition.content)
  switch (definition.type) {
    case 'timeseries':
      return timeseries(
        box,
        definition,
        request,
        linesOf(request, points),
        unitOf(request.queries, request.formulas[0]?.formula ?? ''),
      )
    case 'query_value':
      return figure(box, definition, request, points)
    case 'toplist':
      return ranking(box, request, points)
    case 'list_stream':
      return list(box, request, points)
    default:
      throw new Error(`nobody has drawn a ${definition.type} yet`)
  }
}

function linesOf({ queries, formulas }: Request, points: Points): NamedLine[] {
  const names = Object.fromEntries(queries.map(({ name, query = '' }) => [name, ask(points, query)]))
  return formulas.flatMap(({ formula, alias, limit }) =>
    compute(formula, names)
      .map((found) => ({ ...found, name: found.group.join(' ') || alias || formula }))
      .sort((a, b) => (limit ? (reduce(b, 'max') ?? 0) - (reduce(a, 'max') ?? 0) : 0))
      .slice(0, limit?.count),
  )
}

/** The figures of a widget: each query is reduced to one first, and the formula uses these. */
function scalarsOf({ queries, formulas }: Request, points: Points): { group: string; value: number }[] {
  const scalar = (found: Line, how: string): Line => ({ ...found, values: [reduce(found, how)] })
  const names = Object.fromEntries(
    queries.map(({ name, query = '', aggregator = 'avg' }) => [
      name,
      ask(points, query).map((one) => scalar(one, aggregator)),
    ]),
  )
  return compute(formulas[0]?.formula ?? '', names).flatMap(({ group, values: [value] }) =>
    value === null || value === undefined ? [] : { group: group.join(' '), value },
  )
}

function figure(box: Box, definition: Definition, request: Request, points: Points): string[] {
  const value = scalarsOf(request, points)[0]?.value ?? 0
  const unit = unitOf(request.queries, request.formulas[0]?.formula ?? '')
  const alarm = request.conditional_formats.find(({ comparator, value: limit }) =>
    comparator === '>' ? value > limit : value < limit,
  )
  const colour = alarm && ALARM_COLOURS[alarm.palette]
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 + 9 }
  return [
    ...(colour ? [rect({ ...box, y: box.y - 2, height: box.height + 2 }, `rx="3" fill="${colour}"`)] : []),
    text(middle.x, middle.y, inWords(value, unit, definition.precision), {
      size: 32,
      weight: 600,
      anchor: 'middle',
      fill: colour ? '#ffffff' : INK,
    }),
  ]
}

function ranking(box: Box, request: Request, points: Points): string[] {
  const [query] = request.queries
  const unit = unitOf(request.queries, request.formulas[0]?.formula ?? '')
  const direction = request.sort?.order_by[0]?.order === 'asc' ? 1 : -1
  const found = query?.data_source === 'spans' ? countSpans(request, points) : scalarsOf(request, points)
  const sorted = found.filter(({ value }) => value > 0).sort((a, b) => direction * (a.value - b.value))
  const most = Math.max(1e-9, ...sorted.map(({ value }) => value))
  const [colour] = paletteOf('cool')
  return sorted.slice(0, Math.floor(box.height / ROW_HEIGHT)).flatMap(({ group, value }, index) => {
    const y = box.y + 2 + index * ROW_HEIGHT
    const room = box.width - 74
    return [
      rect(
        { x: box.x + 64, y, width: room * (value / most), height: ROW_HEIGHT - 3 },
        `rx="2" fill="${colour}" fill-opacity="0.3"`,
      ),
      text(box.x + 58, y + 11, inWords(value, unit), { size: 11, weight: 600, anchor: 'end' }),
      text(box.x + 69, y + 11, group, { size: 11, room: room - 4 }),
    ]
  })
}

function countSpans({ queries: [query] }: Request, points: Points): { group: string; value: number }[] {
  const facet = query?.group_by?.[0]?.facet ?? ''
  const counts = new Map<string, number>()
  for (const { fields } of spansOf(points, query?.search?.query ?? '')) {
    const group = fields[facet]
    if (group) counts.set(group, (counts.get(group) ?? 0) + 1)
  }
  return [...counts].map(([group, value]) => ({ group, value }))
}

function spansOf(points: Points, search: string): readonly ShownSpan[] {
  const wanted = search.split(' ').filter((term) => term.includes(':'))
  return points.spans.filter(({ fields }) =>
    wanted.every((term) => {
      const colon = term.indexOf(':')
      return fields[term.slice(0, colon)] === term.slice(colon + 1)
    }),
  )
}

function list(box: Box, { columns, query }: Request, points: Points): string[] {
  const spans = spansOf(points, query?.query_string ?? '')
    .toReversed()
    .slice(0, Math.floor((box.height - 20) / ROW_HEIGHT))
  const table = columns.map(({ field }) => ({
    head: field === 'timestamp' ? 'time' : (field.split('.').at(-1) ?? '').replace(/^@/, ''),
    cells: spans.map((span) => (field === 'timestamp' ? clock(span.at) : (span.fields[field] ?? ''))),
  }))
  const lengths = table.map(
    ({ head, cells }) => Math.max(head.length, ...cells.map(({ length }) => length)) + 2,
  )
  const perCharacter = (box.width - 12) / lengths.reduce((sum, length) => sum + length, 0)
  let x = box.x + 8
  const drawn = [line(box.x + 6, box.y + 16, box.x + box.width - 6, box.y + 16, `stroke="${LINE}"`)]
  for (const [index, { head, cells }] of table.entries()) {
    const left = x
    const width = (lengths[index] ?? 0) * perCharacter
    drawn.push(
      text(left, box.y + 11, head, { size: 10, fill: FAINT }),
      ...cells.map((cell, row) =>
        text(left, box.y + 30 + row * ROW_HEIGHT, cell, {
          size: 11,
          room: width - 4,
          fill: index === 0 ? LINK : INK,
        }),
      ),
    )
    x += width
  }
  return drawn
}

function clock(at: number): string {
  const minutes = Math.floor((FIRST_HOUR * 3_600 + at) / 60) % (DAY_S / 60)
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60]
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** Draws a note with bold words and links; lines break at the box's edge. */
function note(box: Box, content: string): string[] {
  const size = 12.5
  const rows: Run[][] = [[]]
  let x = 0
  for (const run of runsOf(content)) {
    const width = widthOf(run.text, size)
    if (x + width > box.width - 16) {
      rows.push([])
      x = 0
    }
    rows.at(-1)?.push(run)
    x += width
  }
  return rows.map((row, index) => runs(box.x + 8, box.y + 17 + index * 18, row, size))
}

function runsOf(content: string): Run[] {
  const parts = content.matchAll(/\*\*([^*]+)\*\*|\[([^\]]+)\]\([^)]*\)|`([^`]+)`|([^*[`]+)/g)
  return [...parts].flatMap(([, bold, link, code, plain]) =>
    (bold ?? link ?? code ?? plain ?? '')
      .split(/(?<= )/)
      .map((word): Run => ({ text: word, weight: bold ? 600 : 400, fill: link ? LINK : INK })),
  )
}
