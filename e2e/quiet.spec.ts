import { expect, test } from './support/app/test'

test('a Studio without an Agent says that once, and of its death who it was and what to type', async ({
  launch,
}) => {
  const studio = launch({ env: { STUDIO_HEAP_LIMIT: '256MiB' } })
  const puppet = await studio.puppet()
  await puppet.work('done')
  await studio.said(/do not reach the Datadog Agent/)
  await puppet.start('lost')
  await puppet.die('heap-out-of-memory')
  const incident = await studio.incident()
  const again = await studio.puppet(2)
  await again.start('cancelled')
  await studio.seenJobs('cancelled')
  studio.kill('SIGINT')
  expect(await studio.exited).toEqual({ code: 0, signal: null })

  const lines = studio.log().filter(({ level }) => level !== 'debug')
  const about = (what: RegExp) => lines.map(({ message }) => message).filter((message) => what.test(message))
  expect(about(/\bAgent\b.*\bdo(es)? not|not .*\bAgent\b/)).toEqual([
    expect.stringMatching(
      /^incidents and failed jobs do not reach the Datadog Agent, nor do profiles and traces: /,
    ),
  ])
  const [death = ''] = about(/died/)
  expect(death).toMatch(/; culprit: [\w-]+ \(\S+:\d+\) with \d+ %; jobs lost: 1; restarting now;/)
  const [, command = ''] = /; incident \S+: studio-monitor (.+)$/.exec(death) ?? []
  expect(command).toBe(`--user-data-dir=${studio.userData} incidents ${incident.id.slice(-4)}`)
  expect(lines.at(-1)?.message).toBe('ended; 1 job was cancelled')
  // The start, the backend twice, the Agent, the death, the end: no other line is worth a person's time.
  expect(lines.map(({ message }) => message)).toHaveLength(8)

  const shown = launch({ dataFolder: studio.dataFolder, args: command.split(' ').slice(1) })
  expect(await shown.exited).toMatchObject({ code: 0 })
  expect(shown.stdout).toContain(incident.id)
})
