import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()
test.slow()

test('the doctor tells of the engine: before its first start, and while it runs', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const env = engine.settings()
  const ask = async (dataFolder?: string) => {
    const doctor = launch({
      backend: null,
      env,
      args: ['doctor', '--json'],
      ...(dataFolder && { dataFolder }),
    })
    await doctor.exited
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { check: string; state: string; details: string[] }[]
    }
    return checks.find(({ check }) => check === 'engine')
  }
  const before = await ask()
  expect(before).toMatchObject({ state: 'ok' })
  expect(before?.details).toContain('Python, ddtrace and hooks: known once the engine has been started')

  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  const running = await ask(studio.dataFolder)
  expect(running).toMatchObject({ state: 'ok' })
  const details = running?.details.join('\n')
  expect(details).toContain(`program: ${engine.python}; folder: ${env.STUDIO_ENGINE_CWD}`)
  expect(details).toMatch(/Python 3\.\d+\.\d+, \S+ \(last start\)/)
  expect(details).toContain('"pip install ddtrace" in that Python brings it')
  expect(details).toContain('probe: all hooks found')
  expect(details).toContain(`port: 127.0.0.1:${engine.port}; its jobs are listed by /queue`)
  expect(details).toMatch(/custom_nodes: 1 pack took \d+\.\d s and .+ to load \(test_pack\)/)
  expect(details).toMatch(/GPU: /)
})
