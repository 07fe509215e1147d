import { palette } from '../../web/palette.ts';

/** The style sheet of every page, inline and allowed by its hash. */
export const style = `${palette}\
body { margin: 0; padding: 1.25rem; background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 40rem; margin: 4vh auto 1rem; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.125rem; }
p { margin: 0 0 1rem; }
dl { margin: 1.25rem 0; border-top: 1px solid var(--line); }
dl > div { padding: .6rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); font-size: .9375rem; }
dd { margin: 0; }
ul { margin: 0; padding-left: 1.25rem; }
.side { display: flex; gap: .5rem; margin: .25rem 0; }
.side > :first-child { flex: 0 0 2.75rem; }
.side > :last-child { flex: 1; min-width: 0; }
.text { margin: 0 0 .25rem; padding-left: .75rem; white-space: pre-wrap; border-left: 3px solid var(--line); }
mark { color: var(--ink); background: var(--mark); }
section { margin-top: 1.25rem; padding-top: .25rem; border-top: 1px solid var(--line); }
section > ul > li { margin-bottom: .75rem; }
.members { margin: .25rem 0 .5rem; }
section > h3 code { font-weight: 700; }
.members dt { color: var(--ink); }
pre { margin: 0; padding: .75rem; white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; counter-reset: line; }
pre > span { display: block; padding-left: 3.5ch; text-indent: -3.5ch; counter-increment: line; }
pre > span::before { content: counter(line); display: inline-block; min-width: 3.5ch; text-indent: 0; color: var(--soft); user-select: none; }
form { margin: 0; }
.acts { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
label { display: block; margin: 1rem 0 0; }
.acts + .note, form + .note { margin-top: .75rem; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { width: 50%; padding: .6rem .6rem .6rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th code { color: var(--soft); font-weight: normal; font-size: .875rem; }
.tag { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .875rem; font-weight: 600; }
.busy { color: var(--soft); }
.dots { display: inline-block; width: .75rem; height: .75rem; border: 2px solid var(--line); border-top-color: var(--act); border-radius: 50%; vertical-align: -.05rem; }
@media (prefers-reduced-motion: no-preference) { .dots { animation: turn 1s linear infinite; } }
@keyframes turn { to { transform: rotate(1turn); } }
footer { max-width: 40rem; margin: 0 auto; color: var(--soft); font-size: .875rem; text-align: center; }
@media (max-width: 30rem) { th, td { display: block; width: auto; padding-right: 0; } th { border: 0; padding-bottom: 0; } body { padding: .5rem; } main { padding: 1rem; } .acts, .acts form, .acts button { width: 100%; } }
`;
