import type { DashboardJson, Layout } from './dashboard-json'
import { GROUP_COLOURS } from './drawing/palettes'
import { type Box, document, FAINT, INK, LINE, rect, text, widthOf } from './drawing/svg'
import { drawWidget } from './drawing/widgets'
import type { Points } from './fleet/points'

const COLUMN = 104
const ROW = 56
const MARGIN = 20
const HEAD = 64
const GAP = 4
const TITLE_HEIGHT = 24
const BAR = 36
/** The line of words and links that a group begins with: a row would leave most of it empty. */
const NOTE = 32

type Widget = DashboardJson['widgets'][number]

/**
 * Draws the dashboard as Datadog would show it: its widgets, their places, titles and queries. Rows that hold one line of words
 * are drawn as high as that.
 * @param stamp identifies the dashboard that was drawn
 */
export function drawDashboard(dashboard: DashboardJson, points: Points, stamp: string): string {
  const width = 2 * MARGIN + 12 * COLUMN
  const heights = dashboard.widgets.map(heightOf)
  const tops = heights.map((_, index) => heights.slice(0, index).reduce((sum, one) => sum + one, HEAD))
  const height = heights.reduce((sum, one) => sum + one, HEAD) + MARGIN
  return document(width, height, `role="img" aria-label="${dashboard.title}" data-dashboard="${stamp}"`, [
    rect({ x: 0, y: 0, width, height }, 'fill="#f4f6f8"'),
    ...head(dashboard, width),
    ...dashboard.widgets.flatMap(({ definition }, index) => {
      const box = { x: MARGIN, y: tops[index] ?? 0, width: 12 * COLUMN, height: heights[index] ?? 0 }
      if (definition.type !== 'group') return drawWidget(inset(box), definition, points)
      return [
        rect(inset(box), `rx="5" fill="#ffffff" stroke="${LINE}"`),
        ...groupTitle(inset(box), definition.title, definition.background_color),
        ...definition.widgets.flatMap((widget) =>
          drawFramed(placeInGroup(widget.layout, box), widget.definition, points),
        ),
      ]
    }),
  ])
}

function head({ title, template_variables }: DashboardJson, width: number): string[] {
  const drawn = [text(MARGIN + 4, 32, title, { size: 21, weight: 600 })]
  let x = MARGIN + 4
  for (const { name, defaults } of template_variables) {
    const words = `$${name}  ${defaults.join(', ')}`
    const box = { x, y: 42, width: widthOf(words, 11) + 14, height: 18 }
    drawn.push(
      rect(box, `rx="3" fill="#ffffff" stroke="${LINE}"`),
      text(x + 7, 55, words, { size: 11, fill: FAINT }),
    )
    x += box.width + 8
  }
  const note = 'drawn from a day that was made up: eleven machines, a new version that leaks'
  return [...drawn, text(width - MARGIN - 4, 55, note, { size: 11, fill: FAINT, anchor: 'end' })]
}

function groupTitle(box: Box, title: string, colour: string | undefined): string[] {
  const fill = GROUP_COLOURS[colour ?? ''] ?? INK
  const bar = { ...box, height: BAR }
  return [
    rect(bar, `rx="5" fill="${fill}"`),
    rect({ ...bar, y: bar.y + 8, height: bar.height - 8 }, `fill="${fill}"`),
    text(box.x + 14, box.y + 24, title, { size: 15, weight: 600, fill: '#ffffff' }),
  ]
}

function drawFramed(box: Box, definition: Parameters<typeof drawWidget>[1], points: Points): string[] {
  const outer = inset({ ...box, x: box.x + 4, width: box.width - 8 })
  if (definition.type === 'note') return drawWidget(outer, definition, points)
  const inner = {
    x: outer.x + 2,
    y: outer.y + TITLE_HEIGHT,
    width: outer.width - 4,
    height: outer.height - TITLE_HEIGHT - 2,
  }
  return [
    rect(outer, `rx="4" fill="#ffffff" stroke="${LINE}"`),
    text(outer.x + 9, outer.y + 17, definition.title, { size: 12.5, weight: 600, room: outer.width - 8 }),
    ...drawWidget(inner, definition, points),
  ]
}

/** The height of a group, whose first row is its note, or of a widget beside them. */
function heightOf({ definition, layout }: Widget): number {
  if (definition.type !== 'group') return layout.height * ROW
  const rows = Math.max(...definition.widgets.map((widget) => widget.layout.y + widget.layout.height))
  return GAP + BAR + NOTE + (rows - 1) * ROW + 2 * GAP
}

function placeInGroup({ x, y, width, height }: Layout, group: Box): Box {
  const top = group.y + GAP + BAR
  const place = { x: group.x + x * COLUMN, width: width * COLUMN }
  return y === 0
    ? { ...place, y: top, height: NOTE }
    : { ...place, y: top + NOTE + (y - 1) * ROW, height: height * ROW }
}

function inset({ x, y, width, height }: Box): Box {
  return { x: x + GAP, y: y + GAP, width: width - 2 * GAP, height: height - 2 * GAP }
}
