/** Final output of V8, for tests: copied from real processes, with `PID` put in by the caller. */

/** Electron 33.2.1, Linux; V8 itself joins the lines. */
export const nodeHeapOom = (pid: number) => `
<--- Last few GCs --->

[${pid}:0x334c000d8000]     5068 ms: Mark-Compact (reduce) 199.2 (202.8) -> 199.2 (200.8) MB, pooled: 0 MB, 349.48 / 0.00 ms  (+ 2.9 ms in 0 steps since start of marking, biggest step 0.0 ms, walltime since start of marking 355 ms) (average mu = 0.222, curr[${pid}:0x334c000d8000]     5419 ms: Mark-Compact 200.2 (200.8) -> 200.2 (204.8) MB, pooled: 0 MB, 347.34 / 0.00 ms  (average mu = 0.121, current mu = 0.010) allocation failure; scavenge might not succeed


<--- JS stacktrace --->

FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

`

/** Node 20 with symbols, Linux. */
export const nodeHeapOomWithStack = (pid: number) => `
<--- Last few GCs --->

[${pid}:0x25cb1cc0]      137 ms: Mark-Compact 19.6 (50.0) -> 18.5 (51.7) MB, 7.82 / 0.00 ms  (average mu = 1.000, current mu = 1.000) finalize incremen[${pid}:0x25cb1cc0]      230 ms: Mark-Compact 3


<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]
 2: 0xee8300 v8::Utils::ReportOOMFailure(v8::internal::Isolate*, char const*, v8::OOMDetails const&) [node]
 4: 0x10fb205  [node]
10: 0x195e476  [node]
`

/** Electron from 35.0.1: composed of V8's trace and the handler in shell/common/node_bindings.cc. */
export const electronHeapOom = (pid: number) => `
<--- Last few GCs --->

[${pid}:0x21c4001ac000] 74363141 ms: Mark-Compact (reduce) 3282.1 (3356.5) -> 3282.0 (3293.3) MB, pooled: 0.0 MB, 29.12 / 0.00 ms (average mu = 0.701, current mu = 0.379) last resort; GC in old space requested


<--- JS stacktrace --->

[${pid}:1123/202921.132183:ERROR:electron/shell/common/node_bindings.cc:182] OOM error in V8: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory
`

/** Node 22 on Windows: addresses without 0x. */
export const windowsHeapOom = (pid: number) =>
  `
<--- Last few GCs --->

[${pid}:0000018526B13090]   482581 ms: Mark-Compact (reduce) 2044.7 (2082.4) -> 2043.8 (2082.4) MB, 942.35 / 0.00 ms  (average mu = 0.097, current mu = 0.003) allocation failure; scavenge might not succeed

<--- JS stacktrace --->

FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 00007FF7AF39C23B node::SetCppgcReference+19883
`.replaceAll('\n', '\r\n')

/** Output that a backend may log itself, for instance about the end of a worker or an engine. */
export const LOGGED_OOM = `12:00:01 engine said:
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
12:00:02 will carry on
`
