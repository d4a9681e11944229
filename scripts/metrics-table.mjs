// @ts-check
// The table of metrics, from the registry in the code: see generated-table.mjs.
import { generateTable, loadTypeScript, markdownTable } from './generated-table.mjs'

await generateTable({
  name: 'metrics',
  file: 'docs/metrics.md',
  script: 'scripts/metrics-table.mjs',
  async markdown() {
    /** @type {{ METRICS: Record<string, import('../src/main/datadog/metrics/registry').MetricDefinition> }} */
    const { METRICS } = await loadTypeScript('src/main/datadog/metrics/registry.ts')
    return markdownTable([
      ['name', 'type', 'unit', 'tags', 'meaning'],
      ...Object.entries(METRICS).map(([name, { type, unit, perUnit, tags, meaning }]) => [
        `\`${name}\``,
        type,
        perUnit === null ? (unit ?? '') : `${unit} per ${perUnit}`,
        Object.keys(tags)
          .map((tag) => `\`${tag}\``)
          .join(', '),
        meaning,
      ]),
    ])
  },
})
