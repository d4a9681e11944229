import { describe, expect, it } from 'vitest'
import { readJson } from './testing/files'

interface Widget {
  readonly definition: {
    readonly title?: string
    readonly type: string
    readonly widgets?: readonly Widget[]
  }
  readonly layout: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

const { widgets } = readJson('dashboard.json') as { widgets: readonly Widget[] }
const groups = widgets.filter(({ definition }) => definition.widgets)

function cells({ layout: { x, y, width, height } }: Widget): string[] {
  return Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`)
}

describe.each([
  ['the dashboard', widgets] as const,
  ...groups.map(({ definition }) => [definition.title ?? '', definition.widgets ?? []] as const),
])('%s', (_, grid) => {
  it('has no widget beyond twelve columns, none over another, and no row that is not full', () => {
    const taken = grid.flatMap(cells)
    expect(new Set(taken).size).toBe(taken.length)
    for (const { layout } of grid) expect(layout.x + layout.width).toBeLessThanOrEqual(12)
    const rows = Math.max(...grid.map(({ layout }) => layout.y + layout.height))
    expect(taken.length).toBe(12 * rows)
  })
})

it('a group is as high as what is in it, and its title', () => {
  for (const { definition, layout } of groups) {
    const inner = Math.max(
      ...(definition.widgets ?? []).map((widget) => widget.layout.y + widget.layout.height),
    )
    expect(layout.height).toBe(inner + 1)
  }
})
