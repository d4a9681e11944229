// What `studio-datadog-monitor/register` is: the tracer, from V8's code cache.
import path from 'node:path'
import { runScript } from '../compiled/script'
import { growNewSpaceAtOnce } from './new-space'

growNewSpaceAtOnce()

export = runScript(path.join(__dirname, 'tracer.js')) as typeof import('./tracer')
