import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { incident } from '../../cli/testing/incident-sample'
import { writeIncident } from '../../cli/testing/run'
import { temporaryFolder } from '../jobs/testing/temporary-folder'
import { readIncidents } from './read-incidents'

const FIRST = incident({ id: '20261123-201300-ffff', at: '2026-11-23T20:13:00.000Z' })
/** An incident in the same second, so that the ids do not tell which came first. */
const SECOND = incident({ id: '20261123-201300-0000', at: '2026-11-23T20:13:00.900Z' })

describe('readIncidents', () => {
  it('reads what is there, newest last', () => {
    const folder = temporaryFolder()
    writeIncident(folder, SECOND)
    writeIncident(folder, FIRST)
    expect(readIncidents(folder)).toEqual({ incidents: [FIRST, SECOND], problems: [] })
  })

  it.each(['', 'never-started'])('finds nothing in a new data folder %j', (name) => {
    expect(readIncidents(join(temporaryFolder(), name))).toEqual({ incidents: [], problems: [] })
  })

  it('names each file that is no incident and reads the others', () => {
    const folder = temporaryFolder()
    writeIncident(folder, FIRST)
    writeIncident(folder, SECOND, 'copy.json')
    const inside = (name: string) => join(folder, 'incidents', name)
    writeFileSync(inside('a-half.json'), JSON.stringify(FIRST).slice(0, 100))
    writeFileSync(inside('b-foreign.json'), '{"hello": 1}')
    writeFileSync(inside('c-newer.json'), JSON.stringify({ ...FIRST, schema: 2 }))
    writeFileSync(inside('d-when.json'), JSON.stringify({ ...FIRST, at: 'yesterday' }))
    writeFileSync(inside('d-why.json'), JSON.stringify({ ...FIRST, cause: `\u001b[2J${'x'.repeat(10_000)}` }))
    writeFileSync(inside('e-null.json'), 'null')
    writeFileSync(inside('f-large.json'), Buffer.alloc(17 * 1024 * 1024))
    mkdirSync(inside('g-folder.json'))
    writeFileSync(inside('notes.txt'), 'not looked at')
    writeFileSync(inside('x.json.damaged-20261123T201300Z'), 'not looked at')

    const { incidents, problems } = readIncidents(folder)
    expect(incidents).toEqual([FIRST])
    expect(problems.map((problem) => problem.replace('could not be read: ', ''))).toEqual([
      'incidents/a-half.json it is not JSON',
      'incidents/b-foreign.json it is not an incident: schema: Invalid key: Expected "schema" but received undefined',
      'incidents/c-newer.json it is not an incident: schema: Invalid type: Expected 1 but received 2',
      'incidents/copy.json it holds another incident, 20261123-201300-0000',
      'incidents/d-when.json it is not an incident: at: not a time',
      expect.stringMatching(/^incidents\/d-why.json it is not an incident: cause: [^\p{Cc}]{1,200}…$/u),
      'incidents/e-null.json it is not an incident: all of it: Invalid type: Expected Object but received null',
      'incidents/f-large.json it has 17825792 bytes',
      'incidents/g-folder.json it is not a regular file',
    ])
  })

  it.skipIf(process.platform === 'win32')('is not held up by a pipe', () => {
    const folder = temporaryFolder()
    writeIncident(folder, FIRST)
    execFileSync('mkfifo', [join(folder, 'incidents', 'pipe.json')])
    expect(readIncidents(folder)).toEqual({
      incidents: [FIRST],
      problems: ['incidents/pipe.json could not be read: it is not a regular file'],
    })
  })

  it('says nothing of a file that is gone when it is read', () => {
    const folder = temporaryFolder()
    writeIncident(folder, FIRST)
    symlinkSync('gone', join(folder, 'incidents', 'listed.json'))
    expect(readIncidents(folder)).toEqual({ incidents: [FIRST], problems: [] })
  })

  it('says when there is no folder to read', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'incidents'), '')
    const { incidents, problems } = readIncidents(folder)
    expect(incidents).toEqual([])
    expect(problems).toEqual([expect.stringMatching(/^the incidents could not be read: ENOTDIR/)])
  })
})
