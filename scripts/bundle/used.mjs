// @ts-check

/** The modules that the monitor uses of dd-trace: itself, and private ones. */
export const USED = [
  'dd-trace',
  'dd-trace/package.json',
  'dd-trace/packages/datadog-core',
  'dd-trace/packages/dd-trace/src/dogstatsd',
  'dd-trace/packages/dd-trace/src/exporters/common/docker',
  'dd-trace/packages/dd-trace/src/exporters/common/proxy',
  'dd-trace/packages/dd-trace/src/git_metadata',
  'dd-trace/packages/dd-trace/src/profiling/exporters/event_serializer',
]
