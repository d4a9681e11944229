import { dateAndTime, duration } from '../../../common/output/units'
import type { Profile } from '../../profiling/profile'
import { flameSection, graphsOf } from './flame-section'
import { html, type Markup } from './html'

/**
 * The page of any pprof, without what is around each page.
 * @param name the file's name
 */
export function profileBody(profile: Profile, name: string): Markup {
  const graphs = graphsOf(profile)
  const time = profile.time === null ? '' : dateAndTime(new Date(profile.time).toISOString())
  const long = profile.durationMs === null ? '' : `over ${duration(profile.durationMs)}`
  const samples = `${profile.stacks.length} ${profile.stacks.length === 1 ? 'sample' : 'samples'}`
  return html`<header>
<h1>${name}</h1>
<p class="soft">${[samples, long, time].filter((words) => words !== '').join(', ')}</p>
</header>
${graphs.length === 0 ? html`<p>No samples.</p>` : graphs.map(flameSection)}`
}
