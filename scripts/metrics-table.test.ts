import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { METRIC_NAMES } from '../src/main/datadog/metrics/registry'

const script = path.join(__dirname, 'metrics-table.mjs')

test('prints a row for every metric', () => {
  const { status, stdout } = spawnSync(process.execPath, [script, '--print'], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect([...stdout.matchAll(/^\| `([\w.]+)` \|(?: [^|]*\|){4}$/gm)].map(([, name]) => name)).toEqual(
    METRIC_NAMES,
  )
  expect(stdout).toContain('| gauge | byte per second |')
  expect(stdout).toContain('| `cause`, `oom` |')
})
