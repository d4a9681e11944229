import { readdirSync, readlinkSync } from 'node:fs'
import { expect, test } from './support/app/test'
import { canMakeMemoryCgroup, MemoryCgroup } from './support/memory-cgroup'
import { isAlive } from './support/process'

test('V8 heap exhaustion in a synchronous loop', async ({ launch }) => {
  const studio = launch({ env: { STUDIO_HEAP_LIMIT: '128MiB' } })
  const puppet = await studio.puppet()
  await puppet.start('a', { name: 'portrait', kind: 'image', progress: '0.25' })
  await puppet.start('b')
  await puppet.start('finished')
  await puppet.end('finished')
  await puppet.die('heap-out-of-memory')

  const incident = await studio.incident()
  expect(incident).toMatchObject({
    cause: 'heap-out-of-memory',
    oom: true,
    confidence: 'proven',
    reason: 'crashed',
  })
  expect(incident.evidence[0]).toContain('heap out of memory')
  expect(incident.advice[0]).toMatch(/^raise STUDIO_HEAP_LIMIT to \d+MiB: V8's limit was \d+(\.\d)? MiB, /)
  expect(incident.advice.join()).toContain('submit again what ran, with less to do or more memory: ')
  expect(incident.fingerprint).toMatch(/^studio:heap-out-of-memory:/)
  expect(incident.errorStack).toMatch(/^ {4}at .*puppet\.cjs:\d+/)
  expect(incident.jobIds.toSorted()).toEqual(['a', 'b'])
  const records = await studio.failedJobsOf(2)
  expect(records.find(({ jobId }) => jobId === 'a')).toMatchObject({
    schema: 1,
    name: 'portrait',
    kind: 'image',
    cause: 'heap-out-of-memory',
    oom: true,
    incidentId: incident.id,
    error: null,
    reported: false,
  })
  expect(records).toHaveLength(2)
  await studio.backendPid(2)
})

test('a SIGKILL that no counter explains away is told from the kernel’s', async ({ launch }) => {
  const studio = launch()
  const puppet = await studio.puppet()
  await puppet.start('a')
  process.kill(await studio.backendPid(), 'SIGKILL')
  const incident = await studio.incident()
  expect(incident).toMatchObject({ exitCode: 9, reason: 'killed', jobIds: ['a'] })
  // With a readable counter that did not grow it was not memory; without one it may have been.
  expect([
    { cause: 'killed', oom: false },
    { cause: 'kernel-oom-kill', oom: true },
  ]).toContainEqual({ cause: incident.cause, oom: incident.oom })
  await studio.backendPid(2)
})

test('a real kernel out-of-memory kill takes the backend and not the app', async ({ launch }, testInfo) => {
  const available = await canMakeMemoryCgroup()
  test.skip(!available.ok, available.ok ? '' : `no memory cgroup can be made here: ${available.reason}`)
  const cgroup = await MemoryCgroup.make(768 * 2 ** 20)
  try {
    // The monitor's own limit would be 90 % of the group's, and would act before the kernel does.
    const studio = launch({
      env: { STUDIO_MEMORY_LIMIT: '0' },
      wrap: (command, args) => cgroup.wrap(command, args),
    })
    const puppet = await studio.puppet()
    await puppet.start('a')
    await puppet.die('kernel-oom-kill')
    expect(await studio.incident()).toMatchObject({
      cause: 'kernel-oom-kill',
      oom: true,
      confidence: 'proven',
      exitCode: 9,
      jobIds: ['a'],
    })
    await studio.backendPid(2)
    expect(isAlive(studio.pid)).toBe(true)
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  } finally {
    testInfo.annotations.push({ type: 'oom_kill', description: String(await cgroup.oomKills()) })
    await cgroup.remove()
  }
})

test('abort', { tag: '@packed' }, async ({ launch }) => {
  const studio = launch()
  await (await studio.puppet()).die('abort')
  expect(await studio.incident()).toMatchObject({ cause: 'crash', oom: false, reason: 'crashed' })
  await studio.backendPid(2)
})

for (const how of ['throw', 'reject'] as const) {
  test(`an error that nobody caught (${how})`, async ({ launch }) => {
    const studio = launch()
    const puppet = await studio.puppet()
    await puppet.start('a')
    await puppet.die(how)
    const incident = await studio.incident()
    expect(incident).toMatchObject({ cause: 'error-exit', oom: false, exitCode: 1, reason: null })
    expect(incident.evidence.join()).toContain('that nobody')
    expect(incident.errorStack).toMatch(/^Error: an? .*that nobody.*\n {4}at /)
    expect(incident.before.times).toBe(0)
    const [record] = await studio.failedJobsOf(1)
    expect(record).toMatchObject({ cause: 'error-exit', error: { name: 'Error' } })
  })
}

test('an error exit', async ({ launch }) => {
  const studio = launch()
  await (await studio.puppet()).die('exit', 'FATAL: the model is corrupt')
  const incident = await studio.incident()
  expect(incident.evidence[0]).toBe('exited with code 7: FATAL: the model is corrupt')
  expect(incident.lastWords.at(-1)).toBe('FATAL: the model is corrupt')
  expect(incident).toMatchObject({
    cause: 'error-exit',
    oom: false,
    exitCode: 7,
    reason: null,
  })
})

for (const backend of ['throws-at-load.cjs', 'rejects-at-load.mjs']) {
  test(`an entry that ${backend} is not started for ever`, async ({ launch }) => {
    const studio = launch({ backend, env: { STUDIO_RESTART_LIMIT: '2/10m' } })
    await studio.said(/died 2 times within 10 min: not restarting/)
    expect(studio.incidents()).toMatchObject([
      { cause: 'launch-failed', restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1 } },
      { cause: 'launch-failed', restart: { decision: 'give-up', delayMs: null, deathsInWindow: 2 } },
    ])
    expect(studio.incidents()[0]?.evidence.join()).toContain('the model folder is not there')
    expect(studio.stderr).toContain('TypeError: the model folder is not there')
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  })
}

test('a start of the backend costs the app no file descriptor', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'reads /proc')
  const studio = launch()
  const first = await studio.puppet()
  const before = nullDevices(studio.pid)
  await first.die('exit')
  await (await studio.puppet(2)).die('exit')
  await studio.puppet(3)
  expect(nullDevices(studio.pid)).toBe(before)
})

/** Counts the descriptors that Electron leaks with each fork; others come and go. */
function nullDevices(pid: number): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((name) => readLink(`${folder}/${name}`) === '/dev/null').length
}

function readLink(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    // It has just been closed.
    return null
  }
}

test('a clean exit is no death, and ends the app', async ({ launch }) => {
  const studio = launch()
  await (await studio.puppet()).die('clean-exit')
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  await studio.gone()
  expect(studio.incidents()).toEqual([])
})

test('with restarts switched off the app ends with its backend', async ({ launch }) => {
  const studio = launch({ env: { STUDIO_RESTART: 'never' } })
  await (await studio.puppet()).die('exit')
  expect(await studio.exited).toEqual({ code: 1, signal: null })
  expect(studio.incidents()).toMatchObject([{ cause: 'error-exit', restart: { decision: 'none' } }])
})
