import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { folderWithIncidents, NEW, OLD, OLDEST } from './testing/incidents-folder'
import { run, writeIncident } from './testing/run'

describe('the list', () => {
  it('fits 80 columns', async () => {
    const { code, stdout, stderr } = await run(folderWithIncidents(), ['incidents'])
    expect(stdout).toBe(`\
WHEN       CAUSE, ID                            OOM  CONFIDENCE  JOBS  RESTART
2 min ago  killed by the system, out of memory  yes  proven         2  at once
           20261123-201300-3f9a
2 d ago    killed from outside                  yes  suspected      0  gave up
           20261121-100000-aaaa
2 d ago    exited with an error                 no   proven         2  in 2 s
           20261121-095500-bbbb
`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('is JSON on request, newest first', async () => {
    const { stdout } = await run(folderWithIncidents(), ['incidents', '--json'])
    expect(JSON.parse(stdout)).toEqual([NEW, OLD, OLDEST])
  })

  it.each([
    [
      ['--limit', '2'],
      [NEW, OLD],
    ],
    [['--since', '1d'], [NEW]],
    [
      ['--since', '2026-11-21T10:00:00Z'],
      [NEW, OLD],
    ],
  ])('holds what %j leaves', async (options, records) => {
    const { stdout } = await run(folderWithIncidents(), ['incidents', '--json', ...options])
    expect(JSON.parse(stdout)).toEqual(records)
  })

  it('says when it is empty', async () => {
    expect(await run(temporaryFolder(), ['incidents'])).toEqual({
      code: 0,
      stdout: 'No incidents on record.\n',
      stderr: '',
    })
  })
})

describe('one incident', () => {
  it.each([NEW.id, '20261123', '20261123-2', '3f9a', 'last'])('is found by %s', async (id) => {
    const { code, stdout } = await run(folderWithIncidents(), ['incidents', id, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual(NEW)
  })

  it('is found by its whole id though another begins with it', async () => {
    const folder = folderWithIncidents()
    const short = { ...NEW, id: '20261123' }
    writeIncident(folder, short)
    const { stdout } = await run(folder, ['incidents', '20261123', '--json'])
    expect(JSON.parse(stdout)).toEqual(short)
  })

  it.each([
    ['20261121', '2 incidents fit "20261121": 20261121-100000-aaaa, 20261121-095500-bbbb'],
    [
      'nope',
      'no incident begins or ends with "nope": the newest are 20261123-201300-3f9a, 20261121-100000-aaaa, 20261121-095500-bbbb',
    ],
  ])('%s ends with 1 and the candidates', async (id, line) => {
    expect(await run(folderWithIncidents(), ['incidents', id])).toEqual({
      code: 1,
      stdout: '',
      stderr: `studio-monitor: ${line}\n`,
    })
  })

  it('is not looked for in an empty record', async () => {
    const { code, stderr } = await run(temporaryFolder(), ['incidents', '2026'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'studio-monitor: no incident "2026": there are none on record\n',
    })
  })

  it.each([
    [['a', 'b'], 'one ID at a time, not also "b"'],
    [['a', '--limit', '1'], '--since, --limit and --follow are for the list, not for one ID'],
  ])('is asked for wrongly by %j', async (args, line) => {
    const { code, stderr } = await run(temporaryFolder(), ['incidents', ...args])
    expect({ code, stderr }).toEqual({ code: 2, stderr: `studio-monitor: incidents: ${line}\n` })
  })
})
