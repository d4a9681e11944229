import { flushTraces, sendTraces, type UnsentTraces } from '../../common/tracing/dd-trace/flush'
import { AgentAway } from '../datadog/agent/agent-away'
import { TraceReachability } from '../datadog/agent/trace-reachability'
import { metricsClient, openIntake } from '../datadog/intake/open-intake'
import { EarlyLines } from '../datadog/logs/early-lines'
import { LogDelivery } from '../datadog/logs/log-delivery'
import { StudioMetrics } from '../datadog/metrics/studio-metrics'
import { reportIdentity } from '../datadog/spans/identity'
import { withOwnService } from '../datadog/spans/own-service'
import type { AppLogger } from '../logging/app-logger-shape'
import type { Log } from '../logging/log'
import { type Logs, openLogs } from '../logging/logs'
import { logUncaught } from '../logging/uncaught'
import type { FailedJob } from '../records/jobs/failed-job'
import { boot, origins, settings, tracedEnvironment, way } from '../startup/tracer'
import type { MessageReceivers } from './backend-messages'
import type { BackendInstance } from './instance/backend-instance'
import { logContext } from './lifecycle-log'
import { Records } from './record-keeper'
import type { AgentStatus } from './status/status'

/** The time that the Agent gets to answer at the end, in milliseconds. */
const FLUSH_DEADLINE_MS = 2_500

export interface ReportingOptions {
  readonly dataFolder: string
  readonly logger: AppLogger | null
  /** The entry of the backend; its folder tells the user's own code from libraries. */
  readonly entry: () => string
  readonly run: () => BackendInstance | null
  /** Called with the log before anything else is opened that may write to it. */
  readonly onLog: (log: Log) => void
  readonly onJobFailed: (job: FailedJob) => void
}

/** All that is told of the backend, and its ways out: log, records, metrics, spans. */
export class Reporting {
  readonly logs: Logs
  readonly records: Records
  readonly metrics: StudioMetrics
  readonly #traces: TraceReachability
  readonly #away: AgentAway | undefined
  /** `null` unless `STUDIO_LOGS=send`. */
  readonly logDelivery: LogDelivery | null
  readonly receivers: MessageReceivers
  readonly #stopLoggingUncaught: () => void
  readonly #sending = new Set<Promise<void>>()

  constructor({ dataFolder, logger, entry, run, onLog, onJobFailed }: ReportingOptions) {
    const lines = new EarlyLines()
    this.logs = openLogs(dataFolder, Date.now, logContext, { logger, onLine: (line) => lines.take(line) })
    const { log } = this
    this.#stopLoggingUncaught = logUncaught(log)
    onLog(log)
    const environment = tracedEnvironment()
    const intake = openIntake({ way, env: settings.DD_ENV, log, environment })
    const identity = reportIdentity(settings, boot.tracer, environment, origins.DD_VERSION === 'default')
    const sendsLogs = settings.STUDIO_LOGS === 'send' && identity !== null
    const away = way.kind === 'agent' ? new AgentAway(log) : undefined
    this.#away = away
    this.logDelivery = sendsLogs
      ? new LogDelivery({ intake, identity, log, away, random: Math.random })
      : null
    lines.open((line) => this.logDelivery?.line(line))
    const onBack = () => this.records.agentIsBack()
    this.metrics = new StudioMetrics({
      client: metricsClient({ way, intake, tracer: boot.tracer, onSent: onBack }),
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      memory: () => run()?.memory() ?? null,
      waiting: () => this.records.waiting(),
    })
    this.records = new Records({
      dataFolder,
      entry,
      jobsKept: settings.STUDIO_JOBS_KEEP,
      memoryLimitBytes: settings.STUDIO_MEMORY_LIMIT,
      intake,
      identity,
      log,
      away,
      backendPid: () => run()?.pid ?? null,
      onJobFailed: (job) => {
        this.metrics.jobFailed(job)
        onJobFailed(job)
      },
    })
    this.#traces = new TraceReachability(log, onBack, away)
    boot.tap?.open((payload) => this.records.takeSpans(payload))
    boot.traces?.watch((failure) => this.#traces.told(failure))
    this.receivers = {
      log,
      records: this.records,
      metrics: this.metrics,
      traces: this.#traces,
      sendTraces: (unsent) => this.#send(unsent),
    }
    for (const job of this.records.jobs.recovered) this.metrics.jobFailed(job)
  }

  get log(): Log {
    return this.logs.monitor
  }

  /** The reachability of the Agent for traces; `null` where that is not known, or there is none. */
  get agent(): AgentStatus | null {
    const { failure } = this.#traces
    return failure === undefined ? null : { reachable: failure === null, reason: failure }
  }

  /** Sends what is known, as far as that goes within the Agent's time. */
  async flush(): Promise<void> {
    const flushed = flushTraces(boot.tracer, FLUSH_DEADLINE_MS)
    await Promise.all([
      this.records.flush(FLUSH_DEADLINE_MS, flushed),
      flushed,
      this.metrics.flush(FLUSH_DEADLINE_MS),
    ])
  }

  /** Writes down what is open and sends what is known; the log stays open. */
  async stop(): Promise<void> {
    const flushed = flushTraces(boot.tracer, FLUSH_DEADLINE_MS)
    await Promise.all([
      this.records.stop(FLUSH_DEADLINE_MS, flushed),
      flushed,
      this.metrics.stop(FLUSH_DEADLINE_MS),
      this.logDelivery?.stop(FLUSH_DEADLINE_MS),
      ...this.#sending,
    ])
    this.#away?.stop()
    // Main's spans wait for the next start, in bounded memory.
    boot.tap?.close()
    boot.traces?.watch(() => {})
    this.#stopLoggingUncaught()
  }

  #send(traces: UnsentTraces): void {
    const payload = withOwnService(traces.payload, settings.DD_SERVICE)
    if (payload === null) {
      this.log.warn('the spans that the backend handed over are not sent: they are none, or too many')
      return
    }
    const sent = sendTraces(boot.tracer, { ...traces, payload }, FLUSH_DEADLINE_MS).finally(() =>
      this.#sending.delete(sent),
    )
    this.#sending.add(sent)
  }
}
