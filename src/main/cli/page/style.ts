/** The page's style: light and dark as the reader's system is, and paper. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c1e21; --soft: #5b6470; --line: #d7dce2; --box: #f4f6f8;
  --accent: #632ca6; --bad: #c0262d; --heap: #1570b8; --gpu: #2f8f4e;
  --code: #ffb9a3; --dependency: #cfe0f7; --runtime: #dfe5ea; --native: #e6dcf3; --other: #eceff2;
  --match: #e5228b; --frame-text: #1c1e21 }
@media screen and (prefers-color-scheme: dark) {
  :root { --back: #16181c; --text: #e8eaed; --soft: #a2abb6; --line: #363c44; --box: #1f2328;
    --accent: #b794f4; --bad: #ff7b72; --heap: #6cb6ff; --gpu: #6fd08c;
    --code: #a94f36; --dependency: #2f4f7a; --runtime: #3d454d; --native: #52406e; --other: #343a41;
    --match: #ff6ac1; --frame-text: #f2f4f6 }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .4rem; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem }
p, ul { margin: .4rem 0 } ul { padding-left: 1.2rem }
.soft { color: var(--soft) }
.advice { background: var(--box); border-left: 4px solid var(--accent); padding: .7rem 1rem; margin: 1.1rem 0 }
.advice h2 { border: 0; margin: 0 0 .2rem; padding: 0 }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.2rem; margin: .8rem 0 }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: 14px }
th { text-align: left; color: var(--soft); font-weight: 500 }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
code, pre, .graph, .place { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; font-size: 12.5px }
pre { background: var(--box); padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0 }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif }
svg text { fill: var(--soft) } svg .grid { stroke: var(--line) }
svg .tree { stroke: var(--accent) } svg .heap { stroke: var(--heap) } svg .gpu { stroke: var(--gpu) }
svg .tree, svg .heap, svg .gpu { fill: none; stroke-width: 2; stroke-linejoin: round }
svg .limit { stroke: var(--bad); stroke-dasharray: 6 4 } svg .over { fill: transparent } svg .over:hover { fill: var(--line); opacity: .5 }
svg .job { fill: var(--box); stroke: var(--line) } svg .job-name { fill: var(--text) } svg .death { stroke: var(--bad); stroke-width: 2 }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: 13px; color: var(--soft); margin: .3rem 0 }
.key i { display: inline-block; width: .9em; height: .9em; margin-right: .35em; vertical-align: -.08em; border: 1px solid var(--line) }
.key .tree { background: var(--accent) } .key .heap { background: var(--heap) } .key .gpu { background: var(--gpu) } .key .limit { background: var(--bad) }
.code { background: var(--code) } .dependency { background: var(--dependency) }
.runtime { background: var(--runtime) } .native { background: var(--native) } .other { background: var(--other) }
.tools { display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; margin: .5rem 0 }
input, button { font: inherit; font-size: 14px; padding: .25rem .6rem; border: 1px solid var(--line); border-radius: 4px;
  background: var(--back); color: var(--text) }
input { width: 19rem; max-width: 100% } button:disabled { color: var(--soft) }
.found { color: var(--soft) }
.graph { position: relative; overflow: hidden; min-height: 20px }
.graph:focus-visible, input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.frame { position: absolute; height: 19px; line-height: 19px; padding: 0 3px; overflow: hidden; white-space: nowrap;
  text-overflow: ellipsis; color: var(--frame-text); border-right: 1px solid var(--back); cursor: pointer; user-select: none }
.frame.above { opacity: .55 } .frame.faded { opacity: .35 } .frame:hover { filter: brightness(1.12) }
.frame.match { background: var(--match); color: #fff; opacity: 1 } .graph:focus-visible .frame.current { outline: 2px solid var(--text); outline-offset: -2px }
.details { min-height: 1.6em; margin-top: .4rem; font-size: 13.5px; overflow-wrap: anywhere }
@media print {
  body { padding: 0; max-width: none; font-size: 11pt } .tools, .details, .by-hand { display: none }
  .frame, .key i { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  h2 { break-after: avoid } svg, tr, .advice { break-inside: avoid }
}
`
