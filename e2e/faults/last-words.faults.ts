import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { times } from '../../testing/form/form'
import { waitFor } from '../../testing/waiting/wait-for'
import { fault } from './support/fault'
import { newMark } from './support/marks'

const DEATHS = times(30, 200)

fault(
  {
    group: 'Deaths of the backend, in every state of the supervisor',
    fault: `a last line on stderr, ${DEATHS} deaths`,
    how: 'SIGKILL right after the line was written; each time it is started again at once',
    holds: 'every line is on the terminal, in the log and in the incident',
    timeout: 300_000,
  },
  async ({ launch }) => {
    const app = path.join(__dirname, '../soak/app')
    const mark = newMark()
    const env = {
      STUDIO_RESTART_LIMIT: `${DEATHS * 2}/10m`,
      STUDIO_BACKEND_ARGS: JSON.stringify([mark]),
      DD_PROFILING_ENABLED: 'false',
    }
    const studio = launch({ app, backend: 'faults/last-words.cjs', env })
    const [, port] = await studio.said(/app listens on (\d+)/)
    await waitFor(
      async () => {
        await fetch(`http://127.0.0.1:${port}/hurry`, { headers: { connection: 'close' } })
        return studio.incidents().length >= DEATHS
      },
      { what: () => `${DEATHS} deaths, there were ${studio.incidents().length}`, timeout: 240_000 },
    )
    assert.deepEqual(await studio.quit(), { code: 0, signal: null })
    const log = readFileSync(path.join(studio.dataFolder, 'logs/backend.jsonl'), 'utf8')
    for (const text of [studio.stderr, log]) {
      const lost = Array.from({ length: DEATHS }, (_, n) => n + 1).filter(
        (n) => !text.includes(`last words number ${n}.`),
      )
      assert.deepEqual(lost, [], 'the last words of these are lost')
    }
    const recorded = studio.incidents().flatMap(({ lastWords }) => lastWords)
    const unrecorded = Array.from({ length: DEATHS }, (_, n) => `last words number ${n + 1}.`).filter(
      (line) => !recorded.includes(line),
    )
    assert.deepEqual(unrecorded, [], 'the incidents have not these last words')
    return `${DEATHS} of ${DEATHS}`
  },
)
