import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, heading, row, spanList } from '../widgets'

const JOBS = 'operation_name:studio.job'
const links = [tracesLink('Traces of jobs', JOBS), profilesLink('Profiles')]

export const jobs = group('Jobs', 'vivid_blue', [
  heading(
    `${traces('Traces of jobs', JOBS)} · ${traces('of failed ones', `${JOBS} status:error`)} · ${traces('of waits', 'operation_name:studio.job.queue')} · ${profiles('CPU profiles while jobs run')}`,
  ),
  row([
    graph(
      'Jobs',
      {
        queries: {
          started: metric('sum', 'studio.jobs.started'),
          completed: metric('sum', 'studio.jobs.completed'),
          cancelled: metric('sum', 'studio.jobs.cancelled'),
          resubmitted: metric('sum', 'studio.jobs.resubmitted'),
        },
        formulas: [
          ['started', 'started'],
          ['completed', 'completed'],
          ['default_zero(cancelled)', 'cancelled'],
          ['default_zero(resubmitted)', 'resubmitted'],
        ],
      },
      { as: 'line', palette: 'cool', links },
    ),
    graph(
      'Failed jobs, by cause',
      {
        queries: { failed: metric('sum', 'studio.jobs.failed', { by: ['cause'] }) },
        formulas: [['failed', '']],
      },
      { as: 'bars', palette: 'warm', links: [tracesLink('Failed jobs', `${JOBS} status:error`)] },
    ),
    graph(
      'Running and waiting',
      {
        queries: {
          running: metric('sum', 'studio.jobs.running'),
          queued: metric('sum', 'studio.jobs.queued'),
        },
        formulas: [
          ['running', 'running'],
          ['queued', 'waiting'],
        ],
      },
      { as: 'area', palette: 'dog_classic', links },
    ),
  ]),
  row([
    graph(
      'How long a job takes',
      {
        queries: {
          mean: metric('avg', 'studio.jobs.duration', { where: { end: 'done' } }),
          longest: metric('max', 'studio.jobs.duration', { where: { end: 'done' } }),
        },
        formulas: [
          ['mean', 'mean'],
          ['longest', 'longest'],
        ],
      },
      { as: 'line', palette: 'purple', links },
    ),
    graph(
      'How long it waited before',
      {
        queries: {
          mean: metric('avg', 'studio.jobs.wait'),
          longest: metric('max', 'studio.jobs.wait'),
        },
        formulas: [
          ['mean', 'mean'],
          ['longest', 'longest'],
        ],
      },
      {
        as: 'line',
        palette: 'orange',
        links: [tracesLink('Waits', 'operation_name:studio.job.queue')],
      },
    ),
    spanList('Latest failed jobs', `${JOBS} status:error`, [
      '@studio.job.name',
      '@studio.job.cause',
      '@duration',
    ]),
  ]),
  row([
    graph(
      'Jobs that were expected to fit, and not to',
      {
        queries: {
          fit: metric('sum', 'studio.jobs.forecast', { where: { fits: 'true' } }),
          unfit: metric('sum', 'studio.jobs.forecast', { where: { fits: 'false' } }),
          wrong: metric('sum', 'studio.jobs.forecast.false_alarms'),
          held: metric('sum', 'studio.jobs.held'),
        },
        formulas: [
          ['default_zero(fit)', 'fit'],
          ['default_zero(unfit)', 'do not fit'],
          ['default_zero(wrong)', 'did all the same'],
          ['default_zero(held)', 'held until there was room'],
        ],
      },
      {
        as: 'bars',
        palette: 'warm',
        links,
      },
    ),
    graph(
      'How far forecasts of memory are off',
      {
        queries: { error: metric('avg', 'studio.jobs.forecast.error') },
        formulas: [['error', 'mean']],
      },
      { as: 'line', palette: 'purple', links },
    ),
  ]),
])
