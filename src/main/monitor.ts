// The module `studio-datadog-monitor`: the monitor, from V8's code cache.
import path from 'node:path'
import { homeFolder } from '../common/bundle/home'
import { runScript } from '../common/bundle/script'

export = runScript(
  path.join(homeFolder(__dirname), 'monitor.js'),
) as typeof import('./monitoring/start-monitor')
