import type { Dashboard } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1'
import { deaths } from './groups/deaths'
import { engine } from './groups/engine'
import { fleet } from './groups/fleet'
import { jobs } from './groups/jobs'
import { memory } from './groups/memory'
import { monitor } from './groups/monitor'
import { note, place } from './widgets'

/** The mark in its description by which `import.mjs` finds the dashboard again. */
export const DASHBOARD_MARK = 'studio-datadog-monitor:dashboard'

const variable = (name: 'env' | 'service' | 'version') => ({ name, prefix: name, defaults: ['*'] })

const ABOUT = note(
  '**Hanzo Studio on desktops**: is each backend up, what do they die of, how near is memory to its limit, do jobs get ' +
    'done. Click on a graph for the traces and profiles of that moment. On a machine itself `studio-monitor incidents`, ' +
    '`jobs` and `doctor` tell more.',
)

export const dashboard: Dashboard = {
  title: 'Hanzo Studio on desktops',
  description: `Fleet health, deaths, memory, jobs, the Python engine, and the cost of watching. ${DASHBOARD_MARK}`,
  layoutType: 'ordered',
  reflowType: 'fixed',
  templateVariables: [variable('env'), variable('service'), variable('version')],
  widgets: place([
    [{ definition: ABOUT, width: 12, height: 1 }],
    [fleet],
    [deaths],
    [memory],
    [jobs],
    [engine],
    [monitor],
  ]),
}
