// The runner's end of the probe, in a process of its own as under the app. It answers with how late messages were.
import { cpSync } from 'node:fs'
import path from 'node:path'
import { EngineProbe } from '../../src/preload/engine/probe-link/engine-probe'

const [folder = '', source = '', profilesMs = '0'] = process.argv.slice(2)
cpSync(source, path.join(__dirname, 'probe'), { recursive: true })
/** @type {number[]} */
let delays = []

const profiling =
  profilesMs === '0' ? null : { folder: path.join(folder, 'profiles'), periodMs: Number(profilesMs) }

async function listen() {
  const probe = await EngineProbe.install({
    folder: path.join(folder, 'engine-probe'),
    tracer: null,
    profiling,
    say: () => {},
    foresees: true,
    onModules: null,
    holds: false,
    returning: null,
    api: /** @type {never} */ (null),
    onLeaving: () => {},
    onRestart: () => {},
  })
  const take = probe.onMessage.bind(probe)
  probe.onMessage = (message) => {
    // A profile is of the seconds before it.
    if ('at' in message && message.type !== 'profile') delays.push(Date.now() - message.at)
    take(message)
  }
  process.send?.({ environment: probe.environment, folder: probe.folder })
}

process.on('message', () => {
  process.send?.({ delays })
  delays = []
})
process.on('disconnect', () => process.exit(0))
listen()
