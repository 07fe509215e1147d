import { palette } from '../../web/palette.ts';

/** The style sheet of every screen, inline and allowed by its hash. */
export const style = `${palette}\
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .5rem 1.5rem; background: var(--paper); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.125rem; color: var(--ink); text-decoration: none; }
.bar nav { flex: 1; }
.strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.75rem, 1fr)); padding: 0; list-style: none; }
.bar ul, .tabs ul, .crumbs { display: flex; flex-wrap: wrap; margin: 0; padding: 0; list-style: none; }
.bar li a, .tabs li a { display: block; padding: .6rem .75rem; color: var(--soft); text-decoration: none; border-bottom: 3px solid transparent; }
.bar li a:hover, .tabs li a:hover { color: var(--ink); }
.bar [aria-current], .tabs [aria-current] { color: var(--ink); font-weight: 600; border-color: var(--act); }
.count { display: inline-block; min-width: 1.5rem; margin-left: .35rem; padding: 0 .4rem; color: var(--on); background: var(--act); border-radius: 1rem; font-size: .8125rem; font-weight: 600; text-align: center; }
.bar p { margin: 0; color: var(--soft); font-size: .875rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem; background: var(--paper); }
main { max-width: 76rem; margin: 0 auto; padding: 1.25rem 1.5rem 2rem; overflow-wrap: break-word; }
main :is(code, pre, dd, .problem, .reasons) { overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0; font-size: 1.125rem; line-height: 1.3; }
h3 { margin: 1rem 0 .35rem; font-size: 1rem; }
p { margin: 0 0 .75rem; }
.crumbs { min-height: 1.5rem; color: var(--soft); font-size: .875rem; }
.crumbs li + li::before { content: "/"; padding: 0 .5rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .75rem; margin: .25rem 0 .75rem; }
.lead { max-width: 46rem; margin: 0 0 1.25rem; color: var(--soft); }
.tabs { margin: 0 0 1.25rem; border-bottom: 1px solid var(--line); }
.card { margin: 0 0 1.25rem; padding: 1.125rem 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
.card > h2 { margin-bottom: .75rem; }
.card > :last-child { margin-bottom: 0; }
.card.told { border-left: .3rem solid var(--care); }
.card.bad { border-left: .3rem solid var(--minus); }
.empty { padding: 2.5rem 1.25rem; text-align: center; color: var(--soft); }
.empty p { max-width: 34rem; margin: 0 auto .5rem; }
.empty strong { color: var(--ink); font-size: 1.0625rem; }
.strip { gap: .5rem; margin: 0 0 1rem; }
.strip a { display: block; height: 100%; padding: .5rem .6rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: .625rem; text-decoration: none; }
.strip a:hover { border-color: var(--act); }
.strip a[aria-current] { border-color: var(--act); box-shadow: inset 0 0 0 1px var(--act); }
.strip b { display: block; font-size: 1.375rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.strip span { font-size: .875rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem 1.5rem; margin: 0; }
.facts dt { color: var(--soft); font-size: .875rem; }
.facts dd { margin: 0; }
.facts .wide { grid-column: 1 / -1; }
.state { display: inline-block; padding: .05rem .6rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .875rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--plus); }
.failed { color: var(--minus); }
.care { color: var(--care); }
.busy { color: var(--act); }
.idle { color: var(--soft); }
.soft { color: var(--soft); }
.small { font-size: .875rem; font-weight: 400; }
.nowrap { white-space: nowrap; }
table { width: 100%; border-collapse: collapse; }
thead th { white-space: nowrap; }
th { color: var(--soft); font-size: .875rem; font-weight: 600; }
th, td { padding: .6rem 1rem .6rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
th[scope=row] { color: var(--ink); font-size: 1rem; }
th[scope=row] a, .name { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.tally { display: flex; flex-wrap: wrap; gap: .1rem .75rem; font-variant-numeric: tabular-nums; }
.tree, .plain { margin: 0; padding: 0; list-style: none; }
.tree .tree { margin-left: .75rem; padding-left: .75rem; border-left: 2px solid var(--line); }
.tree > li > details { padding: .15rem 0; }
.tree summary, .step > summary { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .75rem; padding: .45rem .25rem; color: var(--ink); border-radius: .375rem; }
.tree summary::before, .step > summary::before { content: "▸"; color: var(--soft); width: 1rem; }
.tree [open] > summary::before, .step[open] > summary::before { content: "▾"; }
.tree summary::-webkit-details-marker, .step > summary::-webkit-details-marker { display: none; }
.tree summary:hover, .step > summary:hover { background: var(--ground); }
.tree summary .kind { color: var(--soft); font-size: .875rem; }
.inside { margin: .25rem 0 1rem; padding: .25rem 0 .25rem 2.25rem; }
.inside table { margin-bottom: .75rem; }
.inside > :last-child { margin-bottom: 0; }
.inside .facts { margin-bottom: .75rem; }
.reasons { margin: 0 0 .75rem; padding-left: 1.25rem; list-style: disc; }
.problem { padding: .75rem 0; border-bottom: 1px solid var(--line); }
.problem:first-child { padding-top: 0; }
.problem:last-child { padding-bottom: 0; border: 0; }
.problem p { margin: .25rem 0 0; }
.machine { display: block; width: 100%; max-width: 34rem; font-size: 14px; }
.way path { fill: none; stroke: var(--line); stroke-width: 1.25; }
.way .tip { fill: var(--line); stroke: none; }
.way.passed path { stroke: var(--act); stroke-width: 2.25; }
.way.passed .tip { fill: var(--act); stroke: none; }
.at circle { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5; }
.at text { fill: var(--soft); }
.at.passed circle { fill: var(--act); stroke: var(--act); }
.at.passed text { fill: var(--ink); font-weight: 600; }
.at.wrong circle { fill: var(--minus); stroke: var(--minus); }
.at.wrong text { fill: var(--minus); }
pre { margin: .35rem 0 .75rem; padding: .75rem; max-height: 32rem; overflow: auto; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; font-size: .875rem; }
.time { position: relative; margin: 0; padding: 0 0 0 1.25rem; list-style: none; border-left: 2px solid var(--line); }
.time > li { position: relative; padding: 0 0 1.125rem; }
.time > li:last-child { padding-bottom: 0; }
.time > li::before { content: ""; position: absolute; left: calc(-1.25rem - 6px); top: .45rem; width: 10px; height: 10px; background: currentColor; border-radius: 50%; box-shadow: 0 0 0 3px var(--paper); }
.time p { margin: .15rem 0 0; color: var(--ink); }
.time .small { color: var(--soft); }
.time ul { margin: .25rem 0 0; padding-left: 1.125rem; color: var(--ink); }
.find { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; }
.find input { flex: 1 1 14rem; width: auto; min-height: 2.5rem; }
.find button, .acts button { min-height: 2.5rem; padding: .35rem 1rem; }
.acts { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0 0; }
.go { display: inline-block; padding: .4rem 1rem; font-weight: 600; color: var(--on); background: var(--act); border-radius: .5rem; text-decoration: none; white-space: nowrap; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem 1.25rem; }
.fields label, .fields .field { display: block; font-size: .875rem; }
.fields select, .fields input { margin-top: .2rem; min-height: 2.5rem; padding: .35rem .6rem; font-size: 1rem; }
.changed { font-weight: 600; color: var(--care); }
footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem 2rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 44rem) {
  .bar { padding: .5rem 1rem 0; }
  .bar #live { flex: 1; text-align: right; }
  .person, td.none { display: none; }
  .bar nav { flex: 1 0 100%; order: 3; }
  .bar li a { padding: .5rem .6rem; }
  main { padding: 1rem 1rem 2rem; }
  footer { padding: 0 1rem 1.5rem; }
  .card { padding: 1rem; }
  .strip { grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); }
  .strip a { padding: .4rem .5rem; }
  .strip span { font-size: .8125rem; }
  thead { position: absolute; left: -100rem; }
  tbody, tr, td, th[scope=row] { display: block; width: 100%; }
  tbody tr { padding: .75rem 0; border-bottom: 1px solid var(--line); }
  tbody tr:first-child { padding-top: 0; }
  tbody tr:last-child { padding-bottom: 0; border: 0; }
  td, th[scope=row] { padding: .1rem 0; border: 0; text-align: left; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); font-size: .875rem; }
  .inside { padding-left: .5rem; }
  .tree .tree { margin-left: .3rem; padding-left: .6rem; }
}
`;
