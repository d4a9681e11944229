import { dateAndTime } from '../../../common/output/units'
import type { FlameData } from '../../../page/flame-data'
import { type Incident, isAlive } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import {
  allocatorRows,
  type Fact,
  jobRows,
  memoryFacts,
  processFacts,
  restartFacts,
  systemFacts,
} from '../incident-facts'
import { incidentSentence } from '../incident-sentence'
import { datadogFacts, whoAndWhy } from '../incident-summary'
import { pythonFrame } from '../python-frame'
import { flameSection } from './flame-section'
import { html, type Markup } from './html'
import { timeline } from './timeline'

/** All that one page shows. */
export interface IncidentView {
  readonly incident: Incident
  readonly failedJobs: readonly FailedJob[]
  readonly graphs: readonly FlameData[]
  /** The parts that could not be read, one line each. */
  readonly problems: readonly string[]
}

/** The incident's page, without what is around each page. */
export function incidentBody({ incident, failedJobs, graphs, problems }: IncidentView): Markup {
  const own = failedJobs.filter(({ incidentId }) => incidentId === incident.id)
  const drawing = timeline(incident, own)
  return html`<header>
<h1>${incidentSentence(incident, failedJobs)}</h1>
<p class="soft">Incident <code>${incident.id}</code>, ${dateAndTime(incident.at)}</p>
</header>
${adviceBox(incident.advice)}
${facts([...whoAndWhy(incident, failedJobs), ...memoryFacts(incident)])}
${problems.map((problem) => html`<p class="soft">${problem}</p>`)}
${titled('Memory', drawing)}
${graphs.map(flameSection)}
${titled(`Jobs ${isAlive(incident) ? 'under way' : 'lost'}`, jobsTable(incident, failedJobs))}
${titled('Who held the memory', allocatorTable(incident))}
${titled('Evidence', list(incident.evidence))}
${incident.stacks.map(({ thread, frames }) =>
  titled(`Python stack of ${thread}`, lines(frames.map(pythonFrame))),
)}
${titled('Stack', lines(incident.errorStack?.split('\n') ?? []))}
${titled('Last words', lines(incident.lastWords))}
${titled('Process and restart', facts([...processFacts(incident), ...restartFacts(incident)]))}
${titled('In Datadog', facts(datadogFacts(incident)))}
${titled('Versions', facts([...Object.entries(incident.versions), ...systemFacts(incident)]))}
<p class="soft">Made by Studio Datadog Monitor from the record of this incident. The home folder is written as ~, and what looks like a password or a key is left out. No prompt and no image is in it.</p>`
}

function adviceBox(advice: readonly string[]): Markup | null {
  return advice.length === 0
    ? null
    : html`<section class="advice"><h2>What to do</h2>${list(advice)}</section>`
}

function titled(title: string, body: Markup | null): Markup {
  return body === null
    ? html``
    : html`<h2>${title}</h2>
${body}`
}

function facts(all: readonly Fact[]): Markup | null {
  if (all.length === 0) return null
  return html`<dl>${all.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${value ?? 'not known'}</dd>
`,
  )}</dl>`
}

function list(texts: readonly string[]): Markup | null {
  return texts.length === 0 ? null : html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`
}

function lines(texts: readonly string[]): Markup | null {
  return texts.length === 0
    ? null
    : html`<pre>${texts.map(
        (text) => html`${text}
`,
      )}</pre>`
}

function jobsTable(incident: Incident, failedJobs: readonly FailedJob[]): Markup | null {
  const rows = jobRows(incident, failedJobs)
  if (rows.length === 0) return null
  return html`<table><thead><tr><th>Job</th><th>Id</th><th class="number">Ran for</th><th class="number">Done</th></tr></thead>
<tbody>${rows.map(
    ([title = '', id = '', ranFor = '', done = '']) =>
      html`<tr><td>${title}</td><td class="place">${id}</td><td class="number">${ranFor}</td><td class="number">${done}</td></tr>
`,
  )}</tbody></table>`
}

function allocatorTable(incident: Incident): Markup | null {
  const rows = allocatorRows(incident)
  if (rows.length === 0) return null
  return html`<table><thead><tr><th class="number">Share</th><th class="number">Memory</th><th class="number">With callees</th><th>Function</th><th>Place</th></tr></thead>
<tbody>${rows.map(
    ([share = '', memory = '', cumulative = '', name = '', place = '']) =>
      html`<tr><td class="number">${share}</td><td class="number">${memory}</td><td class="number">${cumulative}</td><td class="place">${name}</td><td class="place">${place}</td></tr>
`,
  )}</tbody></table>`
}
