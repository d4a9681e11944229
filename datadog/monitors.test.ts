import { describe, expect, it } from 'vitest'
import { monitorFiles, readJson, readText } from './testing/files'

interface Monitor {
  readonly name: string
  readonly query: string
  readonly message: string
  readonly tags: readonly string[]
  readonly options: {
    readonly thresholds: { readonly critical: number; readonly warning?: number }
    readonly new_group_delay: number
    readonly require_full_window: boolean
  }
}

it('there is one for each thing that must not go unseen', () => {
  expect(monitorFiles().toSorted()).toEqual(
    ['crash-loop', 'jobs-failing', 'memory-growth', 'out-of-memory-rate', 'studio-silent'].map(
      (name) => `monitors/${name}.json`,
    ),
  )
})

describe.each(monitorFiles())('%s', (file) => {
  const { name, query, message, tags, options } = readJson(file) as Monitor

  it('is found again by its tag', () => {
    expect(tags).toContain(`studio_monitor:${file.slice('monitors/'.length, -'.json'.length)}`)
  })

  it('has the threshold that its query has: Datadog refuses another', () => {
    const [, comparator, value] = /(>=|>|<=|<) ([\d.]+)$/.exec(query) ?? []
    expect(Number(value)).toBe(options.thresholds.critical)
    const { critical, warning = null } = options.thresholds
    if (warning !== null && comparator?.startsWith('>')) expect(warning).toBeLessThan(critical)
  })

  it('hears of a group whose first point is what it is for, where it counts what is rare', () => {
    expect(options.new_group_delay).toBe(query.includes('.as_count()') ? 0 : 300)
  })

  it('needs all the minutes that a sentence promises', () => {
    expect(options.require_full_window).toBe(/^(min|max)\(/.test(query))
  })

  it('names nothing but what it groups by', () => {
    const groups = new Set([...query.matchAll(/by \{([^}]*)\}/g)].map(([, by]) => by))
    expect(groups.size).toBe(1)
    for (const [, tag] of message.matchAll(/\{\{(\w+)\.name\}\}/g)) {
      expect([...groups][0]?.split(',')).toContain(tag)
    }
  })

  it('closes every condition that it opens', () => {
    const opened = [...message.matchAll(/\{\{#(\w+)\}\}/g)].map(([, word]) => word)
    const closed = [...message.matchAll(/\{\{\/(\w+)\}\}/g)].map(([, word]) => word)
    expect(closed).toEqual(opened)
    expect(opened).toContain('is_alert')
    expect(opened).toContain('is_recovery')
  })

  it('says what to do, and where more is said', () => {
    const heading = name.replace(/^Studio: /, '')
    expect(message).toContain(`datadog/README.md, under "${heading}"`)
    expect(readText('README.md')).toContain(`\n### ${heading}\n`)
    expect(message).toContain('studio-monitor doctor')
  })
})
