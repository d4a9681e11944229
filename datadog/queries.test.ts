// Checks that dashboard and monitors ask for what Studio sends: against the registry, and against real spans.

import { describe, expect, it } from 'vitest'
import { JOB_SPAN, jobSpanTags, NODE_SPAN, QUEUE_SPAN } from '../src/common/tracing/job-span-tags'
import { incident } from '../src/main/cli/testing/incident-sample'
import { METRIC_NAMES, METRICS, type MetricDefinition } from '../src/main/datadog/metrics/registry'
import { INCIDENT_SPAN, incidentSpan } from '../src/main/datadog/spans/incident-span'
import { jobSpan } from '../src/main/datadog/spans/job-span'
import { IDENTITY } from '../src/main/datadog/spans/testing/identity'
import { failedJob } from '../src/main/records/jobs/testing/samples'
import { allTexts, monitorFiles, readJson, textsOf } from './testing/files'

const dashboard = readJson('dashboard.json')
const monitors = monitorFiles().map((name) => readJson(name))
const everything = [dashboard, ...monitors]

/** Tags that Agent and tracer put on every metric. */
const COMMON = ['env', 'service', 'version', 'host']
const QUERY = /(?:avg|max|min|sum):([a-z_.]+)\{([^}]*)\}(?: by \{([^}]*)\})?(\.as_count\(\))?/g

interface Asked {
  readonly query: string
  readonly name: string
  readonly filters: readonly string[]
  readonly groups: readonly string[]
  readonly asCount: boolean
}

function metricsAsked(json: unknown): Asked[] {
  return textsOf('query', json).flatMap((text) =>
    [...text.matchAll(QUERY)].map(([query, name = '', scope = '', groups, asCount]) => ({
      query,
      name,
      filters: scope.split(',').filter((filter) => filter !== '*' && !filter.startsWith('$')),
      groups: groups?.split(',') ?? [],
      asCount: asCount !== undefined,
    })),
  )
}

const asked = metricsAsked(everything)

describe('metrics', () => {
  it('are asked for at all', () => {
    expect(metricsAsked(dashboard).length).toBeGreaterThan(30)
    for (const monitor of monitors) expect(metricsAsked(monitor).length).toBeGreaterThan(0)
    // Each mention of one must be part of a query that was parsed.
    const mentions =
      textsOf('query', everything)
        .join(' ')
        .match(/studio\.(?!job\b|process)[a-z_.]+\{/g) ?? []
    expect(mentions.length).toBe(asked.length)
  })

  it.each(asked.map((one) => [one.query, one] as const))('%s', (_, { name, filters, groups, asCount }) => {
    const known = Object.entries<MetricDefinition>(METRICS).find(([metric]) => metric === name)?.[1]
    expect(known, `${name} is not in the registry`).toBeDefined()
    const tags = known?.tags ?? {}
    for (const tag of groups) expect([...COMMON, ...Object.keys(tags)]).toContain(tag)
    for (const filter of filters) {
      const [tag = '', value] = filter.split(':')
      expect(tags[tag]).toContain(value)
    }
    // Otherwise Datadog shows a rate.
    expect(asCount).toBe(known?.type === 'count')
  })

  it('of the registry are all on the dashboard', () => {
    const shown = new Set(metricsAsked(dashboard).map(({ name }) => name))
    expect(METRIC_NAMES.filter((name) => !shown.has(name))).toEqual([])
  })

  it('on the dashboard follow its variables', () => {
    for (const { query } of metricsAsked(dashboard)) expect(query).toContain('{$env,$service,$version')
  })
})

describe('spans', () => {
  const job = jobSpan({ ...failedJob(1), incidentId: 'i', kind: 'image', progress: 0.5 }, IDENTITY)
  const death = incidentSpan(incident(), [], IDENTITY)
  const tags = new Set([
    ...[job, death].flatMap(({ meta, metrics }) => [...Object.keys(meta), ...Object.keys(metrics)]),
    ...Object.keys(jobSpanTags({ id: 'a', name: 'b', kind: 'c' })),
    // Fields of every span.
    'duration',
  ])
  const texts = allTexts(everything)

  it('asked for by name are made by that name', () => {
    const names = texts.flatMap((text) =>
      [...text.matchAll(/operation_name:(?:%28|\()?([a-z.]+)(?:(?:%20| )OR(?:%20| )([a-z.]+))?/g)].flatMap(
        ([, ...names]) => names.filter(Boolean),
      ),
    )
    expect(new Set(names)).toEqual(new Set([JOB_SPAN, QUEUE_SPAN, NODE_SPAN, INCIDENT_SPAN]))
  })

  it('asked for by tag have it', () => {
    const wanted = texts.flatMap((text) => [...text.matchAll(/@([a-z_.]+)/g)].map(([, tag]) => tag))
    expect(wanted.length).toBeGreaterThan(5)
    for (const tag of new Set(wanted)) expect(tags).toContain(tag)
  })
})

describe('a link', () => {
  const links = allTexts(everything).flatMap((text) => [
    ...[...text.matchAll(/\]\((\/[^)]*)\)/g)].map(([, link = '']) => link),
    ...(text.startsWith('/') ? [text] : []),
  ])

  it.each([...new Set(links)])('%s', (link) => {
    expect(link).toMatch(/^\/(apm\/traces|profiling\/explorer)\?query=[^ "()<>]+$/)
    for (const [, variable] of link.matchAll(/\$([a-z]+)\.value/g)) {
      expect(textsOf('name', dashboard)).toContain(variable)
    }
  })

  it('leads from every group to traces and to profiles', () => {
    const groups = (dashboard as { widgets: { definition: { type: string } }[] }).widgets.filter(
      ({ definition }) => definition.type === 'group',
    )
    expect(groups).toHaveLength(6)
    for (const group of groups) {
      const [note = ''] = textsOf('content', group)
      expect(note).toContain('](/apm/traces?')
      expect(note).toContain('](/profiling/explorer?')
    }
  })
})
