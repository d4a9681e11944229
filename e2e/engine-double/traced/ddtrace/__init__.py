"""In place of Datadog's tracer for Python, which no test can fetch: only how it is found and started is tried."""
