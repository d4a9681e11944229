import type { FlameData, FlameKind } from '../../../page/flame-data'
import { flameData } from '../../profiling/flame-tree'
import type { Profile } from '../../profiling/profile'
import { measureOf } from '../../profiling/units'
import { html, jsonElement, type Markup, safeText } from './html'

/** Names of sample types that people read rather than the profiler's own word. */
const TITLES: Readonly<Record<string, string>> = {
  inuse_space: 'memory held',
  'heap-space': 'memory growth',
  alloc_space: 'memory allocated',
  wall: 'time',
  'wall-time': 'time',
  cpu: 'processor time',
  'cpu-time': 'processor time',
}

/** The colours' meanings, in the order in which they are told. */
const KINDS: readonly (readonly [FlameKind, string])[] = [
  ['code', 'code'],
  ['dependency', 'packages'],
  ['runtime', 'Node and Electron'],
  ['native', 'native code'],
  ['other', 'the monitor, V8'],
]

/** The graphs of a profile: of each type of memory and time or, where it has neither, of its default one. */
export function graphsOf(profile: Profile): FlameData[] {
  const measured = profile.sampleTypes.flatMap(({ unit }, type) =>
    measureOf(unit).name === 'count' ? [] : [type],
  )
  const types = measured.length > 0 ? measured : [profile.defaultType]
  return types.flatMap((type) => {
    const word = profile.sampleTypes[type]?.type ?? ''
    return flameData(profile, { title: TITLES[word] ?? word, type, scrub: safeText }) ?? []
  })
}

/** One graph with its title and the key to its colours; the page's script draws it. */
export function flameSection(data: FlameData): Markup {
  const kinds = new Set(data.places.map(({ kind }) => kind))
  const key = KINDS.filter(([kind]) => kinds.has(kind))
  return html`<section data-flame>
<h2>Flame graph: ${data.title}</h2>
<p class="soft by-hand">Each bar is a function, below the one that called it; its width is what it used with all that it called. Click to zoom.</p>
<p class="key">${key.map(([kind, words]) => html`<span><i class="${kind}"></i>${words}</span>`)}</p>
<noscript>The graph is drawn by the page's own script, which this browser does not run.</noscript>
${jsonElement(data)}
</section>`
}
