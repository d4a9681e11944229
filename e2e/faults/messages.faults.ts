import { strict as assert } from 'node:assert'
import path from 'node:path'
import { fault } from './support/fault'

const BYTES = 200 * 2 ** 20
/** Two processes copy them once each way; a schema over them took minutes. In milliseconds. */
const MOST_MS = 5_000

fault(
  {
    group: 'A hostile backend',
    fault: 'a message of 200 MiB of bytes',
    how: 'from the app to the backend, and from there back',
    holds: 'both arrive whole; the time is that of copying them',
  },
  async ({ start }) => {
    const app = start({
      app: path.join(__dirname, 'messaging-app'),
      backend: 'faults/returns-bytes.cjs',
      env: { MESSAGE_BYTES: String(BYTES) },
    })
    await app.studio.backendPid()
    await app.settled()
    app.studio.kill('SIGUSR1')
    const [, there] = await app.studio.said(new RegExp(`backend received ${BYTES} bytes after (\\d+) ms`))
    const [, back] = await app.studio.said(new RegExp(`main received ${BYTES} bytes after (\\d+) ms`))
    for (const ms of [there, back]) assert.ok(Number(ms) < MOST_MS, `${ms} ms`)
    const figure = await app.holds({ backend: 1 })
    assert.doesNotMatch(app.studio.stderr, /uncaught exception/)
    await app.end()
    return `${there} ms of the backend, ${back} ms of main; ${figure}`
  },
)
