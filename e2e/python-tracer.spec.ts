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

/** A script that finds by itself what the published package leaves out, as it comes by PYTHONPATH too. */
function scriptOfItsOwn(engine: PublishedEngine): string {
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
  return script
}

for (const [how, python] of [
  ['-E', (engine) => [engine.python, '-E']],
  ['-I', (engine) => [engine.python, '-I']],
  // As the portable build on Windows, whose `._pth` file isolates it: nothing in the command tells.
  ['a file beside it', (engine) => [isolated(engine.python)]],
] as [string, (engine: PublishedEngine) => string[]][]) {
  test(`an engine whose Python ignores PYTHONPATH by ${how} is traced, and says what it does`, async ({
    launch,
    agent,
  }) => {
    const engine = await PublishedEngine.create({ ddtrace: true })
    const studio = launch({
      backend: null,
      env: {
        DD_TRACE_AGENT_URL: agent.url,
        ...engine.settings(...python(engine), scriptOfItsOwn(engine)),
        DD_TRACE_API_VERSION: 'v0.4',
      },
    })
    await studio.said(/its Python is traced by ddtrace/)
    await studio.said(/the engine says what it does/)
    await studio.said(/the engine answers at /)
    await engineSpan(engine, agent)
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(studio.incidents()).toEqual([])
  })
}

/** A Python that is isolated without an option. */
function isolated(python: string): string {
  const program = test.info().outputPath('python3')
  writeFileSync(program, ['#!/bin/sh', `exec ${python} -I "$@"`].join('\n'))
  chmodSync(program, 0o700)
  return program
}

test('an engine whose Python ignores PYTHONPATH runs without the probe too, and is not said to be traced', async ({
  launch,
}) => {
  const engine = await PublishedEngine.create({ ddtrace: true })
  const studio = launch({
    backend: null,
    env: {
      ...engine.settings(engine.python, '-E', scriptOfItsOwn(engine)),
      STUDIO_ENGINE_PROBE: 'false',
    },
  })
  await studio.said(/its Python is not traced: it ignores PYTHONPATH/)
  await studio.said(/the engine answers at /)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
