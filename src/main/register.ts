// The export `studio-datadog-monitor/register`: the tracer, from V8's code cache.
import path from 'node:path'
import { runScript } from '../common/bundle/script'
import { growNewSpaceAtOnce } from './startup/new-space'

growNewSpaceAtOnce()

export = runScript(path.join(__dirname, 'tracer.js')) as typeof import('./startup/tracer')
