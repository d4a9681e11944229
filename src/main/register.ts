// The export `studio-datadog-monitor/register`: the tracer, from V8's code cache.
import path from 'node:path'
import { homeFolder } from '../common/bundle/home'
import { runScript } from '../common/bundle/script'
import { tooOldElectron } from './startup/electron-version'
import { growNewSpaceAtOnce } from './startup/new-space'

const tooOld = tooOldElectron(process.versions.electron)
if (tooOld !== null) process.stderr.write(`${tooOld}\n`)
growNewSpaceAtOnce()

export = runScript(path.join(homeFolder(__dirname), 'tracer.js')) as typeof import('./startup/tracer')
