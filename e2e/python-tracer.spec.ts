import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Agent } from '../testing/agent/agent'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()

/** A span that ddtrace makes in the engine while a node asks a database. */
async function engineSpan(engine: PublishedEngine, agent: Agent) {
  expect(await engine.ended(await engine.submit([['Query']]))).toBe('success')
  return agent.waitForSpan(({ name }) => name === 'sqlite.query')
}

/** A shell script like those that people start the engine with. */
function shellScript(...lines: readonly string[]): string {
  const script = test.info().outputPath('start.sh')
  writeFileSync(script, ['#!/bin/sh', ...lines].join('\n'))
  chmodSync(script, 0o700)
  return script
}

const COMMANDS: readonly [
  how: string,
  command: (python: string, bin: string) => readonly string[],
  told: RegExp,
][] = [
  ['its Python', (python) => [python, '-u'], /its Python is traced by ddtrace/],
  [
    'uv run',
    (python, bin) => [path.join(bin, 'uv'), 'run', '--no-project', '--offline', '--python', python, 'python'],
    /its Python is traced by ddtrace/,
  ],
  [
    'its own ddtrace-run',
    (python, bin) => [path.join(bin, 'ddtrace-run'), python],
    /its Python is traced: the command runs ddtrace-run itself/,
  ],
  [
    'a shell script with ddtrace-run',
    (python, bin) => [shellScript(`exec ${path.join(bin, 'ddtrace-run')} ${python} "$@"`)],
    /its Python is not traced: \S+start.sh is no Python that could be asked for ddtrace/,
  ],
]

for (const [how, command, told] of COMMANDS) {
  test(`ddtrace makes spans in an engine that is started by ${how}`, async ({ launch, agent }) => {
    const engine = await PublishedEngine.create({ ddtrace: true })
    const studio = launch({
      backend: null,
      env: {
        DD_TRACE_AGENT_URL: agent.url,
        ...engine.settings(...command(engine.python, path.dirname(engine.python))),
        // The double of the Agent does not speak v0.5, ddtrace's own choice.
        DD_TRACE_API_VERSION: 'v0.4',
        DD_SERVICE: 'studio',
        DD_TAGS: 'team:a',
      },
    })
    await studio.said(told)
    await studio.said(/the engine answers at /)
    expect(await engineSpan(engine, agent)).toMatchObject({
      // A database is a service of its own to ddtrace.
      meta: { '_dd.base_service': 'studio', env: 'production', team: 'a', 'studio.process': 'engine' },
    })
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(studio.incidents()).toEqual([])
  })
}

test('an engine whose Python ignores PYTHONPATH runs, and is not said to be traced', async ({ launch }) => {
  const engine = await PublishedEngine.create({ ddtrace: true })
  // The modules that the published package leaves out come by PYTHONPATH as well: here they have to come in another way.
  const script = test.info().outputPath('launch.py')
  writeFileSync(
    script,
    [
      'import runpy, sys',
      `sys.path[:1] = [".", ${JSON.stringify(engine.standIns)}]`,
      'sys.modules.pop("sitecustomize", None)',
      'import sitecustomize',
      'sys.argv = sys.argv[1:]',
      'runpy.run_path("main.py", run_name="__main__")',
    ].join('\n'),
  )
  const studio = launch({ backend: null, env: engine.settings(engine.python, '-E', script) })
  await studio.said(/its Python is not traced: it ignores PYTHONPATH/)
  await studio.said(/the engine answers at /)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
