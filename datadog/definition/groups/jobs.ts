import { profiles, profilesLink, traces, tracesLink } from '../links'
import { metric } from '../queries'
import { graph, group, note, spanList } from '../widgets'

const JOBS = 'operation_name:studio.job'
const links = [tracesLink('Traces of jobs', JOBS), profilesLink('Profiles')]

export const jobs = group('Jobs', 'vivid_blue', [
  [
    {
      definition: note(
        `${traces('Traces of jobs', JOBS)} · ${traces('of failed ones', `${JOBS} status:error`)} · ${traces('of waits', 'operation_name:studio.job.queue')} · ${profiles('CPU profiles while jobs run')}`,
      ),
      width: 12,
      height: 1,
    },
  ],
  [
    {
      definition: graph(
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
      width: 4,
      height: 3,
    },
    {
      definition: graph(
        'Failed jobs, by cause',
        {
          queries: { failed: metric('sum', 'studio.jobs.failed', { by: ['cause'] }) },
          formulas: [['failed', '']],
        },
        { as: 'bars', palette: 'warm', links: [tracesLink('Failed jobs', `${JOBS} status:error`)] },
      ),
      width: 4,
      height: 3,
    },
    {
      definition: graph(
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
      width: 4,
      height: 3,
    },
  ],
  [
    {
      definition: graph(
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
      width: 4,
      height: 3,
    },
    {
      definition: graph(
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
      width: 4,
      height: 3,
    },
    {
      definition: spanList('Latest failed jobs', `${JOBS} status:error`, [
        '@studio.job.name',
        '@studio.job.cause',
        '@duration',
      ]),
      width: 4,
      height: 3,
    },
  ],
  [
    {
      definition: graph(
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
      width: 6,
      height: 3,
    },
    {
      definition: graph(
        'How far forecasts of memory are off',
        {
          queries: { error: metric('avg', 'studio.jobs.forecast.error') },
          formulas: [['error', 'mean']],
        },
        { as: 'line', palette: 'purple', links },
      ),
      width: 6,
      height: 3,
    },
  ],
])
