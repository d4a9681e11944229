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

/**
 * Draws the dashboard as Datadog would show it: its widgets, their places, titles and queries.
 * @param stamp identifies the dashboard that was drawn
 */
export function drawDashboard(dashboard: DashboardJson, points: Points, stamp: string): string {
  const rows = Math.max(...dashboard.widgets.map(({ layout }) => layout.y + layout.height))
  const width = 2 * MARGIN + 12 * COLUMN
  const height = HEAD + rows * ROW + MARGIN
  return document(width, height, `role="img" aria-label="${dashboard.title}" data-dashboard="${stamp}"`, [
    rect({ x: 0, y: 0, width, height }, 'fill="#f4f6f8"'),
    ...head(dashboard, width),
    ...dashboard.widgets.flatMap(({ definition, layout }) => {
      const box = place(layout, { x: MARGIN, y: HEAD })
      if (definition.type !== 'group') return drawWidget(inset(box), definition, points)
      return [
        rect(inset(box), `rx="5" fill="#ffffff" stroke="${LINE}"`),
        ...groupTitle(inset(box), definition.title, definition.background_color),
        ...definition.widgets.flatMap((widget) =>
          drawFramed(place(widget.layout, { x: box.x, y: box.y + ROW }), widget.definition, points),
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
  const bar = { ...box, height: ROW - 18 }
  return [
    rect(bar, `rx="5" fill="${fill}"`),
    rect({ ...bar, y: bar.y + 8, height: bar.height - 8 }, `fill="${fill}"`),
    text(box.x + 14, box.y + 24, title, { size: 15, weight: 600, fill: '#ffffff' }),
  ]
}

function drawFramed(box: Box, definition: Parameters<typeof drawWidget>[1], points: Points): string[] {
  const outer = inset({ ...box, x: box.x + 4, width: box.width - 8, y: box.y - 8 })
  if (definition.type === 'note') return drawWidget({ ...outer, y: outer.y + 8 }, definition, points)
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

function place({ x, y, width, height }: Layout, origin: { readonly x: number; readonly y: number }): Box {
  return { x: origin.x + x * COLUMN, y: origin.y + y * ROW, width: width * COLUMN, height: height * ROW }
}

function inset({ x, y, width, height }: Box): Box {
  return { x: x + GAP, y: y + GAP, width: width - 2 * GAP, height: height - 2 * GAP }
}
