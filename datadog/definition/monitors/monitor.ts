import type { Monitor } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1'

/** The tag by which `import.mjs` finds its monitors again. */
export const MONITOR_TAG = 'studio_monitor'

interface Alert {
  /** File name, tag, and heading of its section in `datadog/README.md`. */
  readonly id: string
  readonly name: string
  readonly query: string
  /** The meaning and what to do, one paragraph each. */
  readonly message: readonly string[]
  /** The priority from 1, the highest, to 5. */
  readonly priority: number
  readonly thresholds: { readonly critical: number; readonly warning?: number }
  /** True where the query counts what is sent now and then: a group may begin with what is to be told. */
  readonly isSparse?: boolean
  /** True where the message says that something held for so many minutes. */
  readonly isForWholeWindow?: boolean
  readonly more?: Monitor['options']
}

/** A metric monitor, in the form that all of ours have. */
export function monitor({
  id,
  name,
  query,
  message,
  priority,
  thresholds,
  isSparse = false,
  isForWholeWindow = false,
  more,
}: Alert): Monitor {
  const readMore = `What to do is in datadog/README.md, under "${name}". On the machine itself \`studio-monitor doctor\` checks the installation.`
  return {
    name: `Studio: ${name}`,
    type: 'query alert',
    query,
    message: [...message, readMore].join('\n\n'),
    tags: ['app:hanzo-studio', `${MONITOR_TAG}:${id}`],
    priority,
    options: {
      thresholds,
      includeTags: true,
      notifyAudit: false,
      // What a group does in its first minutes is no news, unless it exists only by that.
      newGroupDelay: isSparse ? 0 : 300,
      requireFullWindow: isForWholeWindow,
      onMissingData: 'default',
      ...more,
    },
  }
}
